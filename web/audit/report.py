"""月报: the figures of a month as a page, and the whole of it as paper."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, request, url_for
from flask_login import login_required

from engine.errors import BadInput
from engine.exporting import report_now
from engine.numbers import OFFICE_ZONE
from engine.queries.audit.narrowing import Narrowing
from engine.queries.audit.numbers import cases_of
from engine.queries.audit.report import ENDS, MOST, Report, month_report, spoken
from web import wiring
from web.audit.blueprint import bp, page, scope
from web.audit.figure_tables import here
from web.security import limiter
from web.sessions import me, person_key

REPORTS = "20 per minute"  # per person: each is set by a process of its own
PARTS = ("month", "unit", "procedure")
LISTS = ("published", "exceptions", "refused", "overdue", "incidents")


@bp.get("/report")
@login_required
def report() -> tuple[str, int]:
    within, asked = scope(), _asked(request.args.to_dict())
    found = error = None
    try:
        found = month_report(wiring.look(), me(), now=wiring.now(), **asked)
        wiring.on_record_each(me(), spoken(found), "opened", page="report")
    except BadInput as wrong:
        error = wrong
    chosen = Narrowing(wiring.look(), within)
    lines = [line for part in LISTS for line in getattr(found, part)] if found else []
    ids = cases_of(wiring.look(), me(), (line["number"] for line in lines))
    behind = _behind(found, asked) if found else {}
    told = page(
        "audit/report.html", "audit.report", found=found, asked=asked, error=error, choices=chosen, ids=ids,
        behind=behind, most=MOST,
    )  # fmt: skip
    return told, error.status if error else 200


@bp.post("/report")
@login_required
@limiter.limit(REPORTS, key_func=person_key)
def report_paper() -> Response:
    """The report as a PDF to keep; that it was made is on record before it leaves."""
    scope()
    asked = _asked(request.form.to_dict())
    wiring.close_look()
    there = wiring.house()
    address = f"{wiring.address()}{url_for('audit.report')}?{urlencode(asked)}"
    paper = report_now(there.engine, there.office, me().id, asked, address, wiring.now())
    response = Response(paper.pdf, mimetype="application/pdf")
    name = quote(f"审批月报-{asked['month']}.pdf")
    response.headers["Content-Disposition"] = f"attachment; filename=\"report.pdf\"; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _behind(found: Report, asked: dict[str, str]) -> dict[str, str]:
    """Where each figure leads: to the list of all cases, to the decisions, or to its lines on the page."""
    own: dict[str, Any] = {"unit": asked["unit"] or None, "procedure": asked["procedure"] or None}
    days = f"{found.since:%Y-%m-%d}..{found.until - timedelta(days=1):%Y-%m-%d}"
    to = {part: f"#{part}" for part in LISTS}
    to |= {state: url_for("audit.index", state=state, ended=days, **own) for state in ENDS}
    month: dict[str, Any] = {"from": found.month, "to": found.month}
    to["started"] = url_for("audit.index", started=days, **own)
    to["returned"] = url_for("audit.figure_cases", what="return", back=here(), **month, **own)
    return to


def _asked(typed: dict[str, str]) -> dict[str, str]:
    """The question; this month where none was named."""
    asked = {name: typed.get(name, "").replace("\0", "").strip()[:100] for name in PARTS}
    return asked | {"month": asked["month"] or f"{wiring.now().astimezone(OFFICE_ZONE):%Y-%m}"}
