"""The task tree on a new process: what is passed stays where it still exists, and is taken out where it does not."""

from collections.abc import Callable
from typing import Any

from SpiffWorkflow.task import Task

from engine.kernel.history import OF, is_human
from engine.kernel.migrating.fitting import family
from engine.kernel.migrating.moving import Moving
from engine.kernel.specs import COMPLETED, OPEN, Attached, Boundary, Process, Scope, Token, ancestors

Stays = Callable[[str], bool]


def relabel(level: Any, target: Process, moving: Moving, stays: Stays) -> None:
    """Every task gets its new specification; boundary events and what hangs on an activity are made as drawn now."""
    over = {
        task.id: ancestors(task)[task.internal_data["over"]]
        for task in level.tasks.values()
        if "over" in task.internal_data
    }
    gone = [task for task in level.tasks.values() if not _kept(task, target, moving, stays)]
    for task in gone:
        _take_out(level, task)
    for task in level.tasks.values():
        task.task_spec = target.task_specs[moving.to(task.task_spec.name)]
    for task in list(level.tasks.values()):
        _put_split(level, task, target)
    left = set(level.tasks)
    for task in level.tasks.values():
        if task.id in over:
            common = over[task.id]
            while common.id not in left:  # its parent is that of the time it was taken out
                common = common.parent
            task.internal_data["over"] = ancestors(task).index(common)


def _kept(task: Task, target: Process, moving: Moving, stays: Stays) -> bool:
    """What is open was found to fit; of the rest what is of the same kind, and if people passed there, in its order."""
    old, new = task.task_spec, target.task_specs.get(moving.to(task.task_spec.name))
    if new is None or family(new) != family(old):
        return False
    if isinstance(old, Boundary):
        same = new.described["event"]["kind"] == old.described["event"]["kind"]
        return same and bool(new.described["at"] == moving.to(old.described["at"]))
    if task._state & OPEN or task.triggered:
        return True
    return stays(old.name) if is_human(old) or isinstance(old, Scope) else True


def _take_out(level: Any, task: Task) -> None:
    """What came after it comes after what was before it, and knows what it had assigned."""
    parent = task.parent
    place = parent._children.index(task.id)
    parent._children[place : place + 1] = task._children
    for child in task.children:
        child._parent = parent.id
        own = [*task.internal_data.get("own", ()), *child.internal_data.get("own", ())]
        if own:
            child.internal_data["own"] = own
    del level.tasks[task.id]


def _put_split(level: Any, task: Task, target: Process) -> None:
    """An open activity with boundary events stands behind the element that opens them, and none without does."""
    if not task._state & OPEN or task.triggered or isinstance(task.task_spec, Boundary):
        return
    spec, parent = target.task_specs.get(f">split {task.task_spec.name}"), task.parent
    if spec is None or isinstance(parent.task_spec, Attached):
        return
    split = Token(level, spec, None, COMPLETED)
    split._parent, split._children, split.data = parent.id, [task.id], dict(parent.data)
    parent._children[parent._children.index(task.id)] = split.id
    task._parent = split.id
    order = list(level.tasks.values())
    order.remove(split)
    order.insert(order.index(task), split)
    level.tasks = {one.id: one for one in order}


def earlier(level: Any, target: Process, moving: Moving, stays: Stays) -> list[str]:
    """Of the steps passed before the tree was shortened those that may still be opened again."""
    found = []
    for entry in level.earlier:
        step, _, block = entry.partition(OF)
        spec = target.task_specs.get(moving.to(step))
        fits = spec is not None and (is_human(spec) or isinstance(spec, Scope)) and stays(step)
        again = moving.to(block) if block else ""
        if fits and (not again or moving.is_split(target, again) or again == moving.to(step)):
            found.append(f"{moving.to(step)}{OF}{again}" if again else moving.to(step))
    return found
