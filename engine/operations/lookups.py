"""What a diagram names, found in our database, or refused in a sentence: people, units, roles, days, words."""

import re
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput
from engine.numbers import OFFICE_ZONE
from engine.operations.moments import moment
from engine.text import Text
from engine.units import of_organisation
from engine.work import Work
from models import people, roles, units

NOBODY = Text("没有这个人,或已停用:{login}", "There is no such person, or the person was disabled: {login}")
NO_UNIT = Text("没有这个单位:{name}", "There is no such unit: {name}")
NO_ROLE = Text("没有这个岗位:{name}", "There is no such role: {name}")
EMPTY = Text("{what}不能为空。", "{what} must not be empty.")
TOO_LONG = Text("{what}最多{most}个字。", "{what} has at most {most} characters.")
NO_DAYS = Text("天数应为1到3650。", "The number of days lies between 1 and 3650.")

NAME = Text("名称", "The name")
REASON = Text("原因", "The reason")
PURPOSE = Text("用途", "The purpose")
_BETWEEN = re.compile(r"[,，、;；\n]+")


def find_person(work: Work, login: str, *, gone: bool = False) -> Any:
    """The row of somebody who is here, or who may also be `gone`."""
    row = work.desk.conn.execute(sa.select(people).where(people.c.login == login)).first()
    if row is None or (row.disabled_at is not None and not gone):
        raise BadInput(NOBODY.fill(login=login[:60]))
    return row


def find_unit(work: Work, name: str) -> Any:
    """The row of a unit by its code, or by its name in the organisation of the case."""
    ours = (units.c.name == name) & units.c.id.in_(of_organisation(work.row.applicant_unit_id))
    named = sa.or_(units.c.code == name, ours)
    row = work.desk.conn.execute(sa.select(units).where(named).order_by((units.c.code == name).desc())).first()
    if row is None:
        raise BadInput(NO_UNIT.fill(name=name[:100]))
    return row


def find_role(work: Work, name: str) -> Any:
    """The row of a role by its id or its Chinese name."""
    row = work.desk.conn.execute(sa.select(roles).where(sa.or_(roles.c.id == name, roles.c.zh == name))).first()
    if row is None:
        raise BadInput(NO_ROLE.fill(name=name[:100]))
    return row


def words(text: str, what: Text, most: int, *, needed: bool = True) -> str:
    """The text without blanks around it; BadInput when it is too long, or empty though it is needed."""
    text = text.strip()
    if needed and not text:
        raise BadInput(EMPTY.fill(what=what))
    if len(text) > most:
        raise BadInput(TOO_LONG.fill(what=what, most=most))
    return text


def listed(rights: str | list[Any], what: Text) -> list[str]:
    """Words from a list, or from a text with commas between them; each once."""
    parts = _BETWEEN.split(rights) if isinstance(rights, str) else [str(one) for one in rights]
    named = (words(part, what, 100, needed=False) for part in parts)
    return list(dict.fromkeys(part for part in named if part))


def day(text: str) -> date:
    """The office's day of a date or a time."""
    return moment(text).astimezone(OFFICE_ZONE).date()


def today(now: datetime) -> date:
    """The office's day."""
    return now.astimezone(OFFICE_ZONE).date()


def check_days(days: int) -> int:
    if not 0 < days <= 3650:
        raise BadInput(NO_DAYS)
    return days
