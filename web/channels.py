"""The channels: whose they are, when they push, and what goes out in a month."""

import re
from datetime import date, timedelta

from babel.dates import format_skeleton
from flask import Blueprint, render_template, request
from flask_login import login_required

from engine import queries
from web import wiring
from web.language import language
from web.sessions import me

bp = Blueprint("channels", __name__)
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@bp.app_template_filter()
def dated(value: date, skeleton: str) -> str:
    """A day in the page's language: `yMMMM` is 2026年11月 or November 2026, `MMMEd` 11月26日周四 or Thu, Nov 26."""
    return format_skeleton(skeleton, value, locale=language())


@bp.get("/channels")
@login_required
def index() -> str:
    return render_template("channels/index.html", channels=queries.channel_list(wiring.look(), me(), wiring.now()))


@bp.get("/channels/<code>")
@login_required
def show(code: str) -> str:
    month = queries.channel_month(wiring.look(), me(), code, read_month(request.args.get("month", "")), wiring.now())
    before, after = month.first - timedelta(days=1), month.first + timedelta(days=31)
    return render_template("channels/show.html", month=month, before=_address(before), after=_address(after))


def read_month(text: str) -> date | None:
    """The first day of `2026-11`; None for anything else, which shows this month."""
    return date.fromisoformat(f"{text}-01") if MONTH.fullmatch(text) else None


def _address(day: date) -> str | None:
    text = f"{day:%Y-%m}"
    return text if read_month(text) else None
