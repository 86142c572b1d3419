"""The engine of `qianfa try`: run a diagram in memory, without people or database, on a clock that jumps."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.errors import QianfaError
from engine.kernel.document import Document
from engine.kernel.errors import DiagramError, FlowError, MissingData, NotUnderstood
from engine.kernel.flow import Flow, OpenTask
from engine.kernel.gateways import Join
from engine.kernel.plain import plain
from engine.kernel.run import Trial
from engine.kernel.specification import lenient
from engine.text import Text

MAX_PASSED = 3_000  # elements; a run that goes on longer is stopped
MAX_IDLE = 100  # timers in a row while people are waited for: a reminder for ever
START = datetime(2026, 1, 1, 1, tzinfo=UTC)

Answers = Mapping[str, Any]

_ENDLESS = Text("走了 {limit} 个元素仍未结束。", "After {limit} elements there is no end in sight.")
_DEAD_END = Text("流程停在没有出口的地方,没有到达结束事件。", "The run came to a dead end, not to an end event.")
_HALF_JOIN = Text("「{where}」还在等一条不会再来的分支。", "“{where}” waits for a branch that will never arrive.")
_ANSWERS = Text(
    "「{where}」的答案应为一组数据或数据的列表。", "The answers for “{where}” must be data or a list of data."
)
_UNKNOWN = Text("内部错误:{what}。", "Internal error: {what}.")


def try_diagram(
    documents: Mapping[str, bytes],
    process_id: str | None = None,
    answers: Answers | None = None,
    data: dict[str, Any] | None = None,
    anyone: bool = False,
    assume: bool | None = None,
    tables: Mapping[str, bytes] | None = None,
) -> dict[str, Any]:
    """`state` is finished, waiting or stopped (with `reason`), or refused (with `findings`); never raises."""
    try:
        given = _Answers(answers or {})
        spec = lenient(documents, process_id, tables)
    except DiagramError as error:
        return _refused(error, documents)
    except QianfaError as error:
        return _refused(DiagramError(error.code, error.text), documents)
    except Exception as error:  # whatever a hostile file makes of the reader: a refusal, never a traceback
        return _refused(DiagramError("unreadable", _UNKNOWN.fill(what=type(error).__name__)), documents)
    return _Run(documents, given, anyone, Trial(assume=assume, result=given.take)).of(spec, data or {})


class _Answers:
    """By element: a dict answers every time, a list one after the other."""

    def __init__(self, answers: Answers):
        if not isinstance(answers, Mapping):
            raise DiagramError("bad_answers", _ANSWERS, where="answers")
        self._lists: dict[str, list[Any]] = {}
        self._always: dict[str, dict[str, Any]] = {}
        for element, given in answers.items():
            several = given if isinstance(given, list) else [given]
            if not all(isinstance(one, dict) for one in several):
                raise DiagramError("bad_answers", _ANSWERS, element=str(element), where=element)
            for one in several:
                plain(one, str(element))
            if isinstance(given, list):
                self._lists[element] = list(given)
            else:
                self._always[element] = given

    def take(self, element: str) -> dict[str, Any] | None:
        if element in self._always:
            return self._always[element]
        waiting = self._lists.get(element)
        return waiting.pop(0) if waiting else None

    def knows(self, element: str) -> bool:
        return element in self._always or element in self._lists


class _Run:
    def __init__(self, documents: Mapping[str, bytes], answers: _Answers, anyone: bool, trial: Trial):
        self.documents, self.answers, self.anyone, self.trial = documents, answers, anyone, trial
        self.flow: Flow | None = None
        self.idle = 0

    def of(self, spec: Any, data: dict[str, Any]) -> dict[str, Any]:
        try:
            settings = {"now": START, "signers": self._signers, "trial": self.trial}
            self.flow = Flow.begin(spec, data, **settings)
            self.flow.go()
            while self._once():
                if len(self.flow.trace) > MAX_PASSED:
                    return self._stopped(_ENDLESS.fill(limit=MAX_PASSED))
        except (MissingData, NotUnderstood) as error:
            return _refused(
                DiagramError(error.code, error.text, element=error.element, name=error.name), self.documents
            )
        except FlowError as error:
            return self._stopped(error.text, error.element)
        except QianfaError as error:
            return self._stopped(error.text)
        except Exception as error:  # a fault of ours must not look like a result
            return self._stopped(_UNKNOWN.fill(what=type(error).__name__))
        return self._result()

    def _once(self) -> bool:
        """One thing that can happen: a person, else the next timer; nobody plays the world outside."""
        flow = self._flow
        for task in flow.open_tasks:
            answer = self._answer(task)
            if answer is not None:
                self.idle = 0
                flow.complete(task.id, answer)
                return True
        if (due := flow.next_due) is not None and self.idle < MAX_IDLE:
            self.idle += bool(flow.open_tasks)
            flow.now = max(due, flow.now)
            return flow.tick()
        return False

    @property
    def _flow(self) -> Flow:
        assert self.flow is not None
        return self.flow

    def _answer(self, task: OpenTask) -> dict[str, Any] | None:
        answer = self.answers.take(task.step)
        if answer is None and self.anyone and not self.answers.knows(task.step):
            return {}
        return answer

    def _signers(self, expression: str, data: dict[str, Any]) -> list[Any]:
        found = data.get(expression)
        return found if isinstance(found, list) else ["anyone"]

    def _result(self) -> dict[str, Any]:
        flow = self._flow
        if flow.finished:
            return {"state": "finished", **self._report()}
        if flow.undecided and not flow.open_tasks:
            return self._stopped(flow.undecided[0].why or _DEAD_END, flow.undecided[0].element)
        joins = [one for one in flow.waiting_at() if isinstance(one.task_spec, Join)]
        if flow.open_tasks or flow.next_due or flow.waiting_messages:
            return {"state": "waiting", **self._report()}
        if joins:
            spec = joins[0].task_spec
            return self._stopped(_HALF_JOIN.fill(where=spec.bpmn_name or spec.bpmn_id), spec.bpmn_id)
        return self._stopped(_DEAD_END, flow.trace[-1].element if flow.trace else "")

    def _stopped(self, text: Text, element: str = "") -> dict[str, Any]:
        return {
            "state": "stopped",
            "reason": {"zh": text.zh, "en": text.en, "element": element},
            **self._report(),
        }

    def _report(self) -> dict[str, Any]:
        if self.flow is None:
            return {"ended": [], "trace": [], "data": {}}
        trace = [{"element": one.element, "name": one.name, "kind": one.kind} for one in self.flow.trace]
        return {"ended": self.flow.ended, "trace": trace, "data": self.flow.data}


def _refused(error: DiagramError, documents: Mapping[str, bytes]) -> dict[str, Any]:
    finding = {
        "code": error.finding_code,
        "level": "error",
        "element": error.element,
        "name": error.name,
        "line": error.line if error.line is not None else _line(error.element, documents),
        "zh": error.text.zh,
        "en": error.text.en,
    }
    return {"state": "refused", "findings": [finding]}


def _line(element: str, documents: Mapping[str, bytes]) -> int | None:
    if not element:
        return None
    for data in documents.values():
        try:
            found = [one for process in Document.read(data).processes for one in process.nodes]
        except QianfaError:
            continue
        for node in found:
            if node.id == element:
                return node.line
    return None
