"""合规检查 and 职责分离: what checks found in the cases of one's scope, one case by itself, and a new check."""

from datetime import date

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine import actions
from engine.queries.audit.findings import KINDS, Asked, findings, one_case, spoken
from engine.queries.audit.narrowing import Narrowing
from web import times, wiring
from web.audit.blueprint import bp, page, scope
from web.sessions import me

LISTS = {"path": "audit.conformance", "duty": "audit.duties"}


@bp.get("/conformance")
@login_required
def conformance() -> str:
    return _list("path")


@bp.get("/duties")
@login_required
def duties() -> str:
    return _list("duty")


@bp.get("/conformance/<int:case_id>")
@login_required
def checked_case(case_id: int) -> str:
    """Looked at now, whatever an earlier check kept."""
    case = one_case(wiring.look(), me(), case_id, wiring.now())
    wiring.on_record_each(me(), spoken(case.found), "opened", page="conformance")
    marked = {one.seq for one in case.found if one.seq}
    return page("audit/checked_case.html", LISTS["path"], case=case, marked=marked)


@bp.post("/check")
@login_required
def check() -> ResponseReturnValue:
    told = request.form
    since, until = _day(told.get("since", "")), _day(told.get("until", ""))
    slug = told.get("procedure", "")[:100].replace("\0", "")
    wiring.act(
        me().id,
        lambda desk: actions.ask_check(
            desk, slug, times.starts(since) if since else None, times.after(until) if until else None
        ),
    )
    return redirect(url_for(LISTS["duty" if told.get("family") == "duty" else "path"]), 303)


def _list(family: str) -> str:
    conn, here = wiring.look(), scope()
    found = findings(conn, me(), family, _asked(family))
    wiring.on_record_each(me(), spoken(found.lines), "opened", page="conformance")
    choices = Narrowing(wiring.look(), here)
    return page("audit/findings.html", LISTS[family], family=family, found=found, choices=choices)


def _asked(family: str) -> Asked:
    """What the address asks for; what it asks wrongly is not asked."""
    told = request.args
    since, until = _day(told.get("since", "")), _day(told.get("until", ""))
    kind, unit = told.get("kind", ""), told.get("unit", type=int)
    return Asked(
        kind=kind if kind in KINDS[family] else "",
        procedure=told.get("procedure", "").replace("\0", "")[:100],
        unit_id=unit if unit is not None and 0 < unit < 2**31 else None,
        since=times.starts(since) if since else None,
        until=times.after(until) if until else None,
        after=told.get("after", "")[:80],
    )


def _day(text: str) -> date | None:
    try:
        return times.day(text)
    except ValueError:
        return None
