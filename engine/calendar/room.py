"""Where there is room: the first push that can still take an article (C-Q6)."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from engine.calendar.plan import Plan, is_regular

HORIZON = 366  # how many days ahead anything is booked


class Room(NamedTuple):
    """A free place in the push of a day; places count from 1."""

    day: date
    place: int


@dataclass(frozen=True)
class Books:
    """What is known of the days: the places of changed days (0: closed), and the places taken."""

    changed: Mapping[date, int]
    taken: Mapping[date, Set[int]]


def places(plan: Plan, changed: Mapping[date, int], day: date) -> int:
    """How many articles the push of this day takes; 0 when there is none."""
    return min(changed[day], plan.most) if day in changed else plan.most * is_regular(plan, day)


def room_on(plan: Plan, books: Books, day: date, *, urgent: bool = False) -> Room | None:
    """The lowest free place on this day. What is urgent goes on any day, yet never beyond what the platform takes."""
    taken = books.taken.get(day, frozenset[int]())
    if not taken and month_is_full(plan, (one for one, places in books.taken.items() if places), day):
        return None
    most = plan.most if urgent else places(plan, books.changed, day)
    return next((Room(day, place) for place in range(1, most + 1) if place not in taken), None)


def month_is_full(plan: Plan, pushes: Iterable[date], day: date) -> bool:
    """Whether the day's month has all the pushes that the platform allows; a push is a day with an article."""
    if plan.per_month is None:
        return False
    return sum((one.year, one.month) == (day.year, day.month) for one in pushes) >= plan.per_month


def find_room(plan: Plan, books: Books, start: date, *, urgent: bool = False) -> Room | None:
    """The first room from this day on, within the horizon."""
    days = (start + timedelta(days=ahead) for ahead in range(HORIZON))
    return next((room for day in days if (room := room_on(plan, books, day, urgent=urgent))), None)
