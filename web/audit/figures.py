"""统计: figures of months and weeks as charts, tables and files; from each number to its cases."""

from datetime import timedelta
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine.figures import GRAINS, Period, current, read_period
from engine.queries.audit import figures as query
from engine.queries.audit import standing
from engine.queries.audit.figure_cases import WHAT, Behind
from engine.queries.audit.figure_cases import figure_cases as behind_figures
from engine.queries.audit.figure_lines import LINES, Sought
from engine.queries.audit.figure_lines import figure_lines as lines_behind
from engine.queries.audit.workload import workload as waiting_work
from engine.sheets import csv_bytes
from web import times, wiring
from web.audit import figure_tables as tables
from web.audit.blueprint import GROUPS, PERIOD, bp, page
from web.language import ZONE
from web.sessions import me

BACK = {"month": timedelta(days=330), "week": timedelta(weeks=11)}  # twelve of them, the running one too
FIGURES = next(group for group in GROUPS if group.has("audit.figures"))
LEAST = 1  # publications of a unit and period where the address says nothing: no regulation gives a number


def asked() -> query.Asked:
    """What the address asks for; what it asks wrongly is not asked."""
    grain = request.args.get("grain", "")
    grain = grain if grain in GRAINS else "month"
    today = wiring.now().astimezone(ZONE).date()
    first = _period("from", grain) or current(current(today, grain).first - BACK[grain], grain)
    last = _period("to", grain) or max(first, current(today, grain))
    if last < first:
        first, last = last, first
    version = request.args.get("version", 0, type=int) or None
    return query.Asked(
        first, last, _word("procedure"), version if version and 0 < version < 2**31 else None, _word("unit")
    )


def _period(name: str, grain: str) -> Period | None:
    found = read_period(request.args.get(name, ""))
    return found if found and found.grain == grain else None


def _word(name: str) -> str | None:
    return request.args.get(name, "").replace("\0", "").strip()[:60] or None


def shown(template: str, view: query.View, found: list[tables.Table], here: str, **more: Any) -> ResponseReturnValue:
    """The page, or one of its tables to keep."""
    wanted = request.args.get("csv", "")
    for table in found:
        if table.key == wanted:
            span, data = f"{view.asked.first.key}-{view.asked.last.key}", csv_bytes(table.sheet())
            wiring.on_record(me(), None, "exported", report="figures", table=table.key, rows=len(table.rows), span=span)
            return times.table(data, f"{table.key}-{span}.csv")
    procedures, units, versions = tables.choices(view.names, view)
    own = tables.address(view.asked)
    return page(
        template,
        here,
        view=view,
        tables={table.key: table for table in found},
        own={name: value for name, value in own.items() if value is not None},
        procedures=procedures,
        units=units,
        versions=versions,
        **more,
    )


@bp.get("/figures")
@login_required
def figures() -> ResponseReturnValue:
    view = query.figures(wiring.look(), me(), asked(), now=wiring.now())
    by_period, by_step = query.by_period(view), query.by_step(view)
    found = [tables.periods(view, by_period)]
    if view.asked.procedure:
        found.append(tables.groups("version", gettext("各版本"), gettext("版本"), view, query.by_version(view)))
        found.append(tables.outcomes(view, query.by_outcome(wiring.look(), view)))
    else:
        name = gettext("流程")
        found.append(tables.groups("procedure", gettext("各流程"), name, view, query.by_procedure(view)))
    found.append(tables.groups("unit", gettext("各单位"), gettext("单位(含下属)"), view, query.by_unit(view)))
    found.append(tables.steps(view, by_step))
    return shown("audit/figures.html", view, found, "audit.figures", by_period=by_period, by_step=by_step[:8])


@bp.get("/figures/work")
@login_required
def workload() -> ResponseReturnValue:
    conn, now = wiring.look(), wiring.now()
    view = query.figures(conn, me(), asked(), ("person",), now=now)
    loads = waiting_work(conn, me(), view, now)
    busiest = [one for one in loads if one.id][:12]
    return shown("audit/workload.html", view, [tables.people(view, loads)], "audit.workload", loads=busiest)


@bp.get("/figures/registers")
@login_required
def figure_registers() -> ResponseReturnValue:
    conn, now = wiring.look(), wiring.now()
    least = max(1, min(request.args.get("least", LEAST, type=int) or LEAST, 1000))
    view = query.figures(conn, me(), asked(), ("publication", "account"), now=now)
    found = [
        tables.units(view, standing.publishing(conn, me(), view, least, now)),
        tables.quota(standing.quotas(conn, view)),
        tables.accounts(view, standing.account_figures(conn, me(), view, now)),
    ]
    return shown("audit/figure_registers.html", view, found, "audit.figure_registers", least=least)


@bp.get("/figures/cases")
@login_required
def figure_cases() -> str:
    """The tasks behind a number of these tables."""
    wanted, span = asked(), 2**31
    what = request.args.get("what", "")
    numbers = {name: request.args.get(name, type=int) for name in ("person", "before")}
    numbers = {name: value if value and 0 < value < span else None for name, value in numbers.items()}
    behind = Behind(
        what if what in WHAT else "done", _word("step"), numbers["person"], _word("post"), numbers["before"]
    )
    found = behind_figures(wiring.look(), me(), wanted, behind, wiring.now())
    wiring.on_record_each(me(), {row["number"] for row in found.rows if row["comment"]}, "opened", page="figures")
    own = {name: value for name, value in tables.address(wanted, **behind._asdict()).items() if value is not None}
    place, came = came_from(own)
    return page(
        "audit/figure_cases.html", came, found=found, behind=behind, asked=wanted, back=place,
        own=own | {"back": request.args.get("back")},
    )  # fmt: skip


def came_from(own: dict[str, Any]) -> tuple[str, str]:
    """The page of figures whose number was followed, as it was asked for; and which it is."""
    told = request.args.get("back", "")
    for tab in FIGURES.tabs:
        if told.partition("?")[0] == url_for(tab.endpoint):
            return told, tab.endpoint
    return url_for("audit.figures", **{name: own[name] for name in PERIOD if name in own}), "audit.figures"


@bp.get("/figures/lines")
@login_required
def figure_lines() -> str:
    """The cases, publications, accounts or lendings behind a number of these tables."""
    wanted, what = asked(), request.args.get("what", "")
    before = request.args.get("before", type=int)
    before = before if before and 0 < before < 2**31 else None
    sought = Sought(what if what in LINES else "running", _word("of"), _word("end"), before)
    found = lines_behind(wiring.look(), me(), wanted, sought, wiring.now())
    more = {"what": sought.what, "of": sought.unit, "end": sought.end}
    own = {name: value for name, value in tables.address(wanted, **more).items() if value is not None}
    place, came = came_from(own)
    return page(
        "audit/figure_lines.html", came, found=found, sought=sought, asked=wanted, back=place,
        own=own | {"back": request.args.get("back")},
    )  # fmt: skip
