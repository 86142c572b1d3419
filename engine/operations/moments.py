"""Reads a time that a diagram hands to an operation; without a zone it is the office's."""

from datetime import UTC, datetime

from engine.errors import BadInput
from engine.numbers import OFFICE_ZONE
from engine.text import Text

NO_TIME = Text("时间「{text}」不对。", "“{text}” is not a time.")


def moment(text: str) -> datetime:
    """The time with its zone; BadInput for what is none, or lies beyond the calendar."""
    try:
        read = datetime.fromisoformat(text)
        read = read if read.tzinfo else read.replace(tzinfo=OFFICE_ZONE)
        read.astimezone(UTC)  # as it will be kept: the first and the last day of the calendar have no room for it
    except (TypeError, ValueError, OverflowError):
        raise BadInput(NO_TIME.fill(text=str(text)[:40])) from None
    return read
