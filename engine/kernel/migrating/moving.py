"""Two specifications of one process: how an element is called in the other, and where it stands in either."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.kernel.gateways import Join
from engine.kernel.history import is_human
from engine.kernel.order import Order, order_of
from engine.kernel.specification import Specification
from engine.kernel.specs import Process, Scope


@dataclass
class Moving:
    """`renamed`: id of an element -> its id in the new one; what is not in it kept its id. One for many cases."""

    old: Specification
    new: Specification
    renamed: Mapping[str, str] = field(default_factory=dict)
    _orders: dict[int, Order] = field(default_factory=dict)
    _steps: dict[tuple[int, str], frozenset[str]] = field(default_factory=dict)

    def to(self, name: str) -> str:
        """The new name of a specification: of an element itself, or of what the builder puts around it."""
        prefix, space, element = name.rpartition(" ")
        return prefix + space + self.renamed.get(element, element)

    def order(self, process: Process) -> Order:
        if id(process) not in self._orders:
            self._orders[id(process)] = order_of(process)
        return self._orders[id(process)]

    def people(self, process: Process, names: frozenset[str], processes: Mapping[str, Process]) -> frozenset[str]:
        """The human steps among elements of a level, those inside of subprocesses and called processes too."""
        return frozenset(step for name in names for step in self._people_of(process, name, processes))

    def _people_of(self, process: Process, name: str, processes: Mapping[str, Process]) -> frozenset[str]:
        if name.startswith(">"):
            return frozenset()
        key = (id(process), name)
        if key not in self._steps:
            spec: Any = process.task_specs[name]
            inner: Any = process.task_specs.get(f">each {name}", spec)
            found: set[str] = {name} if is_human(spec) else set()
            if isinstance(inner, Scope):
                inside = processes[inner.spec]
                found |= self.people(inside, frozenset(inside.task_specs), processes)
            self._steps[key] = frozenset(found)
        return self._steps[key]

    def old_people(self, process: Process, names: frozenset[str]) -> frozenset[str]:
        """The same of the old process, by their new ids."""
        return frozenset(self.to(step) for step in self.people(process, names, self.old.processes))

    def new_people(self, process: Process, names: frozenset[str]) -> frozenset[str]:
        return self.people(process, names, self.new.processes)

    def stays(self, old: Process, new: Process, step: str, live: frozenset[str]) -> bool:
        """Whether what was passed can be opened again from there: in the same block, and still before what is open."""
        again, before, after = self.to(step), self.order(old), self.order(new)
        if again not in new.task_specs or tuple(map(self.to, before.nest(step))) != after.nest(again):
            return False
        return all(name not in before.after(step) or self.to(name) in after.after(again) for name in live)

    def is_split(self, process: Process, name: str) -> bool:
        spec = process.task_specs.get(name)
        return isinstance(spec, Join) and len(spec._inputs) < 2
