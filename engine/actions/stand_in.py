"""代理: name who stands in while one is away, and end it; one level, never round in a circle."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotFound
from engine.messages import Told, everybody, tell
from engine.numbers import OFFICE_ZONE
from engine.people import Person, person_by_login
from engine.text import Text
from engine.trail import Entry, house
from engine.trail.chain import take_turn
from models import people, procedures, stand_ins

LONGEST = timedelta(days=366)
MOST_REASON = 200
WHO = Text("请选择代理人。", "Choose who stands in.")
UNKNOWN = Text("没有这个人,或此人已停用:{login}", "There is no such person, or the account is disabled: {login}")
ONESELF = Text("不能由自己代理自己。", "You cannot stand in for yourself.")
REASON = Text("请说明代理原因,最多 200 字。", "Give the reason, in 200 characters at most.")
ORDER = Text("结束时间必须晚于开始时间。", "The end must be later than the beginning.")
PAST = Text("结束时间已经过去。", "The end lies in the past.")
TOO_LONG = Text("一次代理最长 366 天。", "One rule lasts 366 days at most.")
PROCEDURE = Text("没有这个流程:{slug}", "There is no such procedure: {slug}")
LOOP = Text(
    "代理不能成环:{path}。这些代理的时间和流程有重叠。",
    "Stand-ins must not go round in a circle: {path}. These rules overlap in time and procedure.",
)
AWAY = Text(
    "{who}在此期间自己已由{other}代理,代理不能再往下传;请选择别人。",
    "{who} is away in that time, with {other} standing in; a rule is not handed on: choose somebody else.",
)
BUSY = Text(
    "您在此期间正代理{other};请先结束对{other}的代理,以便其另选他人。",
    "You stand in for {other} in that time; end that rule first, so that {other} can choose somebody else.",
)
ENDED = Text("此代理已经结束。", "This rule has already ended.")
APPOINTED = Text(
    "{who}请您代理,自 {since} 至 {until}。原因:{reason}", "{who} asks you to stand in from {since} to {until}: {reason}"
)
OVER = Text("{who}结束了{absent}由{by}代理的安排。", "{who} ended the rule by which {by} stands in for {absent}.")


class Rule(NamedTuple):
    """Somebody stands in for somebody, from `since` to before `until`, in one procedure or in all (None)."""

    person_id: int
    stand_in_id: int
    procedure_id: int | None
    since: datetime
    until: datetime

    def narrowed(self, other: "Rule") -> "Rule | None":
        """This rule within the time and procedure of another; None where the two never hold at once."""
        if None not in (self.procedure_id, other.procedure_id) and self.procedure_id != other.procedure_id:
            return None
        since, until = max(self.since, other.since), min(self.until, other.until)
        procedure = self.procedure_id if self.procedure_id is not None else other.procedure_id
        return self._replace(since=since, until=until, procedure_id=procedure) if since < until else None


def appoint_stand_in(
    desk: Desk, login: str, since: datetime | None, until: datetime | None, slugs: Iterable[str], reason: str
) -> list[int]:
    """Let somebody stand in for oneself; without slugs in every procedure. The numbers of the rules, one a procedure.

    Invalid by field: oneself, somebody disabled, an end before the beginning, a circle or a chain of rules.
    """
    take_turn(desk.conn, "house")  # two people who name each other at once: the second sees the first
    me, since = desk.person, since or desk.now
    stand_in = _checked(desk, login, since, until, reason)
    assert until is not None
    wanted = [Rule(me.id, stand_in.id, number, since, until) for number in _procedures(desk.conn, slugs)]
    _check_others(desk, wanted, me, stand_in)
    told = {"reason": reason.strip(), "made_at": desk.now}
    made = [
        desk.conn.execute(stand_ins.insert().returning(stand_ins.c.id), {**rule._asdict(), **told}).scalar_one()
        for rule in wanted
    ]
    facts = {"person": me.id, "by": stand_in.login, "by_id": stand_in.id, "rules": made, "reason": reason.strip()}
    facts |= {"since": since.isoformat(), "until": until.isoformat(), "procedures": sorted(slugs)}
    house(desk.conn, [Entry("appoint_stand_in", facts=facts, actor_id=me.id)], desk.now)
    text = APPOINTED.fill(who=me.name, since=_day(since), until=_day(until), reason=reason.strip())
    tell(desk.conn, Told("account", text, everybody([stand_in.id])), f"stand_in:{made[0]}", now=desk.now)
    return made


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"


def end_stand_in(desk: Desk, rule_id: int) -> None:
    """End a rule now: the absent may, and who stands in may decline; the other of the two is told."""
    row = desk.conn.execute(sa.select(stand_ins).where(stand_ins.c.id == rule_id)).first()
    me = desk.person
    if row is None or me.id not in (row.person_id, row.stand_in_id):
        raise NotFound()
    if not close_rules(desk.conn, stand_ins.c.id == rule_id, desk.now):
        raise Conflict(ENDED)
    facts = {"person": row.person_id, "by_id": row.stand_in_id, "rules": [rule_id], "until": row.until.isoformat()}
    facts |= {"before": {"until": row.until.isoformat()}, "after": {"until": desk.now.isoformat()}}
    house(desk.conn, [Entry("end_stand_in", facts=facts, actor_id=me.id)], desk.now)
    names = dict(desk.conn.execute(_NAMES, {"which": [row.person_id, row.stand_in_id]}).all())
    text = OVER.fill(who=me.name, absent=names[row.person_id], by=names[row.stand_in_id])
    other = row.stand_in_id if me.id == row.person_id else row.person_id
    tell(desk.conn, Told("account", text, everybody([other])), f"stand_in_ended:{rule_id}", now=desk.now)


def close_rules(conn: sa.Connection, which: sa.ColumnElement[bool], now: datetime) -> list[int]:
    """End these rules where they have not ended; their numbers."""
    live = (stand_ins.c.until > now) & stand_ins.c.ended_at.is_(None)
    ended = stand_ins.update().where(which, live).values(until=now, ended_at=now).returning(stand_ins.c.id)
    return list(conn.execute(ended).scalars())


_NAMES = sa.select(people.c.id, people.c.name).where(people.c.id.in_(sa.bindparam("which", expanding=True)))


def _checked(desk: Desk, login: str, since: datetime, until: datetime | None, reason: str) -> Person:
    """The person who is to stand in; everything that is wrong at once, by field."""
    wrong: dict[str, list[Text]] = {}
    found = person_by_login(desk.conn, login.strip(), desk.now) if login.strip() else None
    if found is None or found.disabled:
        wrong["to"] = [UNKNOWN.fill(login=login.strip()[:60]) if login.strip() else WHO]
    elif found.id == desk.person.id:
        wrong["to"] = [ONESELF]
    if until is None or until <= since:
        wrong["until"] = [ORDER]
    elif until <= desk.now:
        wrong["until"] = [PAST]
    elif until - since > LONGEST:
        wrong["until"] = [TOO_LONG]
    if not 0 < len(reason.strip()) <= MOST_REASON:
        wrong["reason"] = [REASON]
    if wrong or found is None:
        raise Invalid(wrong)
    return found


def _procedures(conn: sa.Connection, slugs: Iterable[str]) -> list[int | None]:
    """The numbers of the chosen procedures; [None]: all."""
    wanted = list(dict.fromkeys(slugs))
    if not wanted:
        return [None]
    known = dict(conn.execute(sa.select(procedures.c.slug, procedures.c.id).where(procedures.c.slug.in_(wanted))).all())
    unknown = [slug for slug in wanted if slug not in known]
    if unknown:
        raise Invalid({"procedures": [PROCEDURE.fill(slug=unknown[0][:60])]})
    return [known[slug] for slug in wanted]


def _check_others(desk: Desk, wanted: list[Rule], me: Person, stand_in: Person) -> None:
    """Refuse what would close a circle or hand a rule on, as the rules stand that have not ended."""
    rows: list[Any] = list(desk.conn.execute(sa.select(stand_ins).where(stand_ins.c.until > desk.now)).all())
    rules = [Rule(*(getattr(row, name) for name in Rule._fields)) for row in rows]
    for rule in wanted:
        ways = list(_ways(rule, rules, (me.id, stand_in.id)))
        circle = next((way for way in ways if way[-1] == me.id), None)
        before = next((each.person_id for each in rules if each.stand_in_id == me.id and each.narrowed(rule)), None)
        if circle is None and not ways and before is None:
            continue
        concerned = {me.id, before or 0, *(person for way in ways for person in way)}
        names = dict(desk.conn.execute(_NAMES, {"which": list(concerned)}).all())
        if circle:
            raise Invalid({"to": [LOOP.fill(path=" → ".join(names[one] for one in circle))]})
        if ways:
            raise Invalid({"to": [AWAY.fill(who=stand_in.name, other=names[ways[0][2]])]})
        raise Invalid({"to": [BUSY.fill(other=names[before])]})


def _ways(rule: Rule, rules: list[Rule], way: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every way on from who stands in, along rules that hold at the same time in the same procedure."""
    for each in rules:
        narrowed = each.narrowed(rule)
        if each.person_id != way[-1] or narrowed is None:
            continue
        yield (*way, each.stand_in_id)
        if each.stand_in_id not in way:
            yield from _ways(narrowed, rules, (*way, each.stand_in_id))
