"""When an official account pushes, how much a push takes and how long before it the material must be there.

Pure arithmetic over days of the office and over what is booked; nothing here knows a table.
"""

from engine.calendar.hours import DEFAULT_HOURS, BadHours, Hours, read_hours
from engine.calendar.lead import earliest
from engine.calendar.plan import DEFAULT_MOST, BadCalendar, Plan, is_regular, read_plan
from engine.calendar.room import HORIZON, Books, Room, find_room, month_is_full, places, room_on
from engine.calendar.term import Term, read_term
from engine.calendar.words import cited, words_of
from engine.calendar.working import NoWorkingTime, WorkingTime

__all__ = [
    "DEFAULT_HOURS",
    "DEFAULT_MOST",
    "HORIZON",
    "BadCalendar",
    "BadHours",
    "Books",
    "Hours",
    "NoWorkingTime",
    "Plan",
    "Room",
    "Term",
    "WorkingTime",
    "cited",
    "earliest",
    "find_room",
    "is_regular",
    "month_is_full",
    "places",
    "read_hours",
    "read_plan",
    "read_term",
    "room_on",
    "words_of",
]
