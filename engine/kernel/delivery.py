"""What a case waits for and what happens to it: timers, messages, signals, errors going outwards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.task import Task

from engine.kernel.asking import Asking
from engine.kernel.errors import ExpressionError
from engine.kernel.gateways import EventGateway
from engine.kernel.specs import OPEN, WAITING, Boundary, Catch, place, spawn
from engine.kernel.timers import first_due, next_turn


class Delivery(Asking):
    """The part of a case that fires timers and delivers events."""

    now: datetime
    thrown: list[tuple[str, str, dict[str, Any]]]
    levels: Callable[[], list[Any]]
    advance: Callable[[], None]
    cancel_task: Callable[[Task], None]

    def set_timer(self, task: Task, event: dict[str, Any], key: str = "") -> None:
        if event["kind"] != "timer":
            return
        try:
            timer = first_due(event["form"], event["value"], task.data, self.now)
        except ExpressionError as error:
            if event["value"] and not self._humoured(error):
                raise error.at(*place(task)) from None
            timer = {"due": (self.now + timedelta(days=1)).isoformat()}
        task.internal_data.setdefault("timers", {})[key] = timer

    def timers(self) -> list[tuple[datetime, Task, str]]:
        """Every timer that waits, the earliest first."""
        found = [
            (datetime.fromisoformat(timer["due"]), task, key)
            for level in self.levels()
            for task in level.tasks.values()
            if task._state == WAITING
            for key, timer in task.internal_data.get("timers", {}).items()
        ]
        return sorted(found, key=lambda one: one[0])

    def tick(self) -> bool:
        """Fire what is due, one after the other: the first may cancel the second."""
        moved = False
        while (due := self.timers()) and due[0][0] <= self.now:
            _, task, key = due[0]
            self.fire(task, key)
            self.advance()
            moved = True
        return moved

    # --- events

    def waiting_for(self, kind: str, name: str | None = None) -> list[tuple[Task, str]]:
        """Who waits for a message or a signal (of that name), the longest waiting first."""
        found = []
        for level in self.levels():
            for task in level.tasks.values():
                if task._state == WAITING:
                    found += [(task, key) for key, one in events_of(task) if _matches(one, kind, name)]
        return found

    def waiting_names(self) -> list[str]:
        waiting = self.waiting_for("message") + self.waiting_for("signal")
        return [dict(events_of(task))[key]["name"] for task, key in waiting]

    def deliver(self, kind: str, name: str, payload: dict[str, Any]) -> bool:
        """A message reaches one, a signal everyone who waits for it."""
        waiting = self.waiting_for(kind, name)
        for task, key in waiting if kind == "signal" else waiting[:1]:
            if task._state == WAITING:
                event = dict(events_of(task))[key]
                self.fire(task, key, {event["into"]: payload} if "into" in event else payload)
        return bool(waiting)

    def throw(self, task: Task, event: dict[str, Any] | None) -> None:
        kind = event["kind"] if event else "none"
        if event is None or kind == "none":
            return
        if kind == "terminate":
            for other in list(task.workflow.open_ones()):
                if other is not task:
                    self.cancel_task(other)
        elif kind in ("message", "signal"):
            payload = self.value(task, event["payload"]) if "payload" in event else {}
            payload = payload if isinstance(payload, dict) else {"payload": payload}
            if not self.deliver(kind, event["name"], payload):
                self.thrown.append((kind, event["name"], payload))
        elif not self._throw_up(task, kind, event["code"]):
            self.thrown.append((kind, event["code"] or "", {}))

    def _throw_up(self, task: Task, kind: str, code: str | None) -> bool:
        """An error goes to the activity around it, then further out: never sideways or inwards."""
        level = task.workflow
        while level is not self:
            host = level.host
            level = host.workflow
            outer = host.parent if host.triggered else host
            catchers = [
                one for one in outer.parent.children
                if isinstance(one.task_spec, Boundary) and one._state == WAITING
                and one.task_spec.described["event"]["kind"] == kind
                and one.task_spec.described["event"]["code"] in (None, code)
            ]  # fmt: skip
            if catchers:
                catcher = min(catchers, key=lambda one: one.task_spec.described["event"]["code"] is None)
                self.fire(catcher, "", task.data)
                return True
        return False

    def fire(self, task: Task, key: str, payload: dict[str, Any] | None = None) -> None:
        """What a task waited for has happened."""
        spec = task.task_spec
        if isinstance(spec, Boundary):
            self._fire_boundary(task, payload or {})
            return
        task.data |= payload or {}
        task.internal_data.pop("timers", None)
        if isinstance(spec, EventGateway):
            task.internal_data["chosen"] = key
        task._ready()

    def _fire_boundary(self, task: Task, payload: dict[str, Any]) -> None:
        split, spec = task.parent, task.task_spec
        if spec.described["ends"]:
            for other in split.children:
                if other is not task and (not isinstance(other.task_spec, Boundary) or other._state == WAITING):
                    self.cancel_open(other)
            task.internal_data.pop("timers", None)
            token = task
        else:  # the event goes on waiting; each time it happens a token of its own leaves
            timer = task.internal_data.pop("timers", {}).get("", {})
            following = next_turn(timer, self.now) if "every" in timer else None
            if following:
                task.internal_data["timers"] = {"": following}
            token = spawn(split, spec)
            token.data = dict(task.data)
        token.data |= payload
        token._ready()

    def cancel_open(self, task: Task) -> None:
        """Cancel an activity that still runs; one that is done has tokens further on, which stay."""
        if task._state & OPEN:
            self.cancel_task(task)


def events_of(task: Task) -> list[tuple[str, dict[str, Any]]]:
    """What a task waits for, each under its key among the task's timers."""
    spec = task.task_spec
    if isinstance(spec, EventGateway):
        specs = task.workflow.spec.task_specs
        return [(way.target, specs[way.target].described["event"]) for way in spec.described["next"]]
    return [("", spec.described["event"])] if isinstance(spec, Catch) else []


def _matches(event: dict[str, Any], kind: str, name: str | None) -> bool:
    return event["kind"] == kind and name in (None, event["name"])
