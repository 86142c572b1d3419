"""工作日历: the administrator's page of working days and hours, a year of a unit at a time."""

from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.actions.workdays import YEARS
from engine.calendar.hours import EVERY, WEEKDAYS
from engine.errors import Conflict, Invalid, QianfaError
from web import wiring
from web.language import ZONE, language, span
from web.sessions import me

bp = Blueprint("workdays", __name__)


@bp.app_template_filter()
def working(left: queries.Left) -> str:
    """Working time in words: whole working days, below one hours, below one minutes."""
    if left.day and left.time >= left.day:
        days = left.time // left.day
        return gettext("%(n)s个工作日", n=days) if days > 1 else gettext("1个工作日")
    return span(left.time if left.time < timedelta(hours=1) else timedelta(hours=left.time // timedelta(hours=1)))


@bp.app_template_filter()
def in_calendar(value: date, pattern: str) -> str:
    """A part of a day by CLDR's pattern, in the page's language: `LLLL` is 十一月 or November, `ccccc` 一 or M."""
    return format_date(value, pattern, locale=language())


@bp.get("/workdays")
@login_required
def index() -> ResponseReturnValue:
    return _page()


def _page(error: QianfaError | None = None, about: str = "") -> tuple[str, int]:
    """The page as the address asks for; after a refusal with what was typed, `about` names the form."""
    conn, asked = wiring.look(), request.values
    unit, today = asked.get("unit", "").strip()[:40], wiring.now().astimezone(ZONE).date()
    day = _day(asked.get("day", ""))
    calendar = queries.work_calendar(conn, me(), unit, _year(asked.get("year", ""), (day or today).year))
    begin, length = asked.get("begin", ""), asked.get("length", "P1D").strip()[:40]
    due = None
    if error is None and "begin" in asked:
        try:
            due = queries.preview(conn, me(), unit, _moment(begin), length)
        except Invalid as refused:
            error, about = refused, "preview"
    page = render_template(
        "workdays/index.html",
        calendar=calendar,
        today=today,
        chosen=next((one for one in calendar.days if one.day == day), None),
        error=error,
        about=about,
        typed=request.form,
        begin=begin or f"{wiring.now().astimezone(ZONE):%Y-%m-%dT%H:%M}",
        length=length,
        due=due,
        spans=(EVERY, *WEEKDAYS),
    )
    return page, error.status if error else 200


@bp.post("/workdays/day")
@login_required
def day() -> ResponseReturnValue:
    unit, which = request.form.get("unit", ""), _day(request.form.get("day", ""))
    try:
        if "_clear" in request.form:
            wiring.act(me().id, lambda desk: actions.clear_workday(desk, unit, which))
            flash(gettext("已恢复,按上级单位或国家安排。"), "success")
        else:
            working, reason = request.form.get("working") == "1", request.form.get("reason", "")
            wiring.act(me().id, lambda desk: actions.set_workday(desk, unit, which, working, reason))
            flash(gettext("已保存,之后打开的待办按新的日历计算期限。"), "success")
    except (Conflict, Invalid) as error:
        return _page(error, "day")
    return _back(unit, which)


@bp.post("/workdays/hours")
@login_required
def hours() -> ResponseReturnValue:
    unit = request.form.get("unit", "")
    spans = {name: request.form.get(name, "")[:200] for name in (EVERY, *WEEKDAYS)}
    try:
        wiring.act(me().id, lambda desk: actions.set_office_hours(desk, unit, spans))
    except Invalid as error:
        return _page(error, "hours")
    flash(gettext("已保存,之后打开的待办按新的日历计算期限。"), "success")
    return _back(unit, None)


def _back(unit: str, which: date | None) -> Any:
    year = _year(request.form.get("year", ""), (which or wiring.now().astimezone(ZONE).date()).year)
    return redirect(url_for("workdays.index", unit=unit or None, year=year, day=which), 303)


def _year(text: str, default: int) -> int:
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else default
    return min(max(year, YEARS.start), YEARS.stop - 1)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    """What a field of date and time holds, on the office's clock; now where it cannot be read."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return wiring.now()
    found = found.replace(tzinfo=ZONE) if found.tzinfo is None else found
    return found if found.year in YEARS else wiring.now()
