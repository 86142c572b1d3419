"""冻结保存: keep whatever fits a hold until two people lift it."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from engine.actions.comments import said
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.finding.address import read_day
from engine.keeping.held import within
from engine.scope import Scope, answerable
from engine.text import Text
from engine.trail import Entry, house
from engine.trail.chain import take_turn
from models import cases, holds, people, procedures, units

SCOPES = ("number", "procedure", "unit", "person", "since", "until", "words")
NOTHING = Text("请至少写明一项冻结的范围。", "Say at least one thing that it keeps.")
NO_CASE = Text("没有编号为「{number}」的申请。", "There is no case of the number “{number}”.")
NO_PROCEDURE = Text("没有这个流程。", "There is no such procedure.")
NO_UNIT = Text("没有这个单位。", "There is no such unit.")
NO_PERSON = Text("没有这个人:{login}", "There is no such person: {login}")
NO_DAY = Text("请填写日期,例如 2026-05-01。", "Give a date such as 2026-05-01.")
ORDER = Text("结束日期不能早于开始日期。", "The last day is before the first.")
BEYOND = Text("请写明由您负责的流程或其中的申请编号。", "Name a procedure of your own, or a case of it.")
REASON = Text("请写明冻结的原因。", "Say why it is kept.")
LIFT_REASON = Text("请写明解除的原因。", "Say why it is lifted.")
LIFTED = Text("此冻结已经解除。", "This hold was lifted already.")
ASKED = Text("已有人提出解除,请由另一人确认。", "Somebody asked to lift it; another person confirms.")
NOT_ASKED = Text("还没有人提出解除。", "Nobody has asked to lift it.")
SAME_HAND = Text("提出解除的人不能自己确认。", "Who asked to lift a hold cannot confirm it.")


class Wanted(NamedTuple):
    """What says whose a hold is."""

    number: object
    unit_id: object
    procedure_id: object


def put_hold(desk: Desk, wanted: Mapping[str, str], reason: str) -> int:
    """Keep what fits all of `wanted`: number, procedure (slug), unit (code), person (login), since, until, words.

    An administrator anything, the owner of a procedure what names it or a case of it.
    """
    scope = answerable(desk.conn, desk.person, "hold")
    take_turn(desk.conn, "house")  # a disposal at this moment is over before, or sees the hold
    told = {key: wanted.get(key, "").strip() for key in SCOPES}
    row, wrong = _meant(desk, scope, told)
    try:
        reason = said(reason, REASON)
    except Invalid as error:
        wrong["reason"] = error.fields["comment"]
    if wrong:
        raise Invalid(wrong)
    row |= {"reason": reason, "put_by": desk.person.id, "put_at": desk.now}
    made: int = desk.conn.execute(holds.insert().returning(holds.c.id), row).scalar_one()
    facts = {"hold": made, "reason": reason, **{key: value for key, value in told.items() if value}}
    house(desk.conn, [Entry("hold", facts=facts, actor_id=desk.person.id)], desk.now)
    return made


def _meant(desk: Desk, scope: Scope, told: Mapping[str, str]) -> tuple[dict[str, object], dict[str, list[Text]]]:
    """The columns of the hold; everything that is wrong at once, by field."""
    conn, row, wrong = desk.conn, dict[str, object](), dict[str, list[Text]]()
    if told["number"]:
        here = cases.c.number == told["number"][:40]
        row["number"] = conn.execute(sa.select(cases.c.number).where(here, scope.condition())).scalar()
        _check(row["number"], wrong, "number", NO_CASE.fill(number=told["number"][:40]))
    for name, column, value, text in (
        ("procedure", procedures.c.slug, procedures.c.id, NO_PROCEDURE),
        ("unit", units.c.code, units.c.id, NO_UNIT),
        ("person", people.c.login, people.c.id, NO_PERSON.fill(login=told["person"][:60])),
    ):
        if told[name]:
            row[f"{name}_id"] = conn.execute(sa.select(value).where(column == told[name][:60])).scalar()
            _check(row[f"{name}_id"], wrong, name, text)
    for name in ("since", "until"):
        if told[name]:
            row[name] = _day(told[name])
            _check(row[name], wrong, name, NO_DAY)
    if isinstance(first := row.get("since"), date) and isinstance(last := row.get("until"), date) and last < first:
        wrong["until"] = [ORDER]
    if told["words"]:
        row["words"] = told["words"][:100]
    if not row:
        wrong["number"] = [NOTHING]
    elif not wrong and not within(conn, scope, Wanted(*(row.get(name) for name in Wanted._fields))):
        wrong["procedure"] = [BEYOND]
    return row, wrong


def _check(found: object, wrong: dict[str, list[Text]], name: str, text: Text) -> None:
    if found is None:
        wrong[name] = [text]


def _day(text: str) -> date | None:
    try:
        return read_day(text)
    except ValueError:
        return None


def ask_lift(desk: Desk, hold_id: int, reason: str) -> None:
    """Ask to lift a hold; it stands until somebody else confirms."""
    row = _open(desk, hold_id)
    if row.lift_asked_by is not None:
        raise Conflict(ASKED)
    reason = said(reason, LIFT_REASON)
    asked = {"lift_asked_by": desk.person.id, "lift_asked_at": desk.now, "lift_reason": reason}
    desk.conn.execute(holds.update().where(holds.c.id == hold_id).values(asked))
    facts = {"hold": hold_id, "reason": reason}
    house(desk.conn, [Entry("ask_lift_hold", facts=facts, actor_id=desk.person.id)], desk.now)


def lift_hold(desk: Desk, hold_id: int) -> None:
    """Confirm that a hold is lifted; never who asked for it."""
    row = _open(desk, hold_id)
    if row.lift_asked_by is None:
        raise Conflict(NOT_ASKED)
    if row.lift_asked_by == desk.person.id:
        raise NotAllowed(SAME_HAND)
    lifted = {"lifted_by": desk.person.id, "lifted_at": desk.now}
    desk.conn.execute(holds.update().where(holds.c.id == hold_id).values(lifted))
    facts = {"hold": hold_id, "asked_by": row.lift_asked_by}
    house(desk.conn, [Entry("lift_hold", facts=facts, actor_id=desk.person.id)], desk.now)


def _open(desk: Desk, hold_id: int) -> sa.Row:
    scope = answerable(desk.conn, desk.person, "hold")
    take_turn(desk.conn, "house")
    row = desk.conn.execute(sa.select(holds).where(holds.c.id == hold_id).with_for_update()).first()
    if row is None or not within(desk.conn, scope, row):
        raise NotFound()
    if row.lifted_at is not None:
        raise Conflict(LIFTED)
    return row
