"""Load a case by its old specification, see whether all that is open fits the new one, move it, and look again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from engine.errors import Conflict
from engine.kernel import snapshot
from engine.kernel.errors import BrokenSnapshot
from engine.kernel.flow import Flow
from engine.kernel.gateways import Join
from engine.kernel.migrating import fitting, joins, tree, waits
from engine.kernel.migrating.moving import Moving
from engine.kernel.order import Order
from engine.kernel.run import Case
from engine.kernel.specs import WAITING, Attached, Boundary, Process, Scope
from engine.text import Text


class NotMigratable(Conflict):
    """A case that cannot be moved safely; `reasons` say why, all at once."""

    code = "not_migratable"
    message = Text("此申请不能迁移:{why}", "This case cannot be migrated: {why}")

    def __init__(self, reasons: list[Text]):
        self.reasons = list({(one.zh, one.en): one for one in reasons}.values())
        both = Text("".join(one.zh for one in self.reasons), " ".join(one.en for one in self.reasons))
        super().__init__(why=both)


class Resting(NamedTuple):
    """Where the tokens of one level rest, by the ids of the new process; `arrived`: (join, the element before it)."""

    process: str
    elements: tuple[str, ...]
    arrived: tuple[tuple[str, str], ...]
    alone: bool  # one token in no branch: it can get stuck nowhere


@dataclass
class Landed:
    """The case on the new specification; `snapshot` is what to keep, `notes` what is new for it."""

    flow: Flow
    snapshot: str
    resting: list[Resting]
    notes: list[Text] = field(default_factory=list)


def migrate(moving: Moving, text: str, *, now: datetime, named: Callable[[str], str] = str, **settings: Any) -> Landed:
    """The case of a snapshot, moved; `named` gives the name of a step. Raises NotMigratable with every reason."""
    case = snapshot.load(moving.old, text, now=now)
    levels = _pairs(case, moving)
    reasons: list[Text] = []
    notes: list[Text] = []
    for level, target in levels:
        found, said = _look(level, target, moving, named)
        reasons, notes = reasons + found, notes + said
    if reasons:
        raise NotMigratable(reasons)
    before = [(task.id, moving.to(task.step), task.data) for task in Flow(case).open_tasks]
    for level, target in levels:
        notes += _move(case, level, target, moving)
    case.subprocess_specs = moving.new.processes
    case.ended = [moving.to(one) for one in case.ended]
    return _landed(case, moving, before, notes, now, settings)


def _pairs(case: Case, moving: Moving) -> list[tuple[Any, Process]]:
    """Each running level with its new process; none for what runs inside an element that is gone."""
    found: list[tuple[Any, Process]] = [(case, moving.new.processes[moving.new.process_id])]
    of = {id(case): found[0][1]}
    for part in case.levels()[1:]:
        around = of.get(id(part.host.workflow))
        spec = around.task_specs.get(moving.to(part.host.task_spec.name)) if around else None
        if isinstance(spec, Scope):
            of[id(part)] = moving.new.processes[spec.spec]
            found.append((part, of[id(part)]))
    return found


def _look(level: Any, target: Process, moving: Moving, named: Callable[[str], str]) -> tuple[list[Text], list[Text]]:
    reasons, notes = [], []
    for task in level.open_ones():
        spec = task.task_spec
        if isinstance(spec, Boundary):
            continue
        why = fitting.unfit(task, target, moving)
        if why is not None:
            reasons.append(why)
            continue
        if task.triggered:
            continue
        left_out, passed = fitting.skipped(task, level.spec, target, moving)
        where = spec.bpmn_name or spec.bpmn_id
        if left_out:
            reasons.append(fitting.SKIPPED.fill(step=where, skipped="、".join(map(named, left_out))))
        if passed:
            notes.append(fitting.PASSED.fill(steps="、".join(map(named, passed))))
    return reasons, notes


def _move(case: Case, level: Any, target: Process, moving: Moving) -> list[Text]:
    """Put the level on its new process; NotMigratable for tokens whose branch is not there any more."""
    arrived = joins.came_from(level)
    known = waits.known(level)
    live = frozenset(task.task_spec.name for task in level.open_ones() if not isinstance(task.task_spec, Boundary))
    stays = _stays(level.spec, target, moving, live)
    tree.relabel(level, target, moving, stays)
    level.earlier = tree.earlier(level, target, moving, stays)
    level.spec = target
    lost = joins.settle(level, target, moving, arrived)
    if lost:
        raise NotMigratable(lost)
    return waits.settle(case, level, moving, known)


def _stays(old: Process, new: Process, moving: Moving, live: frozenset[str]) -> Callable[[str], bool]:
    return lambda step: moving.stays(old, new, step, live)


def _landed(
    case: Case, moving: Moving, before: list[Any], notes: list[Text], now: datetime, settings: dict[str, Any]
) -> Landed:
    """Written down, read again by the new specification, and compared."""
    flow = Flow(case)
    text = flow.dump()
    again = Flow.load(moving.new, text, now=now, **settings)
    after = [(task.id, task.step, task.data) for task in again.open_tasks]
    if sorted(after, key=str) != sorted(before, key=str) or again.next_due != flow.next_due:
        raise BrokenSnapshot()
    return Landed(again, text, [resting(level, moving.order(level.spec)) for level in case.levels()], notes)


def resting(level: Any, order: Order) -> Resting:
    """Where the tokens of a level rest, by the order of its process."""
    here = [
        task for task in level.open_ones() if not task.triggered and not isinstance(task.task_spec, Boundary | Attached)
    ]
    at_joins = [task for task in here if isinstance(task.task_spec, Join) and task._state == WAITING]
    elements = tuple(sorted(task.task_spec.name for task in here if task not in at_joins))
    arrived = tuple(sorted((task.task_spec.name, joins.came(task)) for task in at_joins))
    alone = len(here) == 1 and not arrived and not order.nest(elements[0])
    return Resting(level.spec.name, elements, arrived, alone)
