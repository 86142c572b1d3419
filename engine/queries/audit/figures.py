"""Figures of a span of months or weeks: closed periods as they were closed, the others as the tables are now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.figures import Figures, Key, Period, Spread, Tally, gathered, periods, said, spread
from engine.figures.closing import Closed, read_closed
from engine.figures.reading import live
from engine.people import Person
from engine.scope import Scope, check_scope
from engine.text import Text
from engine.units import line, parents
from models import cases, closed_figures, closed_periods, people, procedures, units, versions

MOST = 60  # periods at once
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

    def procedure(self, id: int) -> Text:
        row = self.procedures.get(id)
        return Text(row.title_zh, row.title_en) if row else Text("(无流程)", "(no procedure)")

    def unit(self, id: int) -> Text:
        row = self.units.get(id)
        return Text(row.name, row.name_en) if row else Text("(已取消的单位)", "(a unit that is no more)")

    def step(self, procedure: int, step: str) -> Text:
        """As the newest version that has the step calls it."""
        for row in sorted(self.versions.values(), key=lambda one: -one.no):
            if row.procedure_id == procedure and step in row.steps:
                return Text(row.steps[step], (row.properties.get(step) or {}).get("en", row.steps[step]))
        return Text(step, step)


@dataclass(frozen=True)
class View:
    asked: Asked
    names: Names
    tallies: Tallies
    closed: dict[str, Closed]

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


def figures(conn: sa.Connection, person: Person, asked: Asked, kinds: tuple[str, ...] = ("case", "step")) -> View:
    """The figures of a span within one's scope. NotAllowed where there is none."""
    scope = check_scope(conn, person)
    names = names_of(conn)
    of_cases, of_closed = _narrowed(conn, asked, names, scope)
    wanted = asked.periods
    rows = conn.execute(sa.select(closed_periods).where(closed_periods.c.period.in_([one.key for one in wanted])))
    closed = {row.period: Closed(row.period, row.rows, row.sha256) for row in rows}
    tallies: Tallies = {one.key: {} for one in wanted}
    for period, key, found in read_closed(conn, [one for one in wanted if one.key in closed], kinds, *of_closed):
        tallies[period][key] = found
    for one in wanted:
        if one.key not in closed:
            tallies[one.key] = _own_kinds(live(conn, one, *of_cases, kinds=kinds), kinds)
    return View(asked, names, tallies, closed)


def _own_kinds(tally: Tally, kinds: tuple[str, ...]) -> dict[Key, Figures]:
    return {key: found for key, found in tally.items() if key.kind in kinds}


def _narrowed(
    conn: sa.Connection, asked: Asked, names: Names, scope: Scope
) -> tuple[list[sa.ColumnElement[bool]], list[sa.ColumnElement[bool]]]:
    """The same conditions for `cases` and for `closed_figures`."""
    where = closed_figures.c
    of_cases, of_closed = [scope.condition()], [sa.true() if scope.everything else sa.or_(
        where.unit_id.in_(scope.units), where.procedure_id.in_(scope.procedures)
    )]  # fmt: skip
    if asked.procedure:
        procedure = next((id for id, row in names.procedures.items() if row.slug == asked.procedure), 0)
        of_cases.append(cases.c.procedure_id == procedure)
        of_closed.append(where.procedure_id == procedure)
        if asked.version:
            mine = (row for row in names.versions.values() if row.procedure_id == procedure)
            version = next((row.id for row in mine if row.no == asked.version), 0)
            of_cases.append(cases.c.version_id == version)
            of_closed.append(where.version_id == version)
    if asked.unit:
        top = next((id for id, row in names.units.items() if row.code == asked.unit), 0)
        above = parents(conn)
        below = [unit for unit in above if top in line(unit, above)]
        of_cases.append(cases.c.applicant_unit_id.in_(below))
        of_closed.append(where.unit_id.in_(below))
    return of_cases, of_closed


_STEPS, _PROPERTIES = versions.c.manifest["steps"].as_json(), versions.c.manifest["properties"].as_json()


def names_of(conn: sa.Connection) -> Names:
    """Three statements; of the versions only the names of their steps."""
    every: list[Any] = [*versions.c["id", "procedure_id", "no"], _STEPS.label("steps"), _PROPERTIES.label("properties")]
    return Names(
        {row.id: row for row in conn.execute(sa.select(procedures).order_by(procedures.c.slug))},
        {row.id: row for row in conn.execute(sa.select(units).order_by(units.c.id))},
        {row.id: row for row in conn.execute(sa.select(*every))},
    )


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


def by_procedure(view: View) -> list[Row]:
    def name(id: int) -> tuple[str, Text]:
        row = view.names.procedures.get(id)
        return row.slug if row else "", view.names.procedure(id)

    return _most(view.rows("case", lambda key: key.procedure, name))


def by_version(view: View) -> list[Row]:
    def name(id: int) -> tuple[str, Text]:
        no = getattr(view.names.versions.get(id), "no", "?")
        return str(no), Text(f"第 {no} 版", f"version {no}")

    return sorted(view.rows("case", lambda key: key.version, name), key=lambda row: row.key)


def by_unit(view: View) -> list[Row]:
    def name(id: int) -> tuple[str, Text]:
        row = view.names.units.get(id)
        return row.code if row else "", view.names.unit(id)

    return _most(view.rows("case", lambda key: key.unit, name))


def by_step(view: View) -> list[Row]:
    """The bottlenecks first: the steps that cost most time."""

    def name(one: tuple[int, str]) -> tuple[str, Text]:
        row = view.names.procedures.get(one[0])
        return f"{row.slug if row else ''}/{one[1]}", view.names.step(*one)

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


def _most(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.ended, -row.count("started"), row.key))


def since(conn: sa.Connection) -> datetime | None:
    """When the first case began."""
    found: datetime | None = conn.execute(sa.select(sa.func.min(cases.c.started_at))).scalar_one()
    return found
