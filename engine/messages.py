"""Tell people something: a job row written with the action; the worker makes a message for each person of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.people import holders
from engine.queue import enqueue
from engine.text import Text

# kind -> what it is called; a kind is what a person may want to be told in another way, or not at all by mail.
KINDS: dict[str, Text] = {
    "task": Text("新待办", "new task"),
    "copy": Text("抄送", "copy"),
    "mention": Text("提到我", "mention"),
    "urge": Text("催办", "urge"),
    "reminder": Text("到期提醒", "reminder"),
    "overdue": Text("超时", "overdue"),
    "outcome": Text("申请结果", "outcome"),
    "account": Text("账号与权限", "account and rights"),
    "release": Text("流程发布", "release of a procedure"),
    "incident": Text("异常与修复", "incidents and repairs"),
}


class Told(NamedTuple):
    """What is told: `to` holds principals, `p:12` a person, `r:text_editor:5` all who hold the post."""

    kind: str
    text: Text
    to: tuple[str, ...]
    case_id: int | None = None
    task_id: int | None = None


def tell(conn: sa.Connection, told: Told, key: str, *, now: datetime) -> None:
    """One INSERT. `key` names the event, 80 characters at most: who is told of it once is not told again."""
    assert told.kind in KINDS, told.kind
    payload = {
        "kind": told.kind,
        "zh": told.text.zh,
        "en": told.text.en,
        "to": list(told.to),
        "task": told.task_id,
    }
    enqueue(conn, "message", payload, f"message:{key}", now=now, case_id=told.case_id)


ADMINISTRATORS = "r:administrator:*"


def tell_owner(conn: sa.Connection, owner: str, text: Text, key: str, case_id: int | None, *, now: datetime) -> None:
    """An incident, told to who keeps the procedure; to the administrators while nobody does. Two statements."""
    to = owner if holders(conn, {owner}, now)[owner] else ADMINISTRATORS
    tell(conn, Told("incident", text, (to,), case_id=case_id), key, now=now)


def everybody(people: Iterable[int]) -> tuple[str, ...]:
    """These people by number, as `Told.to` wants them."""
    return tuple(f"p:{number}" for number in people)
