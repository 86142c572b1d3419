"""Tokens that wait at a join: each is counted on the branch it came by, as the new version draws it."""

from typing import Any

from SpiffWorkflow.task import Task

from engine.kernel.gateways import Join, came
from engine.kernel.migrating.fitting import GOES_ON, JOIN
from engine.kernel.migrating.moving import Moving
from engine.kernel.specs import WAITING, Process
from engine.text import Text

__all__ = ["came", "came_from", "settle"]


def came_from(level: Any) -> dict[Any, str]:
    """The element each waiting token came from, by the token's id."""
    return {task.id: came(task) for task in _waiting(level)}


def _waiting(level: Any) -> list[Task]:
    return [one for one in level.open_ones() if isinstance(one.task_spec, Join) and one._state == WAITING]


def settle(level: Any, target: Process, moving: Moving, before: dict[Any, str]) -> list[Text]:
    """Say of each token by which flow it came; the reasons where there is none, or where the join would let go."""
    reasons = []
    by_join: dict[str, list[Task]] = {}
    for task in _waiting(level):
        by_join.setdefault(task.task_spec.name, []).append(task)
    for tokens in by_join.values():
        join = tokens[0].task_spec
        if not _place(tokens, join, target, moving, before):
            reasons.append(JOIN.fill(step=join.bpmn_name or join.bpmn_id))
        elif join.complete(level, join.arrived(level)):
            reasons.append(GOES_ON.fill(step=join.bpmn_name or join.bpmn_id))
    return reasons


def _place(tokens: list[Task], join: Any, target: Process, moving: Moving, before: dict[Any, str]) -> bool:
    free, left = list(join._inputs), []
    for task in tokens:
        name = moving.to(before[task.id])
        if name in free:
            free.remove(name)
            task.internal_data["came"] = name
        else:
            left.append(task)
    for task in left:
        name = moving.to(before[task.id])
        near = name if name in target.task_specs else task.parent.task_spec.name
        ways = [one for one in dict.fromkeys(free) if one == near or one in moving.order(target).after(near)]
        ways = [near] if near in ways else ways
        if len(ways) != 1:
            return False
        free.remove(ways[0])
        task.internal_data["came"] = ways[0]
    return True
