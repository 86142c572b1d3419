"""The channels of one's organisation and their months: what goes out when, and what room is left."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from engine.calendar import HORIZON, Plan, earliest, is_regular, month_is_full, places, read_plan, words_of
from engine.errors import NotFound
from engine.numbers import OFFICE_ZONE
from engine.people import AUDITOR, Person, holders, role_principal
from engine.queries.names import Names, names
from engine.queries.seen import case_seen
from engine.text import Text
from engine.units import line
from models import cases, changed_days, channels, people, slots, versions

# A select whose columns mypy need not know.
Query = Any

NEXT = 3  # pushes that the list names


@dataclass(frozen=True)
class Channel:
    """An official account; without a calendar nothing is booked on it."""

    id: int
    code: str
    name: Text
    kind: str
    external: bool
    owner: Text
    role: Text  # of its operators
    operators: list[str]
    plan: Plan | None

    @property
    def words(self) -> Text | None:
        return words_of(self.plan) if self.plan else None


@dataclass(frozen=True)
class Article:
    """A booked place; who may not see the case learns only that the place is taken."""

    place: int
    urgent: bool
    confirmed: bool
    case_id: int | None = None
    number: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Day:
    """A day of a channel. `places` is 0 when nothing is pushed; `changed` says why it is not as usual."""

    day: date
    places: int
    least: int
    articles: list[Article]
    today: date
    closing: bool = False  # ordinary material comes too late for it
    closed: bool = False
    barred: bool = False  # the month has all the pushes that the platform allows
    changed: str = ""

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def past(self) -> bool:
        return self.day < self.today

    @property
    def free(self) -> int:
        """Places that may still be booked."""
        return 0 if self.past or self.barred else max(0, self.places - len(self.articles))

    @property
    def lacking(self) -> int:
        """Articles below the least number of a push: told, never blocked."""
        wanted = self.least > 1 and self.places and not self.barred and (self.articles or not self.past)
        return max(0, self.least - len(self.articles)) if wanted else 0

    @property
    def idle(self) -> bool:
        """Nothing goes out on it, or nothing went."""
        return not (self.articles or self.closed or (self.places and not self.past))


@dataclass(frozen=True)
class Month:
    channel: Channel
    first: date
    days: list[Day]

    @property
    def pushes(self) -> int:
        """Days of the month on which something goes out."""
        return sum(bool(day.articles) for day in self.days)

    @property
    def week(self) -> list[date]:
        """A Monday and the days after it, for their names."""
        return [self.first + timedelta(days=ahead - self.first.weekday()) for ahead in range(7)]


@dataclass(frozen=True)
class Overview:
    """A channel with its next pushes."""

    channel: Channel
    coming: list[Day]


def _today(now: datetime) -> date:
    return now.astimezone(OFFICE_ZONE).date()


def _channels(conn: sa.Connection, person: Person, now: datetime, code: str | None = None) -> list[Channel]:
    """Those of the person's organisation, an auditor's of the units audited too; five statements."""
    known = names(conn)
    statement = sa.select(channels).order_by(channels.c.id)
    rows = conn.execute(statement.where(channels.c.code == code) if code else statement).all()
    home, audited = known.organisation(person.unit_id), person.units_as(AUDITOR)
    mine = [
        row
        for row in rows
        if known.organisation(row.unit_id) == home or not audited.isdisjoint(line(row.unit_id, known.above))
    ]
    operators = _operators(conn, mine, now)
    return [_channel(row, known, operators[row.id]) for row in mine]


def _channel(row: Any, known: Names, operators: list[str]) -> Channel:
    return Channel(
        row.id,
        row.code,
        Text(row.name, row.name_en or row.name),
        row.kind,
        row.external,
        known.by_id[row.unit_id].name,
        known.role(row.operator_role),
        operators,
        read_plan(row.calendar) if row.calendar else None,
    )


def _operators(conn: sa.Connection, rows: Iterable[Any], now: datetime) -> dict[int, list[str]]:
    """The names of who works with each channel."""
    principals = {row.id: role_principal(row.operator_role, row.unit_id) for row in rows}
    found = holders(conn, set(principals.values()), now)
    ids = {person for held in found.values() for person in held}
    named = sa.select(people.c.id, people.c.name).where(people.c.id.in_(ids))
    by_id: dict[int, str] = dict(conn.execute(named).all()) if ids else {}
    return {id: [by_id[person] for person in found[principal]] for id, principal in principals.items()}


def channel_list(conn: sa.Connection, person: Person, now: datetime) -> list[Overview]:
    """The channels of the person's organisation with their next pushes; seven statements."""
    found, today = _channels(conn, person, now), _today(now)
    ids = [one.id for one in found if one.plan]
    changed = _changed(conn, ids, today, today + timedelta(days=HORIZON))
    booked = defaultdict[int, dict[date, list[Article]]](dict)
    since = today.replace(day=1)  # what went out this month counts too
    for row in conn.execute(sa.select(slots).where(slots.c.channel_id.in_(ids), slots.c.day >= since)):
        booked[row.channel_id].setdefault(row.day, []).append(_article(row))
    return [Overview(one, list(_coming(one.plan, changed[one.id], booked[one.id], today))) for one in found]


def _coming(
    plan: Plan | None, changed: dict[date, Any], booked: dict[date, list[Article]], today: date
) -> Iterator[Day]:
    if plan is not None:
        days = (_day(plan, today + timedelta(days=ahead), changed, booked, today) for ahead in range(HORIZON))
        yield from islice((day for day in days if day.places or day.articles), NEXT)


def channel_month(conn: sa.Connection, person: Person, code: str, month: date | None, now: datetime) -> Month:
    """One month of a channel (`month` is any day of it; default: this one); NotFound outside its organisation."""
    found = _channels(conn, person, now, code)
    if not found:
        raise NotFound()
    channel, today = found[0], _today(now)
    first = (month or today).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    changed = _changed(conn, [channel.id], first, following)[channel.id]
    booked = _booked(conn, person, channel.id, first, following)
    days = [first + timedelta(days=ahead) for ahead in range((following - first).days)]
    plan = channel.plan
    return Month(channel, first, [_day(plan, day, changed, booked, today) for day in days if plan])


def _changed(conn: sa.Connection, ids: list[int], first: date, end: date) -> dict[int, dict[date, Any]]:
    found = defaultdict[int, dict[date, Any]](dict)
    within = sa.select(changed_days).where(
        changed_days.c.channel_id.in_(ids), changed_days.c.day >= first, changed_days.c.day < end
    )
    for row in conn.execute(within):
        found[row.channel_id][row.day] = row
    return found


def _day(plan: Plan, day: date, changed: dict[date, Any], booked: dict[date, list[Article]], today: date) -> Day:
    change, articles = changed.get(day), booked.get(day, [])
    room = places(plan, {day: change.places} if change else {}, day)
    return Day(
        day,
        room,
        plan.least,
        sorted(articles, key=lambda one: one.place),
        today,
        closing=today <= day < earliest(plan, today),
        closed=room == 0 and is_regular(plan, day),
        barred=room > 0 and not articles and day >= today and month_is_full(plan, booked, day),
        changed=change.reason if change else "",
    )


def _article(row: Any, **known: Any) -> Article:
    return Article(row.place, row.urgent, row.confirmed_at is not None, **known)


def _booked(conn: sa.Connection, person: Person, channel_id: int, first: date, end: date) -> dict[date, list[Article]]:
    """The articles of each day; of a case that is not the person's to see only that its place is taken."""
    owner = versions.c.manifest["owner_principal"].as_string()
    within: Query = (
        sa.select(slots, cases.c.number, cases.c.title, case_seen(person, owner).label("seen"))
        .join(cases, cases.c.id == slots.c.case_id)
        .join(versions, versions.c.id == cases.c.version_id)
        .where(slots.c.channel_id == channel_id, slots.c.day >= first, slots.c.day < end)
    )
    found: dict[date, list[Article]] = {}
    for row in conn.execute(within):
        known = {"case_id": row.case_id, "number": row.number, "title": row.title} if row.seen else {}
        found.setdefault(row.day, []).append(_article(row, **known))
    return found
