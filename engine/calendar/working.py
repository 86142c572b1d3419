"""Working time: when an office works, and what a length of working time from a moment leads to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from engine.calendar.hours import DEFAULT_HOURS, Hours
from engine.calendar.lead import A_DAY, is_working_day
from engine.calendar.term import Term
from engine.errors import QianfaError
from engine.text import Text

FURTHEST = 1_000  # days without any work that are looked through before it is said that there is none


class NoWorkingTime(QianfaError):
    code = "no_working_time"
    status = 409
    message = Text(
        "工作日历中 {day} 之后没有工作时间,无法计算期限;请管理员更正工作日历。",
        "The calendar has no working time after {day}, so nothing can fall due; an administrator must correct it.",
    )


@dataclass(frozen=True)
class WorkingTime:
    """The calendar of one unit: its hours, and the days that are otherwise than the country's.

    All moments are aware; they are reckoned on the clock of `zone`.
    """

    zone: tzinfo
    hours: Hours = DEFAULT_HOURS
    days: Mapping[date, bool] = field(default_factory=dict)  # day -> worked or not

    def is_working(self, day: date) -> bool:
        if day in self.days:
            return self.days[day]
        return is_working_day(day) or self.hours.works_on(day)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """What is worked on a day, as the office's clock shows it."""
        if not self.is_working(day):
            return []
        return [(datetime.combine(day, begin), datetime.combine(day, end)) for begin, end in self.hours.on(day)]

    def due(self, moment: datetime, term: Term) -> datetime:
        """When what begins at this moment is due.

        It begins with the first working moment from then on. A week is a week of the calendar: as many weeks
        later, or on the first working day after that. A day is a working day: on so many working days later,
        the begin's own not counted. Both at the time of day of the begin; where that day does not work at that
        time, when it next does, at its end at the latest. Hours and minutes are working time, and it is due the
        moment the last of them is over. Seconds count.
        """
        start = self._begin(self._local(moment))
        day = start.date()
        if term.weeks:
            day = self._day_from(day + timedelta(weeks=term.weeks))
        for _ in range(term.days):
            day = self._day_from(day + A_DAY)
        if day != start.date():
            start = self._within(day, start.time())
        return self._aware(self._added(start, term.time))

    def added(self, moment: datetime, length: timedelta) -> datetime:
        """The moment at which so much working time has passed since this one."""
        return self._aware(self._added(self._begin(self._local(moment)), length))

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """The working time from one moment to the other; nothing where the other is not later."""
        first, last = self._local(begin), self._local(end)
        total, day = timedelta(), first.date()
        while day <= last.date():
            for start, stop in self.spans(day):
                total += max(min(stop, last) - max(start, first), timedelta())
            day += A_DAY
        return total

    @property
    def day_length(self) -> timedelta:
        """How much is worked on an ordinary day."""
        return self.hours.usual

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def _aware(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.zone)

    def _begin(self, local: datetime) -> datetime:
        """The first working moment from then on."""
        return next(max(start, local) for start, stop in self._spans_from(local.date()) if local < stop)

    def _added(self, local: datetime, length: timedelta) -> datetime:
        if not length:
            return local
        for start, stop in self._spans_from(local.date()):
            start = max(start, local)
            if stop <= start:
                continue
            if length <= stop - start:
                return start + length
            length -= stop - start
        raise AssertionError

    def _within(self, day: date, clock: time) -> datetime:
        wanted, spans = datetime.combine(day, clock), self.spans(day)
        return next((max(start, wanted) for start, stop in spans if wanted <= stop), spans[-1][1])

    def _day_from(self, day: date) -> date:
        return next(self._spans_from(day))[0].date()

    def _spans_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        idle = 0
        while idle < FURTHEST:
            found = self.spans(day)
            yield from found
            idle = 0 if found else idle + 1
            day += A_DAY
        raise NoWorkingTime(day=(day - timedelta(days=FURTHEST)).isoformat())
