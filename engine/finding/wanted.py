"""What a list is asked for, and how that stands in its address.

    search=发布会 procedure=pub-company-info state=running applicant=林夏 unit=SALES
    opened=2026-11-01..2026-11-30 started=..2026-11-30 overdue=yes claimed=no sort=due
    f.amount=1000.. f.launch_day=2026-12-01 f.category=1 f.contact=分机

`f.<key>` asks for an answer of the procedure's form: a number or a day or a range of them, an option by its
value or label, yes or no, or words that stand in it. An empty value asks for nothing, a wrong one is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, NotFound
from engine.finding.record import content_form, kind_of
from engine.finding.words import parts
from engine.numbers import OFFICE_ZONE
from engine.procedures.forms import Field, questions
from engine.procedures.version import current_version
from engine.text import Text

BOXES = ("todo", "claimable", "done", "mine", "copied")
OPEN_BOXES = ("todo", "claimable")
SORTS = ("-opened", "opened", "due", "late")
STATES = ("running", "incident", "suspended", "done", "rejected", "withdrawn", "cancelled")
LARGEST_PAGE = 100
UNKNOWN = Text("没有「{word}」这种{what}。", "There is no {what} “{word}”.")
NUMBER = Text(
    "「{label}」请写数字或范围,如 1000、1000..、..5000、1000..5000。",
    "Write a number or a range for “{label}”, such as 1000, 1000.., ..5000, 1000..5000.",
)
DAY = Text(
    "「{label}」请写日期或范围,如 2026-11-01、2026-11-01..、2026-11-01..2026-11-30。",
    "Write a day or a range for “{label}”, such as 2026-11-01, 2026-11-01.., 2026-11-01..2026-11-30.",
)
NO_FIELD = Text(
    "此流程的表单没有可筛选的字段「{key}」。", "No field “{key}” of this procedure’s form can be filtered by."
)
NO_OPTION = Text("「{label}」没有选项「{word}」。", "“{label}” has no option “{word}”.")
PROCEDURE_FIRST = Text("按表单字段筛选,请先选择流程。", "Choose the procedure first to filter by a field of its form.")
NOT_HERE = Text("此列表不能按「{what}」筛选或排序。", "This list cannot be filtered or sorted by “{what}”.")
PLACE = Text("页面位置不对,请从第一页看起。", "This is no place in the list; begin with its first page.")
WRONG = Text("筛选条件有{count}处需要更正。", "{count} conditions of the filter need correcting.")
TOO_LONG = Text("「{label}」最多100个字。", "“{label}” has at most 100 characters.")
LABELS = {
    "search": Text("搜索", "search"),
    "procedure": Text("流程", "procedure"),
    "state": Text("状态", "state"),
    "applicant": Text("发起人", "applicant"),
    "unit": Text("发起单位", "unit"),
    "opened": Text("到达时间", "opened"),
    "started": Text("发起时间", "started"),
    "overdue": Text("超时", "overdue"),
    "claimed": Text("认领", "claimed"),
}
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_PLACE = re.compile(r"(?:(\d{8}T\d{12}Z)~)?(\d{1,18})", re.ASCII)
_STAMP = "%Y%m%dT%H%M%S%fZ"
MOST = 100  # characters of a value


@dataclass(frozen=True, slots=True)
class Sought:
    """What an answer of the form has to be: from `low` to `high`, an option, or words (`words`) that stand in it."""

    key: str
    kind: str
    low: Any = None
    high: Any = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filterable:
    """A question of a procedure's form that lists can be narrowed by."""

    key: str
    kind: str  # number, day, choice or text
    label: Text
    options: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to and how it is sorted; `after` and `before` are places in that order."""

    box: str = "todo"
    page: int = 1
    size: int = 20
    case: int | None = None
    procedure: str | None = None
    search: str | None = None
    sort: str = "-opened"
    after: str | None = None
    before: str | None = None
    state: str | None = None
    applicant: str | None = None
    unit: str | None = None
    opened: tuple[datetime, datetime] | None = None
    started: tuple[datetime, datetime] | None = None
    overdue: datetime | None = None  # due before this moment
    claimed: bool | None = None
    answers: tuple[Sought, ...] = ()
    query: dict[str, str] = field(default_factory=dict)  # what was asked, as it stands in the address

    def checked(self) -> "Wanted":
        """Itself, or BadInput with the word that is wrong."""
        for value, known, what in (
            (self.box, BOXES, Text("列表", "box")),
            (self.sort, SORTS, Text("排序", "sort")),
            (self.state or STATES[0], STATES, LABELS["state"]),
        ):
            if value not in known:
                raise BadInput(UNKNOWN.fill(word=str(value)[:40], what=what))
        if not (1 <= self.page <= 1_000_000 and 1 <= self.size <= LARGEST_PAGE):
            raise BadInput()
        for name, boxes in _ONLY_IN.items():
            if getattr(self, name) is not None and self.box not in boxes:
                raise BadInput(NOT_HERE.fill(what=LABELS[name]))
        if self.sort in ("due", "late") and self.box not in OPEN_BOXES:
            raise BadInput(NOT_HERE.fill(what=Text("期限", "deadline")))
        return self

    def anew(self) -> "Wanted":
        """The same list from its beginning."""
        return replace(self, page=1, after=None, before=None)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order was asked for."""
        return bool(set(self.query) - {"sort", "after", "before", "page"})


_ONLY_IN = {"opened": (*OPEN_BOXES, "done"), "overdue": OPEN_BOXES, "claimed": ("todo",)}


def place(sort: str, number: int, rank: datetime | None) -> str:
    """A line's place in the order, as the address carries it."""
    return f"{rank.astimezone(UTC).strftime(_STAMP)}~{number}" if rank and sort in ("due", "late") else str(number)


def read_place(sort: str, text: str) -> tuple[int, datetime | None]:
    hit = _PLACE.fullmatch(text)
    ranked = sort in ("due", "late")
    if hit is None or (hit[1] is not None) != ranked:
        raise BadInput(PLACE)
    try:
        return int(hit[2]), datetime.strptime(hit[1], _STAMP).replace(tzinfo=UTC) if ranked else None
    except ValueError:
        raise BadInput(PLACE) from None


def address(typed: Mapping[str, str]) -> dict[str, str]:
    """What a form or an address says, without what is empty; `x.from` and `x.to` become the range `x`.

    Where another procedure was chosen than the one whose fields were shown (`fields_of`), these fall away.
    """
    if typed.get("fields_of", typed.get("procedure")) != typed.get("procedure"):
        typed = {name: text for name, text in typed.items() if not name.startswith("f.")}
    found = {name: text.strip() for name, text in typed.items() if text.strip() and _is_ours(name)}
    for name in {name.rsplit(".", 1)[0] for name in found if name.endswith((".from", ".to"))}:
        low, high = found.pop(f"{name}.from", ""), found.pop(f"{name}.to", "")
        found[name] = low if low == high else f"{low}..{high}"
    return found


def kept(query: Mapping[str, str]) -> dict[str, str]:
    """The question without the place in the list: what a view keeps."""
    return {name: text for name, text in query.items() if name not in ("after", "before", "page")}


def _is_ours(name: str) -> bool:
    return name in (*LABELS, "sort", "after", "before", "page") or name.startswith(("f.", "opened.", "started."))


def list_wanted(conn: sa.Connection, box: str, query: Mapping[str, str], now: datetime, **more: Any) -> Wanted:
    """What an address asks of a box; BadInput with a sentence for each value that is wrong.

    One statement where answers of a form are asked for.
    """
    problems: dict[str, list[Text]] = {}
    found: dict[str, Any] = {"box": box, "query": dict(query)}
    for name, text in query.items():
        try:
            if name.startswith("f."):
                continue
            if len(text) > MOST or "\0" in text:
                raise BadInput(TOO_LONG.fill(label=LABELS.get(name, Text(name, name))))
            found |= _one(name, text, now)
        except BadInput as error:
            problems[name] = [error.text]
    asked, wrong = _answers(conn, query)
    problems |= wrong
    wanted = Wanted(**{**found, "answers": asked, **more})
    if problems:
        raise BadInput(WRONG.fill(count=len(problems)), fields=problems)
    return wanted.checked()


def _one(name: str, text: str, now: datetime) -> dict[str, Any]:
    if name == "page":
        if not (text.isascii() and text.isdigit() and len(text) < 8):
            raise BadInput(PLACE)
        return {"page": int(text)}
    if name in ("opened", "started"):
        low, high = days(text, LABELS[name])
        return {name: (_midnight(low), _midnight(high, 1) - timedelta(microseconds=1))}
    if name == "overdue":
        return {"overdue": now} if _yes(text, LABELS[name]) else {}
    return {name: _yes(text, LABELS[name]) if name == "claimed" else text}


def _yes(text: str, label: Text) -> bool:
    if text not in ("yes", "no"):
        raise BadInput(NO_OPTION.fill(label=label, word=text[:40]))
    return text == "yes"


def _midnight(day: date, days_on: int = 0) -> datetime:
    """The first moment of a day in the office, or of one some days later; the ends of time stay where they are."""
    if day in (date.min, date.max):
        return datetime(2 if day == date.min else 9998, 1, 1, tzinfo=UTC)
    return datetime(day.year, day.month, day.day, tzinfo=OFFICE_ZONE) + timedelta(days=days_on)


def _ends(text: str) -> tuple[str, str]:
    low, dots, high = text.partition("..")
    return low.strip(), high.strip() if dots else low.strip()


def days(text: str, label: Text) -> tuple[date, date]:
    """The first and the last day of a range as it is typed."""
    low, high = _ends(text)
    try:
        found = _read_day(low) if low else date.min, _read_day(high) if high else date.max
    except ValueError:
        raise BadInput(DAY.fill(label=label)) from None
    if not (low or high) or found[0] > found[1]:
        raise BadInput(DAY.fill(label=label))
    return found


def _read_day(text: str) -> date:
    day = datetime.strptime(text, "%Y-%m-%d").date()
    if not 1900 <= day.year <= 2199:
        raise ValueError(text)
    return day


def _numbers(text: str, label: Text) -> tuple[float, float]:
    low, high = _ends(text)
    if not (low or high) or any(end and not _NUMBER.fullmatch(end) for end in (low, high)):
        raise BadInput(NUMBER.fill(label=label))
    found = float(low or -1e17), float(high or 1e17)
    if found[0] > found[1]:
        raise BadInput(NUMBER.fill(label=label))
    return found


def filterable(conn: sa.Connection, slug: str) -> list[Filterable]:
    """The questions of a procedure's form that lists can be narrowed by; none for a procedure that is not there."""
    try:
        form = content_form(current_version(conn, slug))
    except NotFound:
        return []
    fields = questions(form.fields) if form else ()
    return [Filterable(one.key, kind, one.label, _options(one)) for one in fields if (kind := kind_of(one))]


def _options(one: Field) -> tuple[tuple[str, Text], ...]:
    if one.type == "checkbox":
        return ("yes", Text("是", "yes")), ("no", Text("否", "no"))
    return tuple((option.value, option.label) for option in one.options)


def _answers(conn: sa.Connection, query: Mapping[str, str]) -> tuple[tuple[Sought, ...], dict[str, list[Text]]]:
    asked = {name: text for name, text in query.items() if name.startswith("f.")}
    if not asked:
        return (), {}
    if not query.get("procedure"):
        return (), {name: [PROCEDURE_FIRST] for name in asked}
    known = {one.key: one for one in filterable(conn, query["procedure"])}
    found, wrong = [], dict[str, list[Text]]()
    for name, text in asked.items():
        one = known.get(name[2:])
        try:
            if one is None:
                raise BadInput(NO_FIELD.fill(key=name[2:][:40]))
            found.append(_answer(one, text))
        except BadInput as error:
            wrong[name] = [error.text]
    return tuple(found), wrong


def _answer(one: Filterable, text: str) -> Sought:
    if len(text) > MOST or "\0" in text:
        raise BadInput(TOO_LONG.fill(label=one.label))
    if one.kind == "number":
        return Sought(one.key, one.kind, *_numbers(text, one.label))
    if one.kind == "day":
        return Sought(one.key, one.kind, *days(text, one.label))
    if one.kind == "text":
        return Sought(one.key, one.kind, words=tuple(parts(text)))
    values = {label: value for value, texts in one.options for label in (texts.zh, texts.en, value)}
    if text not in values:
        raise BadInput(NO_OPTION.fill(label=one.label, word=text[:40]))
    return Sought(one.key, one.kind, values[text])
