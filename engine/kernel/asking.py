"""What elements ask while they run: conditions, values, lists of signers, operations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.task import Task

from engine.kernel.deciding import Decided, Ready, Table, Undecided
from engine.kernel.errors import ExpressionError, MissingData, NoOperation, NotUnderstood
from engine.kernel.expression import SafeEnvironment, unwrapped
from engine.kernel.plain import plain_value
from engine.kernel.specs import WAITING, place
from engine.text import Text

ENGINE = PythonScriptEngine(SafeEnvironment())
Services = Callable[[str, dict[str, Any], dict[str, Any]], Any]
Signers = Callable[[str, dict[str, Any]], list[Any]]


@dataclass
class Trial:
    """How a diagram drawn elsewhere is humoured: the answer to unknown conditions, results of services."""

    assume: bool | None = None
    result: Callable[[str], dict[str, Any] | None] = lambda element: None  # noqa: ARG005


@dataclass(frozen=True)
class Ruling:
    """A decision table was asked at an element: what it decided, or why it did not."""

    element: str
    name: str
    table: Table
    decided: Decided | None = None
    why: Text | None = None


class Asking:
    """The part of a case that answers its elements."""

    decided: list[Ruling]
    undecided: list[Ruling]
    services: Services | None
    signers: Signers | None
    trial: Trial | None

    def ask(self, task: Task, condition: str, more: dict[str, Any] | None = None) -> bool:
        """Whether a condition holds; in a trial, an unknown one is what was assumed."""
        if self.trial is not None:
            condition = unwrapped(condition)
        try:
            return bool(ENGINE.environment.evaluate(condition, {**task.data, **(more or {})}))
        except ExpressionError as error:
            if not self._humoured(error):
                raise error.at(*place(task)) from None
            return bool(self.trial and self.trial.assume)

    def _humoured(self, error: ExpressionError) -> bool:
        """In a trial with an assumption, what asks for data nobody gave or is in another language."""
        asks = isinstance(error, MissingData | NotUnderstood)
        return asks and self.trial is not None and self.trial.assume is not None

    def value(self, task: Task, expression: str) -> Any:
        try:
            return ENGINE.environment.evaluate(expression, task.data)
        except ExpressionError as error:
            raise error.at(*place(task)) from None

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
        return plain_value(list(found.values()) if isinstance(found, dict) else _list(found), place(task)[0])

    def named(self, task: Task, who: str) -> list[Any]:
        """Those whom an assignment names now; nobody where nothing can say so."""
        return list(self.signers(who, dict(task.data))) if self.signers is not None else []

    def serve(self, task: Task, does: dict[str, Any]) -> None:
        """A service task: an operation by its id, with its parameters worked out."""
        element, name = place(task)
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

    def rule(self, task: Task, table: Ready) -> bool:
        """Whether a decision table decides on the data; its outputs then stand among them, else the task waits."""
        element, name = place(task)
        told = self.trial.result(element) if self.trial is not None else None
        try:
            decided = Decided((), {}, told) if told is not None else table.decide(task.data)
        except Undecided as error:
            task._set_state(WAITING)
            self.undecided.append(Ruling(element, name, table.table, why=error.text))
            return False
        task.internal_data["own"] = list(decided.outputs)
        task.data |= plain_value(decided.outputs, name or element)
        self.decided.append(Ruling(element, name, table.table, decided))
        return True


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
