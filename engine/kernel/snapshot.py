"""The thin snapshot of a case: what is open and the data, without the specification and without history."""

from typing import Any

import orjson
from SpiffWorkflow.task import Task

from engine.errors import TooLarge
from engine.kernel.errors import BrokenSnapshot
from engine.kernel.run import Case, Part
from engine.kernel.specification import Specification
from engine.kernel.specs import OPEN, Token

VERSION = 1
MAX_SNAPSHOT = 2_000_000  # bytes
LASTING = ("over", "own")  # what is still needed of a task that is done


def dump(case: Case) -> str:
    """JSON; raises TooLarge."""
    state: dict[str, Any] = {
        "v": VERSION,
        "ended": case.ended,
        "cancelled": case.cancelled,
        "wf": _level(case),
        "parts": [[str(part.parent_task_id), _level(part)] for part in case.levels()[1:]],
    }
    text = orjson.dumps(state)
    if len(text) > MAX_SNAPSHOT:
        raise TooLarge(limit=f"{MAX_SNAPSHOT // 1_000_000} MB")
    return text.decode()


def _level(level: Any) -> dict[str, Any]:
    tasks = list(level.tasks.values())
    place = {task.id: number for number, task in enumerate(tasks)}
    return {
        "tasks": [_task(task, place, level) for task in tasks],
        "earlier": level.earlier,
        "assigned": level.assigned,
        "changes": level.changes,
        "data": level.data if level.completed else None,
    }


def _task(task: Task, place: dict[Any, int], level: Any) -> list[Any]:
    """[spec, state, parent, changed data, removed keys, own state, id while open, triggered]"""
    parent = level.tasks.get(task._parent)
    known = parent.data if parent is not None else {}
    changed = {k: v for k, v in task.data.items() if k not in known or (known[k] is not v and known[k] != v)}
    removed = [key for key in known if key not in task.data]
    opened = bool(task._state & OPEN)
    own = task.internal_data if opened else {k: v for k, v in task.internal_data.items() if k in LASTING}
    row = [task.task_spec.name, task._state, place.get(task._parent), changed, removed]
    return [*row, own, str(task.id) if opened else None, task.triggered]


def load(specification: Specification, text: str, **settings: Any) -> Case:
    """The case of a snapshot of ours; raises BrokenSnapshot when it does not fit the specification."""
    case = Case(specification.processes, specification.process_id, deserializing=True, **settings)
    try:
        state = orjson.loads(text)
        if state["v"] != VERSION:
            raise BrokenSnapshot()
        case.ended, case.cancelled = state["ended"], state["cancelled"]
        _restore(case, state["wf"])
        for host_id, level in state["parts"]:
            host = case.task(host_id)
            part = Part(case.subprocess_specs[host.task_spec.spec], host, case, deserializing=True)
            case.subprocesses[host_id] = part
            _restore(part, level)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        raise BrokenSnapshot() from None
    return case


def _restore(level: Any, state: dict[str, Any]) -> None:
    specs, tasks = level.spec.task_specs, list[Token]()
    for number, (name, code, parent, changed, removed, own, task_id, triggered) in enumerate(state["tasks"]):
        before = tasks[parent] if parent is not None else None
        task = Token(level, specs[name], before, code, id=number if task_id is None else task_id)
        task.triggered, task.internal_data = triggered, own
        task.data = {**before.data, **changed} if before else changed
        for key in removed:
            del task.data[key]
        tasks.append(task)
    level.task_tree = tasks[0]
    level.earlier, level.assigned, level.changes = state["earlier"], state["assigned"], state["changes"]
    level.completed = state["data"] is not None
    level.data = state["data"] or {}
