"""What was passed on the way to an open task, and forgetting it so that a long case stays small."""

from typing import Any, NamedTuple

from SpiffWorkflow.task import Task

from engine.kernel.countersign import Again, Each
from engine.kernel.gateways import Join
from engine.kernel.order import order_of
from engine.kernel.specs import COMPLETED, OPEN, Attached, Scope, ancestors, apply_changes


def shorten(level: Any) -> None:
    """With a single token on a level keep the root, the open activity and what hangs on it.

    A case that was returned 400 times is then no larger, and no slower, than one that never was.
    """
    top, front, root = None, [], level.task_tree
    for task in level.open_ones():
        if task.parent is None or not task.parent._state & OPEN:
            front.append(task)
            if top is not None and _top(task) is not top:
                return
            top = _top(task)
    if top is None:
        return
    if top is root or (top.parent is root and len(root._children) == 1 and not _finished_below(top)):
        return
    if any(task is not top and task.parent is not top for task in front):
        return
    level.earlier = _unique(level.earlier + [_remembered(*one) for one in reversed(_passed(top))])
    if level is not level.top_workflow:
        changed: dict[str, Any] = {}
        apply_changes(changed, root, top.parent)
        level.assigned = _unique(level.assigned + list(changed))
    root.data = top.parent.data
    top._parent, root._children = root.id, [top.id]
    kept, stack = {root.id}, [top]
    while stack:
        task = stack.pop()
        kept.add(task.id)
        task._children = [child.id for child in task.children if child._state & OPEN]
        stack += task.children
    level.tasks = {task_id: task for task_id, task in level.tasks.items() if task_id in kept}


def _top(task: Task) -> Task:
    """An activity with boundary events is one token together with them."""
    parent = task.parent
    return parent if parent is not None and isinstance(parent.task_spec, Attached) else task


def _remembered(step: str, passed: Task) -> str:
    again = passed.task_spec.name
    return step if again == step else f"{step}{OF}{again}"


def forget(level: Any, again: str) -> None:
    """What was passed from there on is done again."""
    places = [entry.rpartition(OF)[2] for entry in level.earlier]
    level.earlier = level.earlier[: places.index(again)]


def _finished_below(top: Task) -> bool:
    return any(not child._state & OPEN for child in top.children)


class Place(NamedTuple):
    """Where an earlier step is opened again: by itself, or by what it cannot be opened without."""

    level: Any
    again: str  # the step, the gateway that split the block it lies in, or the activity around it
    passed: Task | None  # the last time that was passed, as far as it is still in the tree


def returns(task: Task) -> dict[str, Place]:
    """What an open task may be returned to, by step, in the order it was first passed; outer levels first.

    A step of a block that was joined since is opened with the whole block: one branch alone would leave
    the other done and the join half. What was done inside an activity is done again from its beginning.
    """
    level, start = task.workflow, task.parent if task.triggered else task
    found = returns(level.host) if level is not level.top_workflow else {}
    for entry in level.earlier:
        step, _, block = entry.partition(OF)
        found[step] = Place(level, block or step, None)
    for step, passed in reversed(_passed(start)):
        found[step] = Place(level, passed.task_spec.name, passed)
    found.pop(task.task_spec.bpmn_id, None)
    own = start.task_spec.name
    return {step: place for step, place in found.items() if place.level is not level or _is_back(level, own, step)}


def _is_back(level: Any, own: str, step: str) -> bool:
    """Whether going there leaves nothing out: it lies before, or whatever follows it comes by here again.

    What was passed in an earlier round may lie ahead now; that would skip what this round has not decided yet.
    """
    order = order_of(level.spec)
    return own in order.after(step) or not order.ends_without(level.spec, step, own)


OF = " > "  # in what is remembered of a step: the block it is opened with; no id contains a space


def _passed(task: Task) -> list[tuple[str, Task]]:
    """Steps before a task, nearest first, each with the task that is given up when it is opened again."""
    found, skip = list[tuple[str, Task]](), 0
    before = ancestors(task)
    for number, one in enumerate(before[1:], 1):
        skip -= 1
        if skip > 0:
            continue
        if "over" in one.internal_data:
            skip = one.internal_data["over"]
            found += _block(before[number + skip], one)
        elif _step(one):
            found.append((one.task_spec.name, one))
    return found


def _block(split: Task, join: Task) -> list[tuple[str, Task]]:
    """The steps between a gateway that split and where its branches were joined, the last one first."""
    if not isinstance(split.task_spec, Join) or len(split.task_spec._inputs) > 1:
        return []
    found, stack = list[tuple[str, Task]](), [split]
    while stack:
        one = stack.pop()
        if _step(one):
            found.append((one.task_spec.name, split))
        stack += [child for child in reversed(one.children) if child is not join]
    return found[::-1]


def _step(task: Task) -> bool:
    """Whether people passed here: a human step that is done, or an activity with such inside."""
    if task.triggered or task._state != COMPLETED:
        return False
    spec = task.task_spec
    if isinstance(spec, Scope):
        inside = task.workflow.top_workflow.subprocess_specs[spec.spec].task_specs.values()
        return any(getattr(one, "kind", "") == "human" for one in inside)
    return is_human(spec)


def is_human(spec: Any) -> bool:
    if isinstance(spec, Each | Again):
        return spec._wf_spec.task_specs[f">each {spec.name}"].kind == "human"
    return getattr(spec, "kind", "") == "human"


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))
