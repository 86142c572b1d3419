"""A token put on another step of its level: back along its path, or elsewhere where the same branches stay open."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task

from engine.errors import Conflict
from engine.kernel import moves
from engine.kernel.flow import Flow
from engine.kernel.history import is_human, returns
from engine.kernel.migrating.migrate import Resting, resting
from engine.kernel.order import Order, order_of
from engine.kernel.repairing.stops import find
from engine.kernel.specs import Attached, Catch, Process, Rule, Scope, Service, spawn
from engine.text import Text


class NotMovable(Conflict):
    code = "not_movable"
    message = Text(
        "不能移到「{step}」:它不在同一层流程里,或者在另一条并行分支中。",
        "It cannot be moved to “{step}”: that is on another level of the process, or in another parallel branch.",
    )


@dataclass(frozen=True)
class Beyond:
    """What a move leaves out: `kind` is human, service (with its operation), event or rule."""

    step: str
    name: str
    kind: str
    props: dict[str, str]
    operation: str = ""


def targets(flow: Flow, token: str) -> list[tuple[str, str]]:
    """(step, name) of where the token may be put, in the order of the drawing; of one name twice, with the lane."""
    task = find(flow, token)
    back = returns(task)
    found = {step: place.level.spec.task_specs[step] for step, place in back.items()}
    level, own = task.workflow, _own(task)
    order = order_of(level.spec)
    for name in order.ways:
        spec = level.spec.task_specs[name]
        if name != own and not name.startswith(">") and _is_step(spec) and _beside(order, own, name):
            found.setdefault(name, spec)
    names = Counter(spec.bpmn_name for spec in found.values())
    told = [
        (step, f"{spec.bpmn_name}({spec.lane})" if names[spec.bpmn_name] > 1 and spec.lane else spec.bpmn_name or step)
        for step, spec in found.items()
    ]
    return sorted(told, key=lambda one: -len(order.after(one[0])))


def _own(task: Task) -> str:
    return str((task.parent if task.triggered else task).task_spec.name)


def _is_step(spec: Any) -> bool:
    inner = spec._wf_spec.task_specs.get(f">each {spec.name}", spec)
    return is_human(spec) or isinstance(inner, Scope)


def _beside(order: Order, own: str, name: str) -> bool:
    """Inside the same open branches; of two branches of one gateway neither is before the other."""
    if order.nest(name) != order.nest(own):
        return False
    return not order.nest(own) or name in order.after(own) or own in order.after(name)


def left_out(flow: Flow, token: str, step: str) -> list[Beyond]:
    """What lies before the step and not before the token, on every way there; the token's own step among it."""
    task = find(flow, token)
    level = task.workflow
    while step not in level.spec.task_specs:
        if level is level.top_workflow:
            raise NotMovable(step=step)
        task, level = level.host, level.host.workflow
    own, order = _own(task), order_of(level.spec)
    before = order.before(own)
    if step in before:
        return []
    names = [own, *(name for name in order.ways if name in order.before(step) and name not in before | {own})]
    return list(_flat(names, level.spec, level.top_workflow.subprocess_specs))


def _flat(names: Iterable[str], process: Process, processes: dict[str, Process]) -> Iterator[Beyond]:
    for name in names:
        if name.startswith(">"):
            continue
        spec = process.task_specs[name]
        inner = process.task_specs.get(f">each {name}", spec)
        kind = _kind(spec)
        if isinstance(inner, Scope):
            inside = processes[inner.spec]
            yield from _flat(order_of(inside).ways, inside, processes)
        elif kind:
            operation = inner.described["does"]["id"] if kind == "service" else ""
            yield Beyond(spec.bpmn_id, spec.bpmn_name or spec.bpmn_id, kind, dict(spec.props), operation)


def _kind(spec: Any) -> str:
    inner = spec._wf_spec.task_specs.get(f">each {spec.name}", spec)
    if is_human(spec):
        return "human"
    return next(
        (name for kind, name in ((Service, "service"), (Rule, "rule"), (Catch, "event")) if isinstance(inner, kind)), ""
    )


def move(flow: Flow, token: str, step: str) -> None:
    """Put the token there; whatever hung on the step it leaves is given up. `flow.go` then goes on from there."""
    task = find(flow, token)
    if step not in dict(targets(flow, token)):
        spec = task.workflow.spec.task_specs.get(step)
        raise NotMovable(step=(spec is not None and spec.bpmn_name) or step)
    flow._case.steps = 0
    if step in returns(task):
        moves.return_to(flow._case, task, step)
        return
    activity = task.parent if task.triggered else task
    first = activity.parent if isinstance(activity.parent.task_spec, Attached) else activity
    anchor, data = first.parent, dict(task.data)
    moves.take_out(flow._case, first)
    specs = anchor.workflow.spec.task_specs
    again = spawn(anchor, specs.get(f">split {step}", specs[step]))
    again.data, again.internal_data["kept"] = data, True
    again.task_spec._update(again)


def rests(flow: Flow) -> list[Resting]:
    """Where all tokens rest, level by level, to be asked whether they can all go on."""
    return [resting(level, order_of(level.spec)) for level in flow._case.levels()]
