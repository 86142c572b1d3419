"""The lines behind a figure that counts no tasks: cases, publications, accounts and lendings, as they are now."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.figures import Period
from engine.figures.reading import OF_CASES as WHOSE
from engine.people import Person
from engine.queries.audit.figure_cases import PAGE, Lines
from engine.queries.audit.figures import Asked, Names, conditions
from engine.rules.masking import masked
from engine.scope import check_scope
from engine.text import Text
from models import accounts, cases, channels, lendings, people, procedures, publications, units

OF_CASES = ("running", "outcome")
OF_ACCOUNTS = ("opened", "ended", "in_use")
OF_LENDINGS = ("lent", "unreturned", "out", "late")
LINES = (*OF_CASES, "published", *OF_ACCOUNTS, *OF_LENDINGS)
_STANDS = ("in_use", "out", "late")  # how things are now, whatever case they come from


class Sought(NamedTuple):
    """Which lines: of one unit alone (its code), that ended so (`end`; none: nowhere), before one shown already."""

    what: str
    unit: str | None = None
    end: str | None = None
    before: int | None = None


def figure_lines(conn: sa.Connection, person: Person, asked: Asked, sought: Sought, now: datetime) -> Lines:
    """Ten statements at most: scope two, names three, units below one, the scope again, the count, the page.

    NotAllowed without a scope.
    """
    names, within = conditions(conn, person, asked)
    table, columns, source, where = _found(asked, sought, now)
    if sought.what in _STANDS:
        scope = check_scope(conn, person)
        where.append(sa.true() if scope.everything else table.c.unit_id.in_(scope.units))
    else:
        where += within(WHOSE if table is cases else WHOSE._replace(unit=table.c.unit_id))
    if sought.unit and table is not cases:
        where.append(table.c.unit_id == _unit(names, sought.unit))
    number = conn.execute(sa.select(sa.func.count()).select_from(source).where(*where)).scalar_one()
    here = [*where, table.c.id < sought.before] if sought.before else where
    page = sa.select(table.c.id, *columns).select_from(source).where(*here).order_by(table.c.id.desc()).limit(PAGE + 1)
    rows = list(conn.execute(page))
    before = rows[PAGE - 1].id if len(rows) > PAGE else None
    return Lines([_line(row) for row in rows[:PAGE]], number, before, _named(names, asked, sought))


def _named(names: Names, asked: Asked, sought: Sought) -> list[Text]:
    """Whose lines they are: the procedure, the unit."""
    found = [names.procedure(names.procedure_id(asked.procedure))] if asked.procedure else []
    wanted = sought.unit or asked.unit
    return found + [names.unit(id) for id, row in names.units.items() if wanted and wanted in (row.code, row.name)][:1]


def _unit(names: Names, code: str) -> int:
    return next((id for id, row in names.units.items() if row.code == code), 0)


def _line(row: Any) -> dict[str, Any]:
    told = dict(row._mapping)
    told["unit"] = Text(told.pop("unit_zh"), told.pop("unit_en"))
    told["about"] = Text(told.pop("zh"), told.pop("en"))
    found: dict[str, Any] = masked(told)
    return found


_UNIT = units.c.name.label("unit_zh"), sa.func.coalesce(units.c.name_en, units.c.name).label("unit_en")


def _found(asked: Asked, sought: Sought, now: datetime) -> tuple[Any, list[Any], Any, list[Any]]:
    """The table, what of it is told, where from, and which rows."""
    first, last = asked.periods[0], asked.periods[-1]
    if sought.what == "published":
        return _publications(first, last)
    if sought.what in OF_ACCOUNTS:
        return _accounts(first, last, sought.what)
    if sought.what in OF_LENDINGS:
        return _lendings(first, last, sought.what, now)
    return _cases(first, last, sought)


def _cases(first: Period, last: Period, sought: Sought) -> tuple[Any, list[Any], Any, list[Any]]:
    told = [cases.c.id.label("case_id"), *cases.c["number", "title"], *_UNIT]
    told += [procedures.c.title_zh.label("zh"), procedures.c.title_en.label("en"), people.c.name.label("who")]
    told += [cases.c.started_at.label("at"), cases.c.ended_at.label("until")]
    source = cases.join(procedures, procedures.c.id == cases.c.procedure_id)
    source = source.join(people, people.c.id == cases.c.applicant_id)
    source = source.join(units, units.c.id == cases.c.applicant_unit_id)
    if sought.what == "outcome":
        return cases, told, source, [*_between(cases.c.ended_at, first, last), _ended_so(sought.end)]
    still = sa.or_(cases.c.ended_at.is_(None), cases.c.ended_at >= last.end)
    return cases, told, source, [cases.c.started_at < last.end, still]


def _ended_so(end: str | None) -> Any:
    return cases.c.outcome == end if end else sa.func.coalesce(cases.c.outcome, "") == ""


def _publications(first: Period, last: Period) -> tuple[Any, list[Any], Any, list[Any]]:
    told = [publications.c.case_id, *publications.c["number", "title"], *_UNIT]
    told += [channels.c.name.label("zh"), sa.func.coalesce(channels.c.name_en, channels.c.name).label("en")]
    told += [people.c.name.label("who"), publications.c.published_at.label("at"), sa.null().label("until")]
    source = publications.join(cases, cases.c.id == publications.c.case_id)
    source = source.join(channels, channels.c.id == publications.c.channel_id)
    source = source.join(people, people.c.id == publications.c.published_by)
    source = source.join(units, units.c.id == publications.c.unit_id)
    return publications, told, source, _between(publications.c.archived_at, first, last)


def _accounts(first: Period, last: Period, what: str) -> tuple[Any, list[Any], Any, list[Any]]:
    told = [accounts.c.case_id, cases.c.number, accounts.c.name.label("title"), *_UNIT]
    told += [accounts.c.kind.label("zh"), accounts.c.kind.label("en"), people.c.name.label("who")]
    told += [accounts.c.opened_at.label("at"), accounts.c.closed_at.label("until")]
    source = accounts.outerjoin(cases, cases.c.id == accounts.c.case_id)
    source = source.outerjoin(people, people.c.id == accounts.c.holder_id)
    source = source.join(units, units.c.id == accounts.c.unit_id)
    if what == "in_use":
        return accounts, told, source, [accounts.c.state != "closed"]
    column = accounts.c.opened_at if what == "opened" else accounts.c.closed_at
    return accounts, told, source, [accounts.c.case_id.is_not(None), *_between(column, first, last)]


def _lendings(first: Period, last: Period, what: str, now: datetime) -> tuple[Any, list[Any], Any, list[Any]]:
    told = [lendings.c.case_id, cases.c.number, accounts.c.name.label("title"), *_UNIT]
    told += [sa.literal("").label("zh"), sa.literal("").label("en"), people.c.name.label("who")]
    told += [lendings.c.since.label("at"), lendings.c.until]
    source = lendings.join(accounts, accounts.c.id == lendings.c.account_id)
    source = source.outerjoin(cases, cases.c.id == lendings.c.case_id).join(units, units.c.id == lendings.c.unit_id)
    source = source.outerjoin(people, people.c.id == lendings.c.borrower_id)
    out = lendings.c.returned_at.is_(None)
    if what in ("out", "late"):
        return lendings, told, source, [out, lendings.c.until < now] if what == "late" else [out]
    if what == "lent":
        begun = sa.or_(out, lendings.c.returned_at >= lendings.c.since)
        return lendings, told, source, [*_between(lendings.c.since, first, last), lendings.c.since <= now, begun]
    late = sa.or_(out, lendings.c.returned_at > lendings.c.until)
    return lendings, told, source, [*_between(lendings.c.until, first, last), lendings.c.until < now, late]


def _between(column: Any, first: Period, last: Period) -> list[Any]:
    return [column >= first.begin, column < last.end]
