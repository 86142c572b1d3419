"""How accounts, nicknames and platforms may be called."""

import re
from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.plain import Plain
from engine.rules.violation import Violation
from engine.text import Text

NICKNAME = Text("群昵称“{name}”应为“{right}”。", "The nickname “{name}” should be “{right}”.")
NOT_REAL = Text(
    "姓名“{name}”与人员登记的姓名不一致。", "The name “{name}” is not the one the person is registered under."
)
NO_NAME = Text("没有填写真实姓名。", "The real name is not given.")
NOT_PREFIX = Text(
    "账号“{name}”应为公司邮箱的前缀“{right}”。", "The account “{name}” should be the mailbox’s prefix, “{right}”."
)
NO_MAILBOX = Text("没有填写公司邮箱。", "The company mailbox is not given.")
PROTECTED = Text(
    "{what}含有受保护的字样“{word}”,须说明使用公司名称或商标字样并经批准。",
    "The {what} has the protected word “{word}”; its use must be stated and approved.",
)
SIMILAR = Text("名称“{name}”与已有的“{other}”相同或近似。", "The name “{name}” is the same as or close to “{other}”.")
FIELDS = {"platform_name": Text("平台名称", "platform name"), "platform_description": Text("平台简介", "description")}
DASHES = re.compile(r"\s*[-‐-―−_]+\s*")
FILLING = re.compile(r"[\W_]+|公众号|服务号|订阅号|小程序|官方|平台|微信|微博|企业号|有限公司|official", re.IGNORECASE)
SHORTEST = 2  # a name of one character resembles too much


def nickname(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` is the pattern, such as {department}-{name}; the posts in the option `name_only` use the name alone."""
    said, real = draft.text("nickname"), _real_name(draft)
    pattern = "{name}" if draft.text("post") in figure.options.get("name_only", ()) else figure.figure
    right = pattern.replace("{department}", draft.text("department") or "部门").replace("{name}", real or "姓名")
    if not (real and _same(said, right)):
        yield figure.broken(draft.place("nickname"), NICKNAME, name=said, right=right)


def _same(one: str, other: str) -> bool:
    return DASHES.sub("-", Plain(one).text) == DASHES.sub("-", Plain(other).text)


def _real_name(draft: Draft) -> str:
    return draft.text("real_name") or _registered(draft)


def _registered(draft: Draft) -> str:
    """The name of the holder, or of who applies where nobody else is named."""
    holder = draft.text("holder")
    logins = [holder] if holder else sorted(draft.around.applicants)
    return next((draft.around.names[login] for login in logins if login in draft.around.names), "")


def real_name(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    said = draft.text("real_name")
    if not said:
        yield figure.broken(draft.place("real_name"), NO_NAME)
    elif said != _registered(draft):
        yield figure.broken(draft.place("real_name"), NOT_REAL, name=said)


def prefix(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """The account is what stands before the @ of the mailbox."""
    said, (right, at, _) = draft.text("account"), draft.text("mailbox").partition("@")
    if not (right and at):
        yield figure.broken(draft.place("mailbox"), NO_MAILBOX)
    elif said.lower() != right.lower():
        yield figure.broken(draft.place("account"), NOT_PREFIX, name=said, right=right)


def protected(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` lists the words that need a statement and an approval."""
    if draft.value("trademark_words"):
        return
    for part, what in FIELDS.items():
        text = Plain(draft.text(part)).text
        word = next((each for each in figure.figure if Plain(each).text in text), None)
        if word:
            yield figure.broken(draft.place(part), PROTECTED, what=what, word=word)


def similar(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` lists names of others; close is one that is the other's beginning, end or middle, but for fillings."""
    said = draft.text("platform_name")
    mine = _core(said)
    for other in figure.figure:
        theirs = _core(other)
        if min(len(mine), len(theirs)) >= SHORTEST and (mine in theirs or theirs in mine):
            yield figure.broken(draft.place("platform_name"), SIMILAR, name=said, other=other)


def _core(name: str) -> str:
    return FILLING.sub("", Plain(name).text)
