"""What is waited for: a timer keeps its time unless it is drawn otherwise, then it counts from its own beginning."""

from datetime import datetime
from typing import Any, NamedTuple

from SpiffWorkflow.task import Task

from engine.kernel.delivery import events_of
from engine.kernel.errors import ExpressionError
from engine.kernel.migrating.fitting import EVENT_GONE, EVENT_NEW, TIMER
from engine.kernel.migrating.moving import Moving
from engine.kernel.run import Case
from engine.kernel.specs import OPEN, WAITING, Attached, Boundary, spawn
from engine.kernel.timers import first_due
from engine.text import Text


class Known(NamedTuple):
    """What a task waited for, each under its key, with the timers still to come."""

    name: str
    events: dict[str, dict[str, Any]]
    timers: dict[str, dict[str, Any]]


def known(level: Any) -> dict[Any, Known]:
    return {
        task.id: Known(
            task.task_spec.bpmn_name or task.task_spec.bpmn_id,
            dict(events_of(task)),
            task.internal_data.get("timers", {}),
        )
        for task in level.open_ones()
        if task._state == WAITING and events_of(task)
    }


def settle(case: Case, level: Any, moving: Moving, before: dict[Any, Known]) -> list[Text]:
    """Timers as they are drawn now, boundary events that are new; what changed, in words."""
    notes = [EVENT_GONE.fill(step=one.name) for task_id, one in before.items() if task_id not in level.tasks]
    for task_id, one in before.items():
        if task_id in level.tasks:
            notes += _timers(case, level.tasks[task_id], one, moving)
    for task in list(level.open_ones()):
        if isinstance(task.parent.task_spec if task.parent else None, Attached) and not task.triggered:
            notes += _new_events(case, task)
    return notes


def _timers(case: Case, task: Task, before: Known, moving: Moving) -> list[Text]:
    keys = {moving.to(key): key for key in before.events}
    task.internal_data.pop("timers", None)
    notes = []
    for key, event in events_of(task):
        old = before.events.get(keys.get(key, "?"))
        timer = before.timers.get(keys.get(key, "?"))
        if event["kind"] != "timer" or (old is not None and timer is None):
            continue  # of a timer that fired for the last time nothing is left
        same = old is not None and (old["form"], old["value"]) == (event["form"], event["value"])
        if same:
            task.internal_data.setdefault("timers", {})[key] = timer
            continue
        begun = _begun(old, timer, task.data) if old and timer else None
        _set(case, task, event, key, begun or case.now)
        due = datetime.fromisoformat(task.internal_data["timers"][key]["due"])
        name = task.workflow.spec.task_specs[key].bpmn_name if key else task.task_spec.bpmn_name
        notes.append(TIMER.fill(step=name or before.name, due=f"{due:%Y-%m-%d %H:%M} UTC"))
    return notes


def _set(case: Case, task: Task, event: dict[str, Any], key: str, begun: datetime) -> None:
    now, case.now = case.now, begun
    try:
        case.set_timer(task, event, key)
    finally:
        case.now = now


def _begun(event: dict[str, Any], timer: dict[str, Any], data: dict[str, Any]) -> datetime | None:
    """When a timer that runs for some time was set; None where its end does not tell."""
    due = datetime.fromisoformat(timer["due"])
    form, value = ("duration", timer["every"]) if "every" in timer else (event["form"], event["value"])
    if form != "duration":
        return None
    try:
        begun = due
        for _ in range(2):  # a month is as long as the one it begins in
            ends = datetime.fromisoformat(first_due(form, value, data, begun)["due"])
            begun = due - (ends - begun)
    except ExpressionError:
        return None
    return begun


def _new_events(case: Case, activity: Task) -> list[Text]:
    """Boundary events the open activity did not have: they wait from when it was opened."""
    split = activity.parent
    if isinstance(activity.task_spec, Boundary) or not activity._state & OPEN:
        return []
    there = {one.task_spec.name for one in split.children}
    notes = []
    opened = activity.internal_data.get("opened")
    for way in split.task_spec.described["next"]:
        if way.target in there:
            continue
        spec = split.workflow.spec.task_specs[way.target]
        event = spawn(split, spec)
        event.data = dict(split.data)
        event._set_state(WAITING)
        _set(case, event, spec.described["event"], "", datetime.fromisoformat(opened) if opened else case.now)
        notes.append(EVENT_NEW.fill(step=spec.bpmn_name or spec.bpmn_id))
    return notes
