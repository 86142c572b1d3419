"""月报: what a month brought within a scope, in words and figures, ready for the page and for paper."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import BadInput, NotFound
from engine.figures import Figures, read_period
from engine.figures.closing import Closed, read_closed
from engine.figures.reading import newest, settled
from engine.numbers import OFFICE_ZONE
from engine.people import Person
from engine.queries.answers import moment
from engine.queries.audit.figures import OF_CLOSED, Limits, closed_of
from engine.queries.audit.found import below
from engine.queries.called import Steps
from engine.rules.masking import masked
from engine.scope import Scope, check_scope
from engine.text import Text
from models import cases, channels, incidents, people, procedures, publications, tasks, trail, units

MOST = 300  # lines of a list; the figure beside it counts all
MONTH = Text("月份请写成 2026-10 这样,且不晚于本月。", "Write the month like 2026-10; it may not lie ahead.")
NO_UNIT = Text("没有「{word}」这个单位。", "There is no unit “{word}”.")
ENDS = ("done", "rejected", "withdrawn", "cancelled")
# What of a report the closed figures tell: its name here -> kind and name there.
AS_CLOSED = {"started": ("case", "started"), "published": ("publication", "published")}
AS_CLOSED |= {state: ("case", f"state:{state}") for state in ENDS}
AS_CLOSED |= {"refused": ("step", "said:reject"), "returned": ("step", "said:return")}


@dataclass(frozen=True, slots=True)
class Report:
    """Each list with MOST lines at most; `figures` count all there are. Times are moments, `lines` are dicts.

    Of a month that is `closed` the figures in AS_CLOSED are those it was closed with; `now` says which of them would be
    others now. The lists and all other figures are always as things are now.
    """

    month: str
    since: datetime
    until: datetime
    unit: str
    procedure: Text | None
    figures: dict[str, int] = field(default_factory=dict)
    published: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    exceptions: list[dict[str, Any]] = field(default_factory=list)
    overdue: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[dict[str, Any]] = field(default_factory=list)
    closed: Closed | None = None
    now: dict[str, int] = field(default_factory=dict)


def month_report(
    conn: sa.Connection, person: Person, month: str, now: datetime, unit: str = "", procedure: str = ""
) -> Report:
    """What happened in a month of the office's calendar, to cases within the person's scope; some 16 statements.

    `unit`: with those below it, by code or name; `procedure`: its slug. NotAllowed, NotFound, BadInput.
    """
    return _month(conn, check_scope(conn, person), month, now, unit, procedure)


def house_report(conn: sa.Connection, month: str, now: datetime, unit: str = "", procedure: str = "") -> Report:
    """The same of the whole house, for the administrator of the machine, who is nobody in it."""
    return _month(conn, Scope(everything=True), month, now, unit, procedure)


def _month(conn: sa.Connection, scope: Scope, month: str, now: datetime, unit: str, procedure: str) -> Report:
    since, until = _span(month, now)
    title = _title(conn, procedure) if procedure else None
    under = _under(conn, unit)
    here = _here(scope, under, procedure)
    found = Report(month, since, until, unit, title)
    figures = found.figures
    figures["started"] = _count(conn, cases.c.id, here, _in(cases.c.started_at, found))
    ended = sa.select(cases.c.state, sa.func.count()).where(here, _in(cases.c.ended_at, found)).group_by(cases.c.state)
    figures.update(dict.fromkeys(ENDS, 0) | {state: n for state, n in conn.execute(ended) if state in ENDS})
    _published(conn, found, here)
    _refused(conn, found, here)
    _exceptions(conn, found, here)
    _overdue(conn, found, here, now)
    _incidents(conn, found, here, scope, alone=not (unit or procedure))
    found = _as_closed(conn, found, Limits(scope, _number(conn, procedure), None, under))
    lists = ("published", "refused", "exceptions", "overdue", "incidents")
    return replace(found, **{name: masked(getattr(found, name)) for name in lists})


def _span(month: str, now: datetime) -> tuple[datetime, datetime]:
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        raise BadInput(MONTH) from None
    if len(month) != len("2026-10") or not 2000 <= first.year <= 2199 or first > now:
        raise BadInput(MONTH)
    return first, first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _title(conn: sa.Connection, slug: str) -> Text:
    named = sa.select(procedures.c.title_zh, procedures.c.title_en)
    row = conn.execute(named.where(procedures.c.slug == slug)).one_or_none()
    if row is None:
        raise NotFound()
    return Text(*row)


def _number(conn: sa.Connection, slug: str) -> int | None:
    wanted = sa.select(procedures.c.id).where(procedures.c.slug == slug)
    return conn.execute(wanted).scalar_one() if slug else None


def _under(conn: sa.Connection, unit: str) -> frozenset[int] | None:
    """The unit and all below it; None where none is named."""
    if not unit:
        return None
    under = below(conn, unit)
    if not under:
        raise BadInput(NO_UNIT.fill(word=unit[:40]))
    return frozenset(under)


def _here(scope: Scope, under: frozenset[int] | None, procedure: str) -> Any:
    found = [scope.condition()]
    if under is not None:
        found.append(cases.c.applicant_unit_id.in_(sorted(under)))
    if procedure:
        own = sa.select(procedures.c.id).where(procedures.c.slug == procedure).scalar_subquery()
        found.append(cases.c.procedure_id == own)
    return sa.and_(*found)


def _as_closed(conn: sa.Connection, found: Report, within: Limits) -> Report:
    """The figures a closed month was closed with, in place of those of now."""
    period = read_period(found.month)
    closed = closed_of(conn, [period]) if period else {}
    if period is None or period.key not in closed:
        return found
    kinds: dict[str, Figures] = {kind: Figures() for kind, _ in AS_CLOSED.values()}
    for _, key, figures in read_closed(conn, [period], kinds, *within(OF_CLOSED)):
        kinds[key.kind].add(figures)
    then = {name: kinds[kind].counts[told] for name, (kind, told) in AS_CLOSED.items()}
    now = {name: found.figures[name] for name, number in then.items() if found.figures[name] != number}
    return replace(found, figures=found.figures | then, closed=closed[period.key], now=now)


def _in(column: Any, found: Report) -> Any:
    return sa.and_(column >= found.since, column < found.until)


def _count(conn: sa.Connection, column: Any, *where: Any) -> int:
    source = column.table if column.table is cases else column.table.join(cases, _CASE_OF[column.table.name])
    return int(conn.execute(sa.select(sa.func.count()).select_from(source).where(*where)).scalar_one())


def _published(conn: sa.Connection, found: Report, here: Any) -> None:
    """What was entered in the register in the month, as the figures count it."""
    here = sa.and_(here, _in(publications.c.archived_at, found))
    found.figures["published"] = _count(conn, publications.c.id, here)
    rows = conn.execute(
        sa.select(publications, channels.c.name.label("channel"), units.c.name.label("unit"), people.c.name.label("by"))
        .join(cases, cases.c.id == publications.c.case_id)
        .join(channels, channels.c.id == publications.c.channel_id)
        .join(units, units.c.id == publications.c.unit_id)
        .join(people, people.c.id == publications.c.published_by)
        .where(here)
        .order_by(publications.c.published_at, publications.c.id)
        .limit(MOST)
    ).all()
    names = _names(conn, (each[hand] for row in rows for each in row.approvals for hand in ("actor_id", "for_id")))
    for row in rows:
        approvers = [_hands(names, each["actor_id"], each["for_id"]) for each in row.approvals]
        found.published.append(
            {
                "number": row.number, "title": row.title, "channel": row.channel, "unit": row.unit, "by": row.by,
                "at": row.published_at, "approvers": "、".join(dict.fromkeys(approvers)),
            }
        )  # fmt: skip


def _refused(conn: sa.Connection, found: Report, here: Any) -> None:
    """Decisions against a case: refused, and sent back. The opinion of who was asked beside is none."""
    decides = sa.or_(tasks.c.parent_id.is_(None), settled())
    done = sa.and_(here, tasks.c.state == "done", _in(tasks.c.closed_at, found), decides)
    found.figures["refused"] = _count(conn, tasks.c.id, done, tasks.c.decision == "reject")
    found.figures["returned"] = _count(conn, tasks.c.id, done, tasks.c.decision == "return")
    refused = sa.and_(done, tasks.c.decision == "reject")
    names, rows = _with_names(conn, _of_tasks(refused, tasks.c.closed_at), "actor_id", "for_id")
    steps = Steps(conn, (row.version_id for row in rows))
    for row in rows:
        told = {"number": row.number, "title": row.title, "at": row.closed_at}
        told["step"] = steps.text(row.version_id, row.step, row.name)
        found.refused.append(told | {"by": _hands(names, row.actor_id, row.for_id), "comment": row.comment or ""})


def _exceptions(conn: sa.Connection, found: Report, here: Any) -> None:
    allowed = sa.and_(here, trail.c.verb == "override", _in(trail.c.at, found))
    found.figures["exceptions"] = _count(conn, trail.c.id, allowed)
    columns = (*trail.c["at", "actor_id", "for_id", "facts"], *cases.c["number", "title"])
    look = sa.select(*columns).join(cases, cases.c.id == trail.c.chain).where(allowed).order_by(trail.c.at, trail.c.id)
    names, rows = _with_names(conn, look, "actor_id", "for_id")
    for row in rows:
        facts = orjson.loads(row.facts)
        told = {"number": row.number, "title": row.title, "at": row.at, "rule": facts.get("rule", "")}
        told |= {"reason": facts.get("reason") or "", "comment": facts.get("comment") or ""}
        found.exceptions.append(told | {"by": _hands(names, row.actor_id, row.for_id)})


def _overdue(conn: sa.Connection, found: Report, here: Any, now: datetime) -> None:
    """Tasks of the diagram whose deadline passed in the month before they were done, each once."""
    passed = sa.and_(_in(tasks.c.due_at, found), tasks.c.due_at < now)
    missed = sa.or_(tasks.c.closed_at.is_(None), tasks.c.closed_at > tasks.c.due_at)
    # A case that stands still has until later: what is due moves when it goes on.
    moving = sa.or_(cases.c.suspended_at.is_(None), cases.c.suspended_at > tasks.c.due_at)
    late = sa.and_(here, passed, missed, moving, tasks.c.parent_id.is_(None), newest())
    found.figures["overdue"] = _count(conn, tasks.c.id, late)
    names, rows = _with_names(conn, _of_tasks(late, tasks.c.due_at), "actor_id", "assignee_id")
    steps = Steps(conn, (row.version_id for row in rows))
    for row in rows:
        who = names.get(row.actor_id) or names.get(row.assignee_id) or ""
        told = {"number": row.number, "title": row.title, "due_at": row.due_at, "who": who}
        step = steps.text(row.version_id, row.step, row.name)
        found.overdue.append(told | {"step": step, "closed_at": row.closed_at})


def _incidents(conn: sa.Connection, found: Report, here: Any, scope: Scope, *, alone: bool) -> None:
    """Those that stood open when the month ended; what belongs to no case belongs to the whole house."""
    open_ = sa.and_(
        incidents.c.opened_at < found.until,
        sa.or_(incidents.c.resolved_at.is_(None), incidents.c.resolved_at >= found.until),
    )
    whole = scope.everything and alone
    here = sa.or_(here, incidents.c.case_id.is_(None)) if whole else here
    source = incidents.outerjoin(cases, cases.c.id == incidents.c.case_id)
    count = sa.select(sa.func.count()).select_from(source).where(open_, here)
    found.figures["incidents"] = int(conn.execute(count).scalar_one())
    columns = (*incidents.c["zh", "en", "opened_at"], cases.c.number, cases.c.title)
    rows = sa.select(*columns).select_from(source).where(open_, here).order_by(incidents.c.id).limit(MOST)
    for row in conn.execute(rows):
        told = {"number": row.number or "", "title": row.title or "", "text": Text(row.zh, row.en)}
        found.incidents.append(told | {"opened_at": row.opened_at})


def _of_tasks(where: Any, order: Any) -> Any:
    columns = "step", "name", "actor_id", "for_id", "assignee_id", "comment", "due_at", "late_at", "closed_at"
    look = sa.select(*tasks.c[columns], *cases.c["number", "title", "version_id"])
    look = look.join(cases, cases.c.id == tasks.c.case_id)
    return look.where(where).order_by(order, tasks.c.id)


def _with_names(conn: sa.Connection, look: Any, *hands: str) -> tuple[dict[Any, str], list[Any]]:
    rows = list(conn.execute(look.limit(MOST)))
    return _names(conn, (getattr(row, hand) for row in rows for hand in hands)), rows


def _names(conn: sa.Connection, ids: Iterable[int | None]) -> dict[Any, str]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {
        row.id: row.name for row in conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(wanted)))
    }


def _hands(names: dict[Any, str], actor: int | None, behalf: int | None) -> str:
    who = names.get(actor, "")
    return f"{who}代{names[behalf]}" if behalf in names and behalf != actor else who


def spoken(report: Report) -> set[str]:
    """The numbers of the cases of which the report tells what somebody wrote."""
    said = ("comment", "reason", "text")
    lines = (*report.refused, *report.exceptions, *report.incidents)
    return {one["number"] for one in lines if one["number"] and any(one.get(name) for name in said)}


def paper(report: Report, made_by: str, organisation: str, now: datetime) -> dict[str, Any]:
    """What the sheet says, in Chinese, every moment written out."""
    told: dict[str, Any] = {"month": report.month, "unit": report.unit, "figures": report.figures, "most": MOST}
    told["procedure"] = report.procedure.zh if report.procedure else ""
    told |= {"closed": report.closed.sha256 if report.closed else "", "now": report.now}
    for name in ("published", "refused", "exceptions", "overdue", "incidents"):
        told[name] = [{key: _set(value) for key, value in line.items()} for line in getattr(report, name)]
    return told | {"organisation": organisation, "made_by": made_by, "made_at": moment(now)}


def _set(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
    return value.zh if isinstance(value, Text) else value or ""


_CASE_OF = {
    "publications": cases.c.id == publications.c.case_id,
    "tasks": cases.c.id == tasks.c.case_id,
    "trail": cases.c.id == trail.c.chain,
}
