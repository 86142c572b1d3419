"""Running a drawn case in a test: every step goes through a snapshot, as it does in the house."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.kernel import Flow, Specification, specify

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Run:
    """A case that is dumped and loaded between every two steps; collects the trace of all of them."""

    def __init__(self, *documents: bytes, data: dict[str, Any] | None = None, **given: Any):
        named = {f"{number}.bpmn": one for number, one in enumerate(documents)}
        self.spec: Specification = specify(named)
        self.now, self.given = NOON, given
        self.flow = Flow.start(self.spec, data or {}, now=self.now, **given)
        self.passed: list[str] = []
        self.reload()

    def reload(self) -> Flow:
        self.passed += [one.element for one in self.flow.trace]
        self.flow = Flow.load(self.spec, self.flow.dump(), now=self.now, **self.given)
        return self.flow

    def later(self, **span: float) -> bool:
        self.now += timedelta(**span)
        self.reload()
        moved = self.flow.tick()
        self.reload()
        return moved

    @property
    def open(self) -> list[str]:
        return [task.step for task in self.flow.open_tasks]

    def task(self, step: str, item: Any = None) -> str:
        found = [one for one in self.flow.open_tasks if one.step == step and item in (None, one.item)]
        return found[0].id

    def do(self, step: str, item: Any = None, **answers: Any) -> list[str]:
        self.flow.complete(self.task(step, item), answers)
        self.reload()
        return self.open

    def back(self, step: str, to: str) -> list[str]:
        self.flow.return_to(self.task(step), to)
        self.reload()
        return self.open
