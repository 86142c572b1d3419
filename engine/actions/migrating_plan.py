"""From which version to which: what two versions of a procedure have to do with each other, for many cases."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from engine.kernel.document import Document
from engine.kernel.migrating import Moving
from engine.procedures.landing import Ground
from engine.procedures.renaming import elements_of
from engine.procedures.version import Version


@dataclass(frozen=True, eq=False)
class Plan:
    """Two versions and what elements of the old one are called in the new one."""

    old: Version
    new: Version
    renamed: Mapping[str, str]

    @cached_property
    def moving(self) -> Moving:
        return Moving(self.old.specification, self.new.specification, self.renamed)

    @cached_property
    def ground(self) -> Ground:
        return Ground(Document.read(text.encode()) for text in self.new.documents.values())

    @cached_property
    def asking(self) -> Version:
        """The new version; where it speaks of who acted on a step, by the name under which that is still on record."""
        known = {new: old for old, new in self.renamed.items()}
        who = {step: _named(one, known) for step, one in self.new.who.items()}
        return replace(self.new, manifest=self.new.manifest | {"who": who})

    def who_changed(self, old_step: str, new_step: str) -> bool:
        old = self.old.who.get(old_step)
        return (_named(old, self.renamed) if old else None) != self.new.who.get(new_step)

    def separate(self, text: str) -> str:
        """`,a,b,` in the words of the new version."""
        return ",".join(self.renamed.get(step, step) for step in text.split(","))


def _named(who: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return who | {"name": names.get(who["name"], who["name"])} if who["kind"] == "actor" else who


@lru_cache(maxsize=50)
def _plan(old: Version, new: Version, renamed: tuple[tuple[str, str], ...]) -> Plan:
    here, there = elements_of(old), elements_of(new)
    return Plan(old, new, {one: to for one, to in renamed if one in here - there and to in there - here})


def plan_between(old: Version, new: Version, renamed: Mapping[str, str]) -> Plan:
    """The same object for the same question: what was once looked at is not looked at again."""
    return _plan(old, new, tuple(sorted(renamed.items())))
