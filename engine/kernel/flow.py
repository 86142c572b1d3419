"""One case: start it, load it, complete what is open, move it, write it down. Throw it away after any error."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from SpiffWorkflow.task import Task

from engine.kernel import countersign, moves, seats, snapshot
from engine.kernel.asking import Ruling, Services, Signers
from engine.kernel.deciding import Ready
from engine.kernel.errors import NotOpen
from engine.kernel.history import returns, shorten
from engine.kernel.plain import plain, plain_value
from engine.kernel.run import Case, Step
from engine.kernel.seats import Round
from engine.kernel.specification import Specification
from engine.kernel.specs import READY, WAITING, Scope


@dataclass(frozen=True)
class OpenTask:
    """A human task that is open now; changing `data` changes nothing, `item` is that of a countersigner."""

    id: str
    step: str
    name: str
    lane: str | None
    properties: dict[str, str]
    documentation: str
    opened_at: datetime
    item: Any | None
    index: int | None
    process: str
    data: dict[str, Any]


class Flow:
    """A case in memory. No other thread may have the same one."""

    def __init__(self, case: Case):
        self._case = case

    @classmethod
    def start(
        cls,
        spec: Specification,
        data: dict[str, Any],
        *,
        now: datetime,
        services: Services | None = None,
        signers: Signers | None = None,
        max_steps: int = 1_000,
    ) -> Self:
        """A new case at its first human tasks. `services` runs operations, `signers` names countersigners."""
        given = {"now": now, "services": services, "signers": signers, "max_steps": max_steps}
        return cls.begin(spec, data, **given).go()

    @classmethod
    def begin(cls, spec: Specification, data: dict[str, Any], **settings: Any) -> Self:
        """A new case in front of its start event; `go` sets it off."""
        case = Case(spec.processes, spec.process_id, **settings)
        case.task_tree.data = plain(data, "start")
        return cls(case)

    @classmethod
    def load(
        cls,
        spec: Specification,
        snapshot_text: str,
        *,
        now: datetime,
        services: Services | None = None,
        signers: Signers | None = None,
    ) -> Self:
        return cls(snapshot.load(spec, snapshot_text, now=now, services=services, signers=signers))

    def dump(self) -> str:
        """The thin snapshot (JSON); give it back to `load` together with the same specification."""
        return snapshot.dump(self._case)

    def go(self) -> Self:
        """Run on to the next people, timers or messages."""
        self._case.advance()
        for level in self._case.levels():
            shorten(level)
        return self

    # --- what is open

    @property
    def open_tasks(self) -> list[OpenTask]:
        return [_shown(task) for task in self._open()]

    def _open(self) -> list[Task]:
        return [
            task
            for level in self._case.levels()
            for task in level.tasks.values()
            if task._state == READY and task.task_spec.manual
        ]

    def _find(self, task_id: str) -> Task:
        """The one place where it is asked whether a task is open and a person's."""
        for task in self._open():
            if str(task.id) == task_id:
                return task
        raise NotOpen()

    @property
    def next_due(self) -> datetime | None:
        due = self._case.timers()
        return due[0][0] if due else None

    @property
    def now(self) -> datetime:
        return self._case.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._case.now = moment

    def waiting_at(self) -> list[Task]:
        """Tasks of the library that wait for something: events and joins."""
        return [task for level in self._case.levels() for task in level.open_ones() if task._state == WAITING]

    @property
    def waiting_messages(self) -> list[str]:
        """Names of the messages and signals somebody waits for."""
        waiting = self._case.waiting_names()
        return list(dict.fromkeys(waiting))

    # --- going on

    def complete(self, task_id: str, answers: dict[str, Any]) -> None:
        """Assign the answers (no merging into older values) and go on. Raises NotOpen, BadData, FlowError."""
        task = self._find(task_id)
        clean = plain(answers, task.task_spec.bpmn_name or task.task_spec.bpmn_id)
        task.data |= clean
        task.internal_data["own"] = [*task.internal_data.get("own", ()), *clean]
        if task.triggered:
            task.internal_data["answers"] = clean
        self._case.steps = 0
        self._case.run_task(task)
        self.go()

    def tick(self) -> bool:
        """Fire the timers that are due; True if something moved."""
        self._case.steps = 0
        moved = self._case.tick()
        self.go()
        return moved

    def receive(self, message: str, payload: dict[str, Any]) -> bool:
        """Deliver a message (or signal) from outside; False if nothing waits for it."""
        self._case.steps = 0
        clean = plain(payload, message)
        taken = self._case.deliver("message", message, clean) or self._case.deliver("signal", message, clean)
        self.go()
        return taken

    def rule_again(self, others: Mapping[str, Ready]) -> None:
        """Ask every decision table that did not decide once more; where it still does not, another of its id."""
        self._case.steps = 0
        self._case.rule_again(others)
        self.go()

    # --- moves

    def earlier_steps(self, task_id: str) -> list[tuple[str, str]]:
        """(step, name) of what this open task may be returned to, in the order it was passed."""
        found = returns(self._find(task_id))
        return [(step, place.level.spec.task_specs[step].bpmn_name or step) for step, place in found.items()]

    def returns_alone(self, task_id: str, step: str) -> bool:
        """Whether an earlier step is one task by itself, not opened with the block or the activity it belongs to."""
        place = returns(self._find(task_id)).get(step)
        return place is not None and place.again == step and not isinstance(place.level.spec.task_specs[step], Scope)

    def return_to(self, task_id: str, step: str) -> None:
        """Back to an earlier step, not drawn: with the whole block it was joined in; raises NotReturnable."""
        task = self._find(task_id)
        self._case.steps = 0
        moves.return_to(self._case, task, step)
        self.go()

    def add_signer(self, task_id: str, item: Any) -> None:
        seats.add_signer(self._instance(task_id), plain_value(item, "signer"))
        self.go()

    def remove_signer(self, task_id: str, item: Any) -> None:
        """Raises NotOpen if that signer has nothing to sign, EmptySigners and NotRemovable where nobody else has."""
        seats.remove_signer(self._instance(task_id), item)
        self.go()

    def round_of(self, task_id: str) -> Round:
        """The countersign that this open task is a place of; raises NotOpen when it is of none."""
        return seats.round_of(self._instance(task_id))

    def _instance(self, task_id: str) -> Task:
        task = self._find(task_id)
        if not task.triggered or not isinstance(task.parent.task_spec, countersign.Each):
            raise NotOpen()
        return task

    def amend(self, task_id: str, answers: dict[str, Any]) -> None:
        """An earlier step was done again beside the diagram: an open task, and what hangs on it, gets its answers."""
        task = self._find(task_id)
        moves.amend(task, plain(answers, task.task_spec.bpmn_name or task.task_spec.bpmn_id))

    def cancel(self) -> None:
        moves.cancel(self._case)

    def renew(self, operations: Collection[str], answer: dict[str, Any]) -> None:
        """What one of these operations answered is this by now: its names get it, timers on dates wait for it."""
        moves.renew(self._case, operations, plain(answer, "renew"))

    # --- what became of it

    @property
    def finished(self) -> bool:
        """An end event was reached and nothing is open: our own notion, never the library's."""
        return self._case.completed and bool(self._case.ended) and not self._case.cancelled

    @property
    def cancelled(self) -> bool:
        return self._case.cancelled

    @property
    def ended(self) -> list[str]:
        return list(self._case.ended)

    @property
    def data(self) -> dict[str, Any]:
        """The data of the case: of its end, or with the changes of every branch so far."""
        return self._case.current_data()

    @property
    def trace(self) -> list[Step]:
        return list(self._case.trace)

    @property
    def taken(self) -> list[str]:
        """The ids of the sequence flows that were taken, in order."""
        return list(self._case.taken)

    @property
    def decided(self) -> list[Ruling]:
        """Decision tables that were asked and said which way."""
        return list(self._case.decided)

    @property
    def undecided(self) -> list[Ruling]:
        """Decision tables that were asked now and did not decide; their tokens wait."""
        return list(self._case.undecided)

    @property
    def thrown(self) -> list[tuple[str, str, dict[str, Any]]]:
        """(kind, name or code, payload) of what was thrown and not caught inside the case."""
        return list(self._case.thrown)


def _shown(task: Task) -> OpenTask:
    spec, own = task.task_spec, task.internal_data
    return OpenTask(
        id=str(task.id),
        step=spec.bpmn_id,
        name=spec.bpmn_name or "",
        lane=spec.lane,
        properties=dict(spec.props),
        documentation=spec.documentation or "",
        opened_at=datetime.fromisoformat(own["opened"]),
        item=own.get("item"),
        index=own.get("index"),
        process=task.workflow.spec.process_id,
        data=dict(task.data),
    )
