"""Figures of a span of months or weeks: closed periods as they were closed, the others as the tables are now."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.errors import BadInput, NotFound
from engine.figures import Figures, Key, Period, Spread, Tally, gathered, periods, said, spread
from engine.figures.closing import Closed, changed_among, read_closed
from engine.figures.reading import OF_CASES, Condition, Where, live
from engine.people import Person
from engine.procedures.outlook import nodes_of
from engine.procedures.version import Version, load_version
from engine.scope import Scope, check_scope
from engine.text import Text
from engine.units import line, parents
from models import cases, closed_figures, closed_periods, people, procedures, units, versions

MOST = 60  # periods at once
MOST_LIVE = 12  # of them reckoned anew: each goes through all that happened in it
TOO_MANY = Text(
    "这段时间里有{n}期尚未封存,需要现算,一次最多{most}期;请缩短时间段。",
    "{n} periods of this span are not closed yet and would be reckoned anew, {most} at most at once: "
    "ask for a shorter span.",
)
OF_CLOSED = Where(closed_figures.c.procedure_id, closed_figures.c.version_id, closed_figures.c.unit_id)
Tallies = dict[str, dict[Key, Figures]]
ENDINGS = ("done", "rejected", "withdrawn", "cancelled")


class Asked(NamedTuple):
    """Which periods, and whose figures; nothing: all there are within the scope. A unit is meant with all below it."""

    first: Period
    last: Period
    procedure: str | None = None
    version: int | None = None
    unit: str | None = None

    @property
    def periods(self) -> list[Period]:
        return periods(self.first, self.last)[:MOST]


@dataclass(frozen=True)
class Row:
    """A line of a table: of whom it tells, and the sums. `key`: what an address names it by."""

    key: str
    name: Text
    figures: Figures

    def count(self, name: str) -> int:
        return self.figures.counts[name]

    @property
    def ended(self) -> int:
        return sum(self.count(f"state:{state}") for state in ENDINGS)

    def spread(self, name: str) -> Spread | None:
        return spread(self.figures.lengths.get(name, ()))

    @property
    def busy(self) -> float:
        """Waiting and work together: what the step cost in time."""
        return sum(map(sum, self.figures.lengths.values()))

    def share(self, decision: str) -> float | None:
        return said(self.figures, decision)

    @property
    def kept(self) -> float | None:
        """Of a hundred deadlines so many were met."""
        met, missed = self.count("met"), self.count("missed")
        return 100 * met / (met + missed) if met + missed else None


@dataclass(frozen=True)
class Names:
    """What the numbers in keys are called."""

    procedures: dict[int, Any]
    units: dict[int, Any]
    versions: dict[int, Any]

    def procedure_id(self, slug: str) -> int:
        return next((id for id, row in self.procedures.items() if row.slug == slug), 0)

    def version_id(self, procedure: int, no: int) -> int:
        mine = (row for row in self.versions.values() if row.procedure_id == procedure and row.no == no)
        return next((row.id for row in mine), 0)

    def procedure(self, id: int) -> Text:
        row = self.procedures.get(id)
        return Text(row.title_zh, row.title_en) if row else Text("(无流程)", "(no procedure)")

    def unit(self, id: int) -> Text:
        row = self.units.get(id)
        return Text(row.name, row.name_en) if row else Text("(已取消的单位)", "(a unit that is no more)")


@dataclass(frozen=True)
class View:
    asked: Asked
    names: Names
    tallies: Tallies
    closed: dict[str, Closed]
    steps: dict[tuple[int, str], Text] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()  # closed periods whose figures are not those that were closed

    def step(self, procedure: int, step: str) -> Text:
        return self.steps.get((procedure, step), Text(step, step))

    def rows(self, kind: str, group: Callable[[Key], Any], name: Callable[[Any], tuple[str, Text]]) -> list[Row]:
        """A row a group, those with the most first; what is running is counted once, at the end of the span."""
        found = gathered(self.tallies.values(), group, kind)
        if kind == "case":
            _running_at_the_end(found, self.tallies[self.asked.periods[-1].key], group)
        return [Row(*name(one), figures) for one, figures in found.items()]


def _running_at_the_end(found: dict[Any, Figures], last: dict[Key, Figures], group: Callable[[Key], Any]) -> None:
    for figures in found.values():
        figures.counts.pop("running", None)
    for key, figures in last.items():
        if key.kind == "case" and (name := group(key)) is not None:
            found[name].counts["running"] += figures.counts["running"]


def figures(
    conn: sa.Connection, person: Person, asked: Asked, kinds: tuple[str, ...] = ("case", "step"), *, now: datetime
) -> View:
    """The figures of a span within one's scope. NotAllowed where there is none, BadInput where it is too long."""
    names, within = conditions(conn, person, asked)
    wanted = asked.periods
    closed = closed_of(conn, wanted)
    tallies: Tallies = {one.key: {} for one in wanted}
    over = [one for one in wanted if one.key in closed]
    for period, key, found in read_closed(conn, over, kinds, *within(OF_CLOSED)):
        tallies[period][key] = found
    for one in _to_reckon(conn, [one for one in wanted if one.key not in closed], now):
        tallies[one.key] = _own_kinds(live(conn, one, within, kinds, now), kinds)
    changed = frozenset(changed_among(conn, closed.values()))
    return View(asked, names, tallies, closed, _steps_of(conn, tallies), changed)


def closed_of(conn: sa.Connection, wanted: list[Period]) -> dict[str, Closed]:
    """Which of these periods are closed, by their keys."""
    rows = conn.execute(sa.select(closed_periods).where(closed_periods.c.period.in_([one.key for one in wanted])))
    return {row.period: Closed(row.period, row.rows, row.sha256) for row in rows}


def _to_reckon(conn: sa.Connection, wanted: list[Period], now: datetime) -> list[Period]:
    """Those in which something can have happened: begun, and not before the first case."""
    first = since(conn) if wanted else None
    found = [one for one in wanted if first is not None and first < one.end and one.begin <= now]
    if len(found) > MOST_LIVE:
        raise BadInput(TOO_MANY.fill(n=len(found), most=MOST_LIVE))
    return found


def _own_kinds(tally: Tally, kinds: tuple[str, ...]) -> dict[Key, Figures]:
    return {key: found for key, found in tally.items() if key.kind in kinds}


@dataclass(frozen=True)
class Limits:
    """What is asked for within a scope: the same of tables now and of the figures that are closed."""

    scope: Scope
    procedure: int | None = None
    version: int | None = None
    units: frozenset[int] | None = None

    def __call__(self, where: Where) -> list[Condition]:
        found: list[Condition] = []
        if not self.scope.everything:
            found.append(sa.or_(where.unit.in_(self.scope.units), where.procedure.in_(self.scope.procedures)))
        if self.procedure is not None:
            found.append(where.procedure == self.procedure)
        if self.version is not None:
            found.append(where.version == self.version)
        if self.units is not None:
            found.append(where.unit.in_(self.units))
        return found


def conditions(conn: sa.Connection, person: Person, asked: Asked) -> tuple[Names, Limits]:
    """What is asked within the scope; NotAllowed where there is none."""
    scope, names = check_scope(conn, person), names_of(conn)
    procedure = names.procedure_id(asked.procedure) if asked.procedure else None
    version = names.version_id(procedure, asked.version) if procedure is not None and asked.version else None
    units = frozenset(units_below(conn, names, asked.unit)) if asked.unit else None
    return names, Limits(scope, procedure, version, units)


def units_below(conn: sa.Connection, names: Names, code: str) -> set[int]:
    """The unit of a code, or of a name, and all below it."""
    named = (id for id, row in names.units.items() if code in (row.code, row.name))
    top, above = next(named, 0), parents(conn)
    return {unit for unit in above if top in line(unit, above)}


def names_of(conn: sa.Connection) -> Names:
    """Three statements."""
    return Names(
        {row.id: row for row in conn.execute(sa.select(procedures).order_by(procedures.c.slug))},
        {row.id: row for row in conn.execute(sa.select(units).order_by(units.c.id))},
        {row.id: row for row in conn.execute(sa.select(*versions.c["id", "procedure_id", "no"]))},
    )


_STEPS, _PROPERTIES = versions.c.manifest["steps"].as_json(), versions.c.manifest["properties"].as_json()


def _steps_of(conn: sa.Connection, tallies: Tallies) -> dict[tuple[int, str], Text]:
    """The names of the steps, as the newest version that has them calls them."""
    wanted = {key.procedure for found in tallies.values() for key in found if key.kind == "step"}
    every: list[Any] = [versions.c.procedure_id, _STEPS.label("steps"), _PROPERTIES.label("properties")]
    statement = sa.select(*every).where(versions.c.procedure_id.in_(wanted)).order_by(versions.c.no)
    return {
        (row.procedure_id, step): Text(name, (row.properties.get(step) or {}).get("en", name))
        for row in (conn.execute(statement) if wanted else ())
        for step, name in row.steps.items()
    }


# --- the tables of the page


def by_period(view: View) -> list[Row]:
    """A row a period, cases and the deadlines of their steps; those without anything too."""
    found = []
    for one in view.asked.periods:
        figures = Figures()
        for kind in ("case", "step"):
            for part in gathered([view.tallies[one.key]], lambda _: 0, kind).values():
                figures.add(part)
        found.append(Row(one.key, Text(one.key, one.key), figures))
    return found


TOTAL = Text("合计", "Total")


def whole(view: View) -> Row:
    """The span in one line, each case once."""
    figures = Figures()
    for kind in ("case", "step"):
        for row in view.rows(kind, lambda _: 0, lambda _: ("", TOTAL)):
            figures.add(row.figures)
    return Row("", TOTAL, figures)


def by_procedure(view: View) -> list[Row]:
    def name(id: int) -> tuple[str, Text]:
        row = view.names.procedures.get(id)
        return row.slug if row else "", view.names.procedure(id)

    return _most(view.rows("case", lambda key: key.procedure, name))


def by_version(view: View) -> list[Row]:
    def name(id: int) -> tuple[str, Text]:
        no = getattr(view.names.versions.get(id), "no", "?")
        return str(no), Text(f"第 {no} 版", f"version {no}")

    rows = view.rows("case", lambda key: key.version, name)
    return sorted(rows, key=lambda row: (len(row.key), row.key))  # 10 after 9


def by_unit(view: View) -> list[Row]:
    """The units that have cases of their own, each with all below it, as the list it leads to has them."""
    rows = view.rows("case", lambda key: key.unit, lambda id: (str(id), view.names.unit(id)))
    own, known = {int(row.key): row.figures for row in rows}, view.names.units
    above = {id: row.parent_id for id, row in known.items()}
    found = {id: Figures() for id in own if id in known}
    for id, figures in own.items():
        for top in line(id, above):
            if top in found:
                found[top].add(figures)
    return _most([Row(known[id].code, view.names.unit(id), figures) for id, figures in found.items()])


def by_step(view: View) -> list[Row]:
    """The bottlenecks first: the steps that cost most time."""

    def name(one: tuple[int, str]) -> tuple[str, Text]:
        row = view.names.procedures.get(one[0])
        return f"{row.slug if row else ''}/{one[1]}", view.step(*one)

    found = view.rows("step", lambda key: (key.procedure, key.subject), name)
    return sorted(found, key=lambda row: (-row.busy, row.key))


def by_person(conn: sa.Connection, view: View) -> list[Row]:
    found = view.rows("person", lambda key: key.subject, lambda id: (id, Text(id, id)))
    ids = [int(row.key) for row in found if row.key.isdigit()]
    statement = sa.select(people).where(people.c.id.in_(ids))
    called = {str(row.id): row for row in conn.execute(statement)}
    told = [
        Row(row.key, Text(called[row.key].name, called[row.key].name), row.figures)
        for row in found
        if row.key in called
    ]
    return sorted(told, key=lambda row: (-row.count("done"), row.key))


def by_outcome(conn: sa.Connection, view: View) -> list[Row]:
    """The ends of the diagram that were reached, by their names; the most frequent first."""
    counts: Counter[str] = Counter()
    for figures in gathered(view.tallies.values(), lambda _: 0, "case").values():
        for name, number in figures.counts.items():
            if name.startswith("outcome:"):
                counts[name.removeprefix("outcome:")] += number
    version = _version_of(conn, view.names, view.asked) if counts else None
    nodes = nodes_of(version) if version else {}
    called = {id: Text(node.name or id, node.properties.get("en") or node.name or id) for id, node in nodes.items()}
    return [
        Row(end, called.get(end, Text(end, end)), Figures({"number": number})) for end, number in counts.most_common()
    ]


def version_asked(conn: sa.Connection, person: Person, asked: Asked) -> Version | None:
    """The version that is asked for, or the newest of the procedure; None where none is asked for.

    NotFound where nothing of the procedure lies within the scope.
    """
    names, within = conditions(conn, person, asked._replace(version=None, unit=None))
    if not asked.procedure:
        return None
    procedure = names.procedure_id(asked.procedure)
    owned = procedure in check_scope(conn, person).procedures
    if not owned and conn.execute(sa.select(cases.c.id).where(*within(OF_CASES)).limit(1)).first() is None:
        raise NotFound()
    return _version_of(conn, names, asked)


def _version_of(conn: sa.Connection, names: Names, asked: Asked) -> Version:
    procedure = names.procedure_id(asked.procedure or "")
    mine = sorted((row for row in names.versions.values() if row.procedure_id == procedure), key=lambda row: row.no)
    chosen = [row for row in mine if row.no == asked.version] or mine
    if not chosen:
        raise NotFound()
    return load_version(conn, chosen[-1].id)


def _most(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.ended, -row.count("started"), row.key))


def since(conn: sa.Connection) -> datetime | None:
    """When the first case began."""
    found: datetime | None = conn.execute(sa.select(sa.func.min(cases.c.started_at))).scalar_one()
    return found
