"""A case in memory: a flat stepper with a step limit, its own clock, its own delivery of events."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from engine.kernel.countersign import Several
from engine.kernel.errors import ExpressionError, MissingData, NoOperation, NotUnderstood, StepLimit, TooManyTokens
from engine.kernel.expression import SafeEnvironment
from engine.kernel.plain import plain_value
from engine.kernel.specs import (
    CANCELLED,
    OPEN,
    READY,
    STARTED,
    WAITING,
    Boundary,
    Catch,
    End,
    EventGateway,
    Join,
    Process,
    apply_changes,
    spawn,
)
from engine.kernel.timers import first_due, next_turn

for _name in ("spiff", "spiff.workflow", "spiff.task", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # at INFO every record carries the whole data

MAX_TOKENS = 5_000  # tasks in the memory of one level, and levels that run at once
ENGINE = PythonScriptEngine(SafeEnvironment())
Services = Callable[[str, dict[str, Any], dict[str, Any]], Any]
Signers = Callable[[str, dict[str, Any]], list[Any]]


@dataclass(frozen=True)
class Step:
    """One element that was passed; kind is human, automatic or event."""

    element: str
    name: str
    kind: str


@dataclass
class Trial:
    """How a diagram drawn elsewhere is humoured: the answer to unknown conditions, results of services."""

    assume: bool | None = None
    result: Callable[[str], dict[str, Any] | None] = lambda element: None  # noqa: ARG005


class _Level:
    """What a process and a subprocess share: the steps passed and the keys assigned before the tree was
    shortened, and the changes of branches that have ended."""

    tasks: dict[Any, Task]
    earlier: list[str]
    assigned: list[str]
    changes: dict[str, Any]

    def open_ones(self) -> Iterator[Task]:
        return (task for task in self.tasks.values() if task._state & OPEN)


class Part(_Level, BpmnSubWorkflow):
    """A running subprocess or called process."""

    def __init__(self, spec: Process, parent_task_id: Any, top_workflow: "Case", **kwargs: Any):
        self.earlier, self.assigned, self.changes = [], [], {}
        super().__init__(spec, parent_task_id, top_workflow, **kwargs)


class Case(_Level, BpmnWorkflow):
    """The whole case; `now` is its clock, handed in."""

    def __init__(
        self,
        processes: dict[str, Process],
        main: str,
        *,
        now: datetime,
        services: Services | None = None,
        signers: Signers | None = None,
        max_steps: int = 1_000,
        trial: Trial | None = None,
        **kwargs: Any,
    ):
        self.earlier, self.assigned, self.changes = [], [], {}
        self.now, self.services, self.signers, self.trial = now, services, signers, trial
        self.max_steps, self.steps = max_steps, 0
        self.trace: list[Step] = []
        self.thrown: list[tuple[str, str, dict[str, Any]]] = []
        self.ended: list[str] = []
        self.cancelled = False
        super().__init__(processes[main], processes, script_engine=ENGINE, **kwargs)

    # --- stepping

    def levels(self) -> list[Any]:
        """The case and every subprocess whose activity is still running, outer before inner."""
        if not self.subprocesses:
            return [self]
        found: list[Any] = [self]
        for host_id, part in self.subprocesses.items():
            if any(level.tasks.get(host_id, _NOBODY)._state == STARTED for level in found):
                found.append(part)
        return found

    def advance(self) -> None:
        """Run what is automatic until only people, timers and messages are left."""
        while self._run_ready() or self._settle():
            pass
        stamp = self.now.isoformat()
        for level in self.levels():
            for task in level.tasks.values():
                if task._state == READY:
                    task.internal_data.setdefault("opened", stamp)

    def _run_ready(self) -> bool:
        moved = False
        for level in reversed(self.levels()):
            for task in [one for one in level.tasks.values() if one._state == READY]:
                # an earlier one of this round may have interrupted it
                if task._state == READY and not task.task_spec.manual:
                    self.run_task(task)
                    moved = True
        return moved

    def run_task(self, task: Task) -> None:
        self.steps += 1
        if self.steps > self.max_steps:
            element, name = _place(task)
            raise StepLimit(element=element, name=name, limit=self.max_steps)
        if len(task.workflow.tasks) > MAX_TOKENS or len(self.subprocesses) > MAX_TOKENS:
            element, name = _place(task)
            raise TooManyTokens(element=element, name=name, limit=MAX_TOKENS)
        task.run()

    def _settle(self) -> bool:
        """Nothing runs: see which joins are complete and which levels are empty."""
        for level in reversed(self.levels()):
            specs = {id(one.task_spec): one.task_spec for one in level.tasks.values() if one._state == WAITING}
            joined = [spec.try_to_join(level) for spec in specs.values() if isinstance(spec, Join)]
            if any(joined):
                return True
            if not level.completed and next(level.open_ones(), None) is None:
                level.completed = True
                level.data = {**level.task_tree.data, **level.changes}
                if level is self:
                    return False
                host = self.task(level.parent_task_id)
                host.data = level.data
                host.internal_data["own"] = [*level.assigned, *level.changes]
                del self.subprocesses[level.parent_task_id]
                host._ready()
                return True
        return False

    def current_data(self) -> dict[str, Any]:
        """Of the end, or what is known so far: the data of the start with the changes of every branch."""
        if self.completed:
            return dict(self.data)
        data = {**self.task_tree.data, **self.changes}
        for task in self.open_ones():
            apply_changes(data, self.task_tree, task)
        return data

    def task(self, task_id: Any) -> Task:
        return next(level.tasks[task_id] for level in self.levels() if task_id in level.tasks)

    # --- called by the elements

    def passed(self, task: Task) -> None:
        spec = task.task_spec
        if spec.bpmn_id is None or isinstance(spec, Several):
            return
        self.trace.append(Step(spec.bpmn_id, spec.bpmn_name or "", spec.kind))
        if isinstance(spec, End) and task.workflow is self:
            self.ended.append(spec.bpmn_id)

    def token_ended(self, task: Task) -> None:
        apply_changes(task.workflow.changes, task.workflow.task_tree, task)

    def ask(self, task: Task, condition: str, more: dict[str, Any] | None = None) -> bool:
        """Whether a condition holds; in a trial, an unknown one is what was assumed."""
        try:
            return bool(ENGINE.environment.evaluate(condition, {**task.data, **(more or {})}))
        except ExpressionError as error:
            if not self._humoured(error):
                raise error.at(*_place(task)) from None
            return bool(self.trial and self.trial.assume)

    def _humoured(self, error: ExpressionError) -> bool:
        """In a trial with an assumption, what asks for data nobody gave or is in another language."""
        asks = isinstance(error, MissingData | NotUnderstood)
        return asks and self.trial is not None and self.trial.assume is not None

    def value(self, task: Task, expression: str) -> Any:
        try:
            return ENGINE.environment.evaluate(expression, task.data)
        except ExpressionError as error:
            raise error.at(*_place(task)) from None

    def items(self, task: Task, loop: dict[str, Any], props: dict[str, str]) -> list[Any]:
        """For whom or what an activity has instances."""
        try:
            if props.get("signers") and self.signers is not None:
                found = self.signers(props["signers"], dict(task.data))
            elif loop["list"]:
                found = task.data[loop["list"]] if loop["list"] in task.data else self.value(task, loop["list"])
            elif loop["count"]:
                found = list(range(min(int(self.value(task, loop["count"])), 1_000)))
            else:
                found = [None] if self.trial else []
        except ExpressionError as error:
            if not self._humoured(error):
                raise
            found = [None]
        except (TypeError, ValueError):
            found = []
        return plain_value(list(found.values()) if isinstance(found, dict) else _list(found), _place(task)[0])

    def serve(self, task: Task, does: dict[str, Any]) -> None:
        """A service task: an operation by its id, with its parameters worked out."""
        element, name = _place(task)
        if self.trial is not None:
            result: Any = self.trial.result(element) or {}
        else:
            if self.services is None:
                raise NoOperation(element=element, name=name)
            parameters = {key: self.value(task, value) for key, value in does["with"].items()}
            result = self.services(does["id"], parameters, dict(task.data))
        if does["into"]:
            task.internal_data["own"] = [does["into"]]
            task.data[does["into"]] = plain_value(result, name or element)
        elif self.trial is not None and isinstance(result, dict):
            task.data |= plain_value(result, name or element)

    def enter(self, host: Task, process: str) -> None:
        part = Part(self.subprocess_specs[process], host.id, self)
        part.task_tree.data = dict(host.data)
        self.subprocesses[host.id] = part

    def cancel_task(self, task: Task) -> None:
        """Cancel what is open of a task, below it and inside it."""
        stack = [task]
        while stack:
            one = stack.pop()
            if one._state & OPEN:
                one._set_state(CANCELLED)
            part = self.subprocesses.pop(one.id, None)
            if part is not None:
                stack += part.tasks.values()
            stack += one.children

    def close_boundary(self, task: Task) -> None:
        """An activity is done: its boundary events wait no longer."""
        if not isinstance(task.task_spec, Boundary):
            for other in task.parent.children:
                if other._state == WAITING:
                    other._set_state(CANCELLED)

    # --- timers

    def set_timer(self, task: Task, event: dict[str, Any], key: str = "") -> None:
        if event["kind"] != "timer":
            return
        try:
            timer = first_due(event["form"], event["value"], task.data, self.now)
        except ExpressionError as error:
            if event["value"] and not self._humoured(error):
                raise error.at(*_place(task)) from None
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
                    found += [(task, key) for key, one in _events(task) if _matches(one, kind, name)]
        return found

    def waiting_names(self) -> list[str]:
        waiting = self.waiting_for("message") + self.waiting_for("signal")
        return [dict(_events(task))[key]["name"] for task, key in waiting]

    def deliver(self, kind: str, name: str, payload: dict[str, Any]) -> bool:
        """A message reaches one, a signal everyone who waits for it."""
        waiting = self.waiting_for(kind, name)
        for task, key in waiting if kind == "signal" else waiting[:1]:
            if task._state == WAITING:
                event = dict(_events(task))[key]
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
            host = self.task(level.parent_task_id)
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


class _Nobody:
    _state = 0


_NOBODY = _Nobody()


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _place(task: Task) -> tuple[str, str]:
    spec = task.task_spec
    return spec.bpmn_id or "", spec.bpmn_name or ""


def _events(task: Task) -> list[tuple[str, dict[str, Any]]]:
    spec = task.task_spec
    if isinstance(spec, EventGateway):
        specs = task.workflow.spec.task_specs
        return [(target, specs[target].described["event"]) for target, _ in spec.described["next"]]
    return [("", spec.described["event"])] if isinstance(spec, Catch) else []


def _matches(event: dict[str, Any], kind: str, name: str | None) -> bool:
    return event["kind"] == kind and name in (None, event["name"])
