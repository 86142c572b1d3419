"""权限与任职 as of a day, as a page and as a table; and who could today do two steps that are to be separate."""

from datetime import date, datetime, timedelta
from itertools import chain

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine.queries.audit import both as today
from engine.queries.audit.narrowing import Narrowing
from engine.queries.audit.rights import Asked, rights_table, rights_then
from engine.sheets import csv_file
from web import times, wiring
from web.audit.blueprint import bp, page, scope
from web.language import in_language
from web.sessions import me


@bp.get("/rights")
@login_required
def rights() -> ResponseReturnValue:
    conn, here, day = wiring.look(), scope(), _day()
    asked, at = _asked(), _moment(day)
    if "csv" in request.args:
        return _table(at, asked, day)
    return page(
        "audit/rights.html",
        "audit.rights",
        found=rights_then(conn, me(), at, asked),
        choices=Narrowing(conn, here),
        asked=asked,
        day=day,
        today=times.local(wiring.now())[:10],
    )


@bp.get("/both")
@login_required
def both() -> str:
    conn, slug = wiring.look(), request.args.get("procedure", "").replace("\0", "")[:100]
    choices = today.procedures_today(conn, scope())
    known = slug if slug in dict(choices) else ""
    return page(
        "audit/both.html",
        "audit.both",
        choices=choices,
        chosen=known,
        found=today.both_today(conn, me(), known, wiring.now()) if known else [],
        pairs=today.pairs_today(conn, me(), wiring.now()),
    )


def _day() -> date:
    now = date.fromisoformat(times.local(wiring.now())[:10])
    return min(times.day_in(request.args.get("day", ""), now), now)


def _moment(day: date) -> datetime:
    """The last moment of the day; of today this one."""
    return min(times.after(day) - timedelta(microseconds=1), wiring.now())


def _asked() -> Asked:
    told = request.args
    unit, after = told.get("unit", type=int), told.get("after", 0, type=int)
    return Asked(
        unit_id=unit if unit is not None and 0 < unit < 2**31 else None,
        role=told.get("role", "").replace("\0", "")[:40],
        search=told.get("search", "").replace("\0", "").strip()[:100],
        procedure=told.get("procedure", "").replace("\0", "")[:100],
        after=after if 0 < after < 2**63 else 0,
    )


def _table(at: datetime, asked: Asked, day: date) -> Response:
    say = {
        "posts": gettext("任职"), "stands_in_for": gettext("代理他人"), "away": gettext("由他人代理"),
        "tokens": gettext("访问令牌"), "disabled": gettext("已停用"), "start": gettext("发起"),
        "edit": gettext("修改流程"), "release": gettext("发布流程"), "see": gettext("查看流程"),
    }  # fmt: skip
    head = [
        gettext("登录名"), gettext("姓名"), gettext("单位"), gettext("种类"), gettext("内容"), gettext("范围"),
        gettext("起"), gettext("止"),
    ]  # fmt: skip
    lines = rights_table(wiring.look(), me(), at, asked, say, in_language)
    rows = ([*line[:6], times.local(line[6]), times.local(line[7])] for line in lines)
    file = csv_file(chain([head], rows))
    wiring.on_record(me(), None, "exported", report="rights", day=day.isoformat())
    return times.table(file, f"rights-{day.isoformat()}.csv")
