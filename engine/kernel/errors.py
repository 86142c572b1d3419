"""What can be wrong with a diagram or a running case; every error names the element it concerns."""

from typing import Any, Self

from engine.errors import BadInput, Conflict, QianfaError
from engine.text import Text


class DiagramError(QianfaError):
    """A diagram that cannot be run; `finding_code` is stable, `element` is the id drawn (or empty)."""

    code = "diagram"
    status = 422
    message = Text("流程图无法使用。", "The diagram cannot be used.")

    def __init__(
        self,
        finding_code: str,
        text: Text | None = None,
        *,
        element: str = "",
        name: str = "",
        line: int | None = None,
        **facts: Any,
    ):
        super().__init__(text, **facts)
        self.finding_code = finding_code
        self.element = element
        self.name = name
        self.line = line


class FlowError(Conflict):
    """A running case that cannot go on at one element."""

    code = "flow"
    message = Text("流程在「{where}」处无法继续。", "The case cannot go on at “{where}”.")

    def __init__(self, text: Text | None = None, *, element: str = "", name: str = "", **facts: Any):
        super().__init__(text, **facts | {"where": name or element})
        self.element = element
        self.name = name

    def at(self, element: str, name: str) -> Self:
        """The same error, now that it is known where it happened."""
        return type(self)(element=element, name=name, **self.facts)


class NotOpen(Conflict):
    code = "not_open"
    message = Text("此待办已不在办理中,您的操作没有生效。", "This task is no longer open; your action took no effect.")


class NotReturnable(Conflict):
    code = "not_returnable"
    message = Text("不能退回到「{step}」。", "It cannot be returned to “{step}”.")


class EmptySigners(FlowError):
    code = "empty_signers"
    message = Text(
        "「{where}」没有会签人,不能当作已通过。", "“{where}” has nobody to sign; that never counts as a pass."
    )


class UnheldSeat(FlowError):
    code = "unheld_seat"
    message = Text(
        "「{where}」的会签人中没有「{who}」,计票规则无法成立,不能当作已通过。",
        "None of those who sign “{where}” is “{who}”, so its votes cannot be counted; that never counts as a pass.",
    )


class NotRemovable(FlowError):
    code = "not_removable"
    message = Text(
        "不能减签:减去此人后「{where}」就有了结论,而结论只能由会签人作出。",
        "This signer cannot be removed: “{where}” would be decided by it, and only a vote decides.",
    )


class TooManySigners(FlowError):
    code = "too_many_signers"
    message = Text("「{where}」的份数超过上限 {limit}。", "“{where}” exceeds the limit of {limit} instances.")


class ExpressionError(FlowError):
    """An expression or a time that cannot be worked out."""

    code = "expression"
    message = Text(
        "「{where}」的表达式「{expression}」无法计算:{why}。",
        "The expression “{expression}” of “{where}” cannot be worked out: {why}.",
    )


class NotUnderstood(ExpressionError):
    code = "expression_language"


class MissingData(ExpressionError):
    code = "missing_data"
    message = Text(
        "「{where}」的表达式「{expression}」需要数据「{why}」,但没有人填写。",
        "The expression “{expression}” of “{where}” needs “{why}”, which nobody gave.",
    )


class NoPath(FlowError):
    code = "no_path"
    message = Text(
        "「{where}」没有一个条件成立,也没有默认流。",
        "At “{where}” no condition holds and there is no default flow.",
    )


class NoOperation(FlowError):
    code = "no_operation"
    message = Text("「{where}」的自动操作没有登记。", "The operation of “{where}” is not in the table.")


class StepLimit(FlowError):
    code = "step_limit"
    message = Text(
        "流程连续自动走了 {limit} 步仍未停下,可能是没有人工环节的循环。",
        "The case took {limit} automatic steps without pause: probably a loop without a human task.",
    )


class TooManyTokens(FlowError):
    code = "too_many_tokens"
    message = Text(
        "流程在「{where}」处同时进行的分支超过 {limit} 个。",
        "At “{where}” more than {limit} branches run at the same time.",
    )


class BadData(BadInput):
    code = "bad_data"
    message = Text(
        "「{where}」的内容不是普通的表单数据:{why}。", "The data at “{where}” are not plain form data: {why}."
    )


class BrokenSnapshot(QianfaError):
    code = "broken_snapshot"
    status = 500
    message = Text("此申请的运行状态与流程版本对不上。", "The stored state of this case does not fit its version.")
