"""How things stand: channels and their places, units that publish little, accounts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from engine.calendar import places, read_plan
from engine.figures import Figures, gathered
from engine.people import Person
from engine.queries.audit.figures import Row, View, units_below
from engine.scope import check_scope
from engine.text import Text
from models import accounts, changed_days, channels, lendings, posts

OFFICER = "unit_info_officer"  # each unit names one, who hands in what is to be published (S0-1 Art. 6)


@dataclass(frozen=True)
class Publishing:
    """One unit: how many publications, and in how many of the closed periods fewer than it must."""

    row: Row
    counts: list[int]
    below: int


def publishing(conn: sa.Connection, person: Person, view: View, least: int, now: datetime) -> list[Publishing]:
    """Every unit with somebody who hands in what is to be published, and whoever published; the fewest first.

    S0-1 Art. 16 and 17 speak of encouragement, of reminders and of 200 to 500 yuan after several reminders; none says
    how many a unit must publish, so `least` is for the reader to say.
    """
    scope = check_scope(conn, person)
    below = units_below(conn, view.names, view.asked.unit) if view.asked.unit else None
    today = sa.or_(posts.c.until.is_(None), posts.c.until > now)
    held = set(conn.execute(sa.select(posts.c.unit_id).where(posts.c.role_id == OFFICER, today)).scalars())
    must = held if scope.everything else held & scope.units
    must = must if below is None else must & below
    per_period = [gathered([view.tallies[one.key]], lambda key: key.unit, "publication") for one in view.asked.periods]
    over = [one.end <= now for one in view.asked.periods]
    found = []
    for unit in must | {id for one in per_period for id in one}:
        counts = [one[unit].counts["published"] if unit in one else 0 for one in per_period]
        few = sum(count < least for count, is_over in zip(counts, over, strict=True) if is_over) if unit in must else 0
        figures = Figures({"published": sum(counts)})
        code = view.names.units[unit].code if unit in view.names.units else ""
        found.append(Publishing(Row(code, view.names.unit(unit), figures), counts, few))
    return sorted(found, key=lambda one: (-one.below, one.row.count("published"), one.row.key))


class Quota(NamedTuple):
    """A channel with a calendar: how many places the days of the span have, and how many were booked."""

    name: Text
    places: int
    booked: int


def quotas(conn: sa.Connection, view: View) -> list[Quota]:
    booked = gathered(view.tallies.values(), lambda key: key.subject, "slot")
    first, last = view.asked.periods[0].first, view.asked.periods[-1].last
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    changed: dict[int, dict[date, int]] = {}
    for row in conn.execute(sa.select(changed_days).where(changed_days.c.day.between(first, last))):
        changed.setdefault(row.channel_id, {})[row.day] = row.places
    found = []
    for row in conn.execute(sa.select(channels).where(channels.c.calendar.is_not(None)).order_by(channels.c.id)):
        plan = read_plan(row.calendar)
        room = sum(places(plan, changed.get(row.id, {}), day) for day in days)
        figures = booked.get(str(row.id))
        found.append(Quota(Text(row.name, row.name_en or row.name), room, figures.counts["booked"] if figures else 0))
    return found


class Accounts(NamedTuple):
    """Of a unit: in the span opened, ended, lent and not given back in time; now in use, out, overdue."""

    key: str
    name: Text
    opened: int
    ended: int
    lent: int
    overdue: int
    in_use: int
    out: int
    late: int


def account_figures(conn: sa.Connection, person: Person, view: View, now: datetime) -> list[Accounts]:
    """What is now is told of the units of the scope alone."""
    scope = check_scope(conn, person)
    spans = gathered(view.tallies.values(), lambda key: key.unit, "account")
    late = sa.func.sum(sa.case((lendings.c.until < now, 1), else_=0))
    of_accounts = sa.select(accounts.c.unit_id, sa.func.count().label("number")).where(accounts.c.state != "closed")
    in_use = {row.unit_id: row.number for row in conn.execute(of_accounts.group_by(accounts.c.unit_id))}
    of_lendings = sa.select(lendings.c.unit_id, sa.func.count().label("out"), late.label("late"))
    of_lendings = of_lendings.where(lendings.c.returned_at.is_(None)).group_by(lendings.c.unit_id)
    out = {row.unit_id: row for row in conn.execute(of_lendings)}
    mine = {unit for unit in in_use.keys() | out.keys() if scope.everything or unit in scope.units}
    found = []
    for unit in sorted(mine | spans.keys()):
        counts = spans[unit].counts if unit in spans else {}
        span = [counts.get(name, 0) for name in ("opened", "ended", "lent", "overdue")]
        stand = (in_use.get(unit, 0), out[unit].out if unit in out else 0, out[unit].late if unit in out else 0)
        code = view.names.units[unit].code if unit in view.names.units else ""
        found.append(Accounts(code, view.names.unit(unit), *span, *(stand if unit in mine else (0, 0, 0))))
    return found
