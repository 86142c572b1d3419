"""How things stand: channels and their places, units that publish little, accounts."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from engine.calendar import places, read_plan
from engine.figures import Figures, Period, gathered
from engine.figures.closing import read_closed
from engine.figures.reading import OF_CASES
from engine.people import Person
from engine.queries.audit.figures import Row, View, conditions, units_below
from engine.scope import check_scope
from engine.text import Text
from models import accounts, cases, changed_days, channels, lendings, posts, publications, slots

OFFICER = "unit_info_officer"  # each unit names one, who hands in what is to be published (S0-1 Art. 6)


@dataclass(frozen=True)
class Publishing:
    """One unit: how many publications, and in how many of the closed periods fewer than it must.

    Each publication counts once, in the period in which it was entered. What went out in a period and was entered later
    speaks for the unit in that period too.
    """

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
    over = [at for at, one in enumerate(view.asked.periods) if one.key in view.closed]
    went_out = _went_out(conn, person, view, over)
    found = []
    for unit in must | {id for one in per_period for id in one}:
        counts = [one[unit].counts["published"] if unit in one else 0 for one in per_period]
        few = sum(max(counts[at], went_out[unit, at]) < least for at in over) if unit in must else 0
        figures = Figures({"published": sum(counts)})
        code = view.names.units[unit].code if unit in view.names.units else ""
        found.append(Publishing(Row(code, view.names.unit(unit), figures), counts, few))
    return sorted(found, key=lambda one: (-one.below, one.row.count("published"), one.row.key))


def _went_out(conn: sa.Connection, person: Person, view: View, over: list[int]) -> Counter[tuple[int, int]]:
    """By unit and place of the period: what went out in it, whenever it was entered."""
    if not over:
        return Counter()
    _, within = conditions(conn, person, view.asked)
    at, periods = publications.c.published_at, view.asked.periods
    which = sa.case(*((sa.and_(at >= periods[one].begin, at < periods[one].end), one) for one in over))
    dated = sa.select(publications.c.unit_id, which.label("period"))
    dated = dated.join_from(publications, cases, cases.c.id == publications.c.case_id)
    span = at >= periods[over[0]].begin, at < periods[over[-1]].end
    each = dated.where(*span, *within(OF_CASES._replace(unit=publications.c.unit_id))).subquery()
    counted = sa.select(each.c.unit_id, each.c.period, sa.func.count().label("number"))
    rows = conn.execute(counted.group_by(each.c.unit_id, each.c.period))
    return Counter({(row.unit_id, row.period): row.number for row in rows if row.period is not None})


class Quota(NamedTuple):
    """A channel with a calendar: how many places the days of the span have, and how many of them anybody booked."""

    name: Text
    places: int
    booked: int


def quotas(conn: sa.Connection, view: View) -> list[Quota]:
    """Numbers of the whole house: of a part alone no share would be true. The fullest first."""
    booked = _booked(conn, view)
    first, last = view.asked.periods[0].first, view.asked.periods[-1].last
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    changed: dict[int, dict[date, int]] = {}
    for row in conn.execute(sa.select(changed_days).where(changed_days.c.day.between(first, last))):
        changed.setdefault(row.channel_id, {})[row.day] = row.places
    found = []
    for row in conn.execute(sa.select(channels).where(channels.c.calendar.is_not(None)).order_by(channels.c.id)):
        plan = read_plan(row.calendar)
        room = sum(places(plan, changed.get(row.id, {}), day) for day in days)
        found.append(Quota(Text(row.name, row.name_en or row.name), room, booked[str(row.id)]))
    return sorted(found, key=lambda one: -one.booked)


def _booked(conn: sa.Connection, view: View) -> Counter[str]:
    """By channel: as closed, and on all other days as it is now, those ahead too."""
    over: list[Period] = [one for one in view.asked.periods if one.key in view.closed]
    found = Counter[str]()
    for _, key, figures in read_closed(conn, over, ["slot"]):
        found[key.subject] += figures.counts["booked"]
    span = slots.c.day.between(view.asked.periods[0].first, view.asked.periods[-1].last)
    still = ~sa.or_(sa.false(), *(slots.c.day.between(one.first, one.last) for one in over))
    now = sa.select(slots.c.channel_id, sa.func.count().label("number")).where(span, still)
    for row in conn.execute(now.group_by(slots.c.channel_id)):
        found[str(row.channel_id)] += row.number
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
