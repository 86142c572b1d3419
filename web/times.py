"""Moments and tables as forms and files carry them."""

from datetime import date, datetime, time, timedelta
from typing import BinaryIO, TypeVar

from flask import Response, send_file

from engine.errors import Invalid
from engine.text import Text
from web.language import ZONE

BAD_TIME = Text("时间不对,请重新选择。", "This is not a time; choose it again.")
Day = TypeVar("Day", bound=date)
YEARS = range(1900, 2200)  # a moment further off cannot be turned into every zone
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def moment_in(name: str, text: str) -> datetime | None:
    """What a field for date and time holds, in the office's zone; None when empty, Invalid under `name`."""
    if not text.strip():
        return None
    try:
        return _near(datetime.fromisoformat(text.strip())).replace(tzinfo=ZONE)
    except ValueError:
        raise Invalid({name: [BAD_TIME]}) from None


def day_in(text: str, otherwise: date) -> date:
    """A day of an address; what is asked wrongly is not asked."""
    try:
        return day(text)
    except ValueError:
        return otherwise


def day(text: str) -> date:
    """The day a text says; ValueError for none."""
    return _near(date.fromisoformat(text))


def _near(found: Day) -> Day:
    if found.year not in YEARS:
        raise ValueError(found)
    return found


def starts(day: date) -> datetime:
    """The first moment of a day of the office."""
    return datetime.combine(day, time(), ZONE)


def after(day: date) -> datetime:
    """The first moment after a day of the office."""
    return starts(day) + timedelta(days=1)


def local(value: datetime | None) -> str:
    """A moment as a table shows it."""
    return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}" if value else ""


def table(data: bytes | BinaryIO, name: str) -> Response:
    """A table to keep."""
    from io import BytesIO

    kind = XLSX if name.endswith(".xlsx") else CSV
    return send_file(BytesIO(data) if isinstance(data, bytes) else data, kind, as_attachment=True, download_name=name)
