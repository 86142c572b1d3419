"""A case in memory: a flat stepper with a step limit, and what is left of it when branches end."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from engine.kernel.asking import ENGINE, Ruling, Services, Signers, Trial
from engine.kernel.countersign import Several
from engine.kernel.deciding import Ready
from engine.kernel.delivery import Delivery
from engine.kernel.errors import StepLimit, TooManyTokens
from engine.kernel.gateways import Join
from engine.kernel.specs import (
    CANCELLED,
    OPEN,
    READY,
    STARTED,
    WAITING,
    Boundary,
    End,
    Process,
    Rule,
    apply_changes,
    place,
)

for _name in ("spiff", "spiff.workflow", "spiff.task", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # at INFO every record carries the whole data

MAX_TOKENS = 5_000  # tasks in the memory of one level, and levels that run at once


@dataclass(frozen=True)
class Step:
    """One element that was passed; kind is human, automatic or event."""

    element: str
    name: str
    kind: str


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

    def __init__(self, spec: Process, host: Task, top_workflow: "Case", **kwargs: Any):
        self.host = host
        self.earlier, self.assigned, self.changes = [], [], {}
        super().__init__(spec, host.id, top_workflow, **kwargs)


class Case(_Level, Delivery, BpmnWorkflow):
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
        self.taken: list[str] = []
        self.thrown: list[tuple[str, str, dict[str, Any]]] = []
        self.ended: list[str] = []
        self.decided: list[Ruling] = []
        self.undecided: list[Ruling] = []
        self.cancelled = False
        super().__init__(processes[main], processes, script_engine=ENGINE, **kwargs)

    # --- stepping

    def levels(self) -> list[Any]:
        """The case and every subprocess whose activity is still running, outer before inner."""
        found: list[Any] = [self]
        if self.subprocesses:
            live = {id(self)}
            for part in self.subprocesses.values():
                if part.host._state == STARTED and id(part.host.workflow) in live:
                    live.add(id(part))
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
            element, name = place(task)
            raise StepLimit(element=element, name=name, limit=self.max_steps)
        if len(task.workflow.tasks) > MAX_TOKENS or len(self.subprocesses) > MAX_TOKENS:
            element, name = place(task)
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
                host = level.host
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

    def enter(self, host: Task, process: str) -> None:
        part = Part(self.subprocess_specs[process], host, self)
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

    def rule_again(self, others: Mapping[str, Ready]) -> None:
        """Every token that waits for a decision table asks again, first its own and then another of that id."""
        for level in self.levels():
            for task in [one for one in level.open_ones() if isinstance(one.task_spec, Rule)]:
                own = task.task_spec.table
                other = others.get(own.table.id)
                if self.rule(task, own) or (other is not None and self._instead(task, own, other)):
                    task._ready()

    def _instead(self, task: Task, own: Ready, other: Ready) -> bool:
        """Another table may take the place of one that does not decide if it tells the same things."""
        told = [[(one.key, one.kind) for one in table.table.outputs] for table in (own, other)]
        if told[0] != told[1]:
            return False
        self.undecided.pop()
        return self.rule(task, other)

    def close_boundary(self, task: Task) -> None:
        """An activity is done: its boundary events wait no longer."""
        if not isinstance(task.task_spec, Boundary):
            for other in task.parent.children:
                if other._state == WAITING:
                    other._set_state(CANCELLED)
