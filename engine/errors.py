"""What can go wrong: each error has a stable code, an HTTP status and one sentence in both languages."""

from typing import Any, ClassVar

from engine.text import Text


class QianfaError(Exception):
    """The base of every error a person may see; facts fill the sentence."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: ClassVar[Text] = Text("操作没有成功。", "The action did not succeed.")

    def __init__(self, text: Text | None = None, *, fields: dict[str, list[Text]] | None = None, **facts: Any):
        self.text = (text or self.message).fill(**facts) if facts else (text or self.message)
        self.fields = fields or {}
        self.facts = facts
        super().__init__(self.text.en)


class BadInput(QianfaError):
    code = "bad_input"
    status = 400
    message = Text("请求的内容不完整或格式不对。", "The request is incomplete or malformed.")


class NotSignedIn(QianfaError):
    code = "not_signed_in"
    status = 401
    message = Text("请先登录。", "Please sign in first.")


class NotAllowed(QianfaError):
    code = "not_allowed"
    status = 403
    message = Text("您没有办理此事的权限。", "You may not do this.")


class SameHand(NotAllowed):
    code = "same_hand"
    message = Text(
        "职责分离:您已在本申请中办理过「{step}」,不能再办理此步骤。",
        "Separation of duties: you already acted on “{step}” in this case and may not act on this step.",
    )


class NotFound(QianfaError):
    code = "not_found"
    status = 404
    message = Text("没有找到,或者您无权查看。", "Not found, or not yours to see.")


class Conflict(QianfaError):
    code = "conflict"
    status = 409
    message = Text("情况已经变化,请刷新后再试。", "Things have changed meanwhile; reload and try again.")


class Stale(Conflict):
    code = "stale"
    message = Text(
        "此申请刚刚被别人办理,您的操作没有生效;填写的内容已为您保留。",
        "Somebody acted on this case a moment ago; your action took no effect and what you typed is kept.",
    )


class Taken(Conflict):
    code = "taken"
    message = Text("此待办已被{who}认领。", "This task has already been claimed by {who}.")


class TooLarge(QianfaError):
    code = "too_large"
    status = 413
    message = Text("内容太大,上限为{limit}。", "Too large; the limit is {limit}.")


class Invalid(QianfaError):
    code = "invalid"
    status = 422
    message = Text("有{count}处需要更正。", "{count} entries need correcting.")

    def __init__(self, fields: dict[str, list[Text]], text: Text | None = None):
        super().__init__(text, fields=fields, count=sum(map(len, fields.values())))


class TooMany(QianfaError):
    code = "too_many"
    status = 429
    message = Text("操作太频繁,请稍后再试。", "Too many attempts; please try again later.")


class Busy(QianfaError):
    code = "busy"
    status = 503
    message = Text(
        "系统正忙,请稍后重试;您的操作没有生效。", "The system is busy; your action took no effect, try again."
    )
