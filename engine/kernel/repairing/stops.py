"""Where the tokens of a case stand, and passing over what one of them waits for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task

from engine.kernel.errors import NotOpen
from engine.kernel.flow import Flow
from engine.kernel.gateways import EventGateway
from engine.kernel.specs import READY, WAITING, Boundary, Catch, Rule


@dataclass(frozen=True)
class Stop:
    """A token: `kind` is human, event (a timer or a message), choice (the first of several) or rule (undecided)."""

    id: str
    step: str
    name: str
    kind: str
    props: dict[str, str]


def stops(flow: Flow) -> list[Stop]:
    """All of them, in the order of the case."""
    return [
        Stop(str(one.id), one.task_spec.bpmn_id, one.task_spec.bpmn_name or "", kind, dict(one.task_spec.props))
        for one, kind in _standing(flow._case)
    ]


def _standing(case: Any) -> Iterator[tuple[Task, str]]:
    for level in case.levels():
        for task in level.open_ones():
            spec = task.task_spec
            if task._state == READY and spec.manual:
                yield task, "human"
            elif task._state == WAITING and isinstance(spec, Rule):
                yield task, "rule"
            elif task._state == WAITING and isinstance(spec, EventGateway):
                yield task, "choice"
            elif task._state == WAITING and isinstance(spec, Catch) and not isinstance(spec, Boundary):
                yield task, "event"


def find(flow: Flow, token: str) -> Task:
    """The task of the library a token stands at; NotOpen where it stands there no longer."""
    for task, _ in _standing(flow._case):
        if str(task.id) == token:
            return task
    raise NotOpen()


def skip(flow: Flow, token: str, answers: dict[str, Any]) -> None:
    """As if it were done: a step of people with these answers, an event as if it had come; then on."""
    task = find(flow, token)
    if task.task_spec.manual:
        flow.complete(token, answers)
        return
    flow._case.steps = 0
    flow._case.fire(task, "")
    flow.go()
