"""What was passed on the way to an open task, and forgetting it so that a long case stays small."""

from typing import Any

from SpiffWorkflow.task import Task

from engine.kernel.countersign import Again, Each
from engine.kernel.specs import OPEN, Attached, ancestors, apply_changes


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
    level.earlier = _unique(level.earlier + [task.task_spec.name for task in reversed(_passed(top))])
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


def _finished_below(top: Task) -> bool:
    return any(not child._state & OPEN for child in top.children)


def earlier(task: Task) -> list[str]:
    """The human steps an open task may be returned to, in the order they were first passed."""
    start = task.parent if task.triggered else task
    names = task.workflow.earlier + [one.task_spec.name for one in reversed(_passed(start))]
    return [name for name in _unique(names) if name != task.task_spec.bpmn_id]


def nearest(task: Task, name: str) -> Task | None:
    """The last time a step was passed, as far as it is still in the tree."""
    start = task.parent if task.triggered else task
    return next((one for one in _passed(start) if one.task_spec.name == name), None)


def _passed(task: Task) -> list[Task]:
    """Human steps before a task, nearest first; those inside a block that was joined since are left out:
    to open one branch again would leave the other done and the join half."""
    found, skip = [], 0
    for one in ancestors(task)[1:]:
        skip -= 1
        if skip > 0:
            continue
        if "over" in one.internal_data:
            skip = one.internal_data["over"]
        elif _human(one.task_spec) and not one.triggered:
            found.append(one)
    return found


def _human(spec: Any) -> bool:
    if isinstance(spec, Each | Again):
        return spec._wf_spec.task_specs[f">each {spec.name}"].kind == "human"
    return getattr(spec, "kind", "") == "human"


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))
