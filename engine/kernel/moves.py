"""Moves that are not drawn: back to an earlier step, withdrawing the whole case, and another answer to an operation."""

from collections.abc import Collection
from typing import Any

from SpiffWorkflow.task import Task

from engine.kernel.delivery import events_of
from engine.kernel.errors import NotReturnable
from engine.kernel.history import forget, returns
from engine.kernel.run import Case
from engine.kernel.specs import CANCELLED, Attached, Service, spawn


def return_to(case: Case, task: Task, step: str) -> None:
    """Open an earlier step again with the data as they are; whatever came after it is given up."""
    place = returns(task).get(step)
    if place is None:
        spec = task.workflow.spec.task_specs.get(step)
        raise NotReturnable(step=(spec is not None and spec.bpmn_name) or step)
    level, data, passed = place.level, dict(task.data), place.passed
    if passed is None:
        anchor = level.task_tree
        given_up = anchor.children
        forget(level, place.again)
    else:
        first = passed.parent if isinstance(passed.parent.task_spec, Attached) else passed
        anchor, given_up = first.parent, [first]
    for one in given_up:
        take_out(case, one)
    specs = level.spec.task_specs
    again = spawn(anchor, specs.get(f">split {place.again}", specs[place.again]))
    again.data = data
    again.internal_data["kept"] = True
    again.task_spec._update(again)


def take_out(case: Case, task: Task) -> None:
    """Take a task and all after it out of the tree, without recursion."""
    case.cancel_task(task)
    level, stack = task.workflow, [task]
    task.parent._children.remove(task.id)
    while stack:
        one = stack.pop()
        stack += one.children
        del level.tasks[one.id]


def amend(task: Task, answers: dict[str, Any]) -> None:
    """Answers that take the place of earlier ones while a task is open; its boundary events know them too."""
    parent = task.parent
    together = [parent, *parent.children] if isinstance(parent.task_spec, Attached) else [task]
    for one in together:
        one.data |= answers
        one.internal_data["own"] = [*one.internal_data.get("own", ()), *answers]


def cancel(case: Case) -> None:
    """Withdraw: everything open is cancelled, nothing will ever be due."""
    case.cancel_task(case.task_tree)
    for task in list(case.open_ones()):
        task._set_state(CANCELLED)
    case.cancelled = case.completed = True
    case.data = {**case.task_tree.data, **case.changes}


def renew(case: Case, operations: Collection[str], answer: dict[str, Any]) -> None:
    """One of these operations would answer this now: put it where the answer is kept, and reckon the dates anew."""
    specs = (spec for process in case.subprocess_specs.values() for spec in process.task_specs.values())
    served = [spec.described["does"] for spec in specs if isinstance(spec, Service)]
    kept = {does["into"] for does in served if does["id"] in operations}
    for level in case.levels():
        for task in level.open_ones():
            for name in kept & task.data.keys():
                if isinstance(task.data[name], dict):
                    task.data[name] = {**task.data[name], **answer}
            for key in task.internal_data.get("timers", {}):
                event = dict(events_of(task))[key]
                if event["form"] == "date":
                    case.set_timer(task, event, key)
