"""An account's calendar as the company's file says it, read with care."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain
from typing import Any

from engine.errors import QianfaError
from engine.text import Text

DEFAULT_MOST = 8  # articles in a push; K-12: the documents say no maximum, this one is ours


class BadCalendar(QianfaError):
    code = "bad_calendar"
    status = 422
    message = Text("渠道日历有误", "the calendar is not right")


NOT_A_TABLE = Text("日历应为对象", "a calendar is an object")
UNKNOWN = Text("日历里有不认识的项「{name}」", "the calendar has “{name}”, which means nothing here")
EVERY = Text(
    'every 应为 "day"、{{"days": 天数, "from": 日期}} 或 {{"month_days": [日]}}',
    'every is "day", {{"days": number, "from": date}} or {{"month_days": [days]}}',
)
MONTH_DAYS = Text("month_days 应为1至31之间不重复的日", "month_days are different days between 1 and 31")
WINDOW = Text("window 应为两个时刻,先早后晚,如 17:00、17:30", "window is two times, the earlier first: 17:00, 17:30")
NUMBER = Text("{name} 应为{least}至{most}之间的整数", "{name} is a whole number from {least} to {most}")
ARTICLES = Text("articles 的 least 不能大于 most", "the least of articles is not above the most")
CHOICE = Text("{name} 只能是 {choices}", "{name} is one of {choices}")
CLAUSES = Text("clauses 的每一条要有 regulation、article、quote", "each of the clauses has regulation, article, quote")

DEFAULT = Text("default 要有 zh 和 en", "default has zh and en")

_KEYS = {"every", "window", "articles", "per_month", "lead", "changes", "clauses", "competes", "default"}
_CLAUSE = ("regulation", "article", "quote")


@dataclass(frozen=True)
class Plan:
    """`least` articles are wanted in a push and `most` fit; `per_month` pushes are what the platform allows.

    `step` and `since` say every how many days from when; `month_days` (a day that a month lacks is its
    last day, K-14) stand in their place. `lead` full days, counted as `count` says, lie between the
    day the material was found fit and the push (K-11). `changes`: whether a push may be moved without asking.
    """

    step: int
    since: date | None
    month_days: frozenset[int]
    window: tuple[time, time] | None
    least: int
    most: int
    per_month: int | None
    lead: int
    count: str  # calendar working
    changes: str  # free permission
    clauses: tuple[Mapping[str, str], ...]
    default: Text | None  # what of it is ours, not the documents'


def read_plan(data: Any) -> Plan:
    """The calendar of a file; BadCalendar says what is wrong with it."""
    if not isinstance(data, dict):
        raise BadCalendar(NOT_A_TABLE)
    for name in data.keys() - _KEYS:
        raise BadCalendar(UNKNOWN.fill(name=name))
    articles, lead = _table(data, "articles"), _table(data, "lead")
    least, most = _number(articles, "least", 1, 100, 1), _number(articles, "most", 1, 100, DEFAULT_MOST)
    if least > most:
        raise BadCalendar(ARTICLES)
    per_month = data.get("per_month")
    return Plan(
        *_every(data.get("every")),
        window=_window(data.get("window")),
        least=least,
        most=most,
        per_month=None if per_month is None else _number(data, "per_month", 1, 31),
        lead=_number(lead, "days", 0, 90),
        count=_choice(lead, "count", "calendar", "working"),
        changes=_choice(data, "changes", "free", "permission"),
        clauses=tuple(_clauses(data)),
        default=_default(data.get("default")),
    )


def is_regular(plan: Plan, day: date) -> bool:
    """Whether the account pushes on this day when nothing was changed."""
    if plan.month_days:
        last = monthrange(day.year, day.month)[1]
        return day.day in plan.month_days or (day.day == last and max(plan.month_days) > last)
    return plan.since is None or (day >= plan.since and (day - plan.since).days % plan.step == 0)


def _every(value: Any) -> tuple[int, date | None, frozenset[int]]:
    if value == "day":
        return 1, None, frozenset()
    if isinstance(value, dict) and value.keys() == {"month_days"}:
        days = value["month_days"]
        whole = isinstance(days, list) and all(type(day) is int and 1 <= day <= 31 for day in days)
        if not whole or not days or len(set(days)) != len(days):
            raise BadCalendar(MONTH_DAYS)
        return 1, None, frozenset(days)
    if isinstance(value, dict) and value.keys() == {"days", "from"}:
        try:
            return _number(value, "days", 1, 366), date.fromisoformat(value["from"]), frozenset()
        except (TypeError, ValueError):
            pass
    raise BadCalendar(EVERY.fill())


def _window(value: Any) -> tuple[time, time] | None:
    if value is None:
        return None
    try:
        begin, end = (datetime.strptime(one, "%H:%M").time() for one in value)
        if begin < end:
            return begin, end
    except (TypeError, ValueError):
        pass
    raise BadCalendar(WINDOW)


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name) or {}
    if not isinstance(value, dict):
        raise BadCalendar(NOT_A_TABLE)
    return value


def _number(data: Mapping[str, Any], name: str, least: int, most: int, default: int = 0) -> int:
    value = data.get(name, default)
    if type(value) is not int or not least <= value <= most:
        raise BadCalendar(NUMBER.fill(name=name, least=least, most=most))
    return value


def _choice(data: Mapping[str, Any], name: str, *choices: str) -> str:
    value = data.get(name, choices[0])
    if value not in choices:
        raise BadCalendar(CHOICE.fill(name=name, choices=", ".join(choices)))
    return str(value)


def _clauses(data: Mapping[str, Any]) -> Iterator[Mapping[str, str]]:
    """The clauses of the calendar and of its parts, each once."""
    seen = set()
    for part in (data, *(value for value in data.values() if isinstance(value, dict))):
        lists = [part.get(name, []) for name in ("clauses", "competes")]
        if not all(isinstance(one, list) for one in lists):
            raise BadCalendar(CLAUSES)
        for clause in chain(*lists):
            if not isinstance(clause, dict) or not all(isinstance(clause.get(name), str) for name in _CLAUSE):
                raise BadCalendar(CLAUSES)
            said = tuple(clause[name] for name in _CLAUSE)
            if said not in seen:
                seen.add(said)
                yield clause


def _default(value: Any) -> Text | None:
    try:
        return None if value is None else Text(value["zh"], value["en"])
    except (TypeError, KeyError):
        raise BadCalendar(DEFAULT) from None
