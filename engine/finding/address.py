"""How what a list is asked for stands in its address.

    search=发布会 procedure=pub-company-info state=running applicant=林夏 unit=SALES
    opened=2026-11-01..2026-11-30 started=..2026-11-30 overdue=yes claimed=no sort=due
    f.amount=1000.. f.launch_day=2026-12-01 f.category=1 f.contact=分机

`f.<key>` asks for an answer of the procedure's form: a number or a day or a range of them, an option by its
value or label, yes or no, or words that stand in it. An empty value asks for nothing, a wrong one is refused.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, NotFound
from engine.finding.record import content_form, kind_of
from engine.finding.wanted import AUDIT, LABELS, PLACE, Sought, Wanted
from engine.finding.words import parts
from engine.numbers import OFFICE_ZONE
from engine.procedures.forms import Field, questions
from engine.procedures.version import current_version
from engine.text import Text

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
NO_WORDS = Text("「{label}」里没有可以查找的字。", "There is nothing in “{label}” that could be looked for.")
WRONG = Text("筛选条件有{count}处需要更正。", "{count} conditions of the filter need correcting.")
TOO_LONG = Text("「{label}」最多100个字。", "“{label}” has at most 100 characters.")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
NO_NUMBERS = Text(
    "审计检索不能按电话、证件等号码查找;可按编号、标题、姓名查找。",
    "The audit cannot look for telephone or identity numbers; look for a case number, a title or a name.",
)
# A case number or a day: the digits that may be looked for where personal data is hidden.
_KNOWN = re.compile(
    r"(?<![^\W_])[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:19|20)\d\d-\d{1,8}(?!\d)|"
    r"(?<!\d)(?:19|20)\d\d[-./年]\d{1,2}(?:[-./月]\d{1,2})?(?!\d)",
    re.ASCII | re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\W_]+")
_LONG = re.compile(r"\d{5}")
MOST = 100  # characters of a value


@dataclass(frozen=True, slots=True)
class Filterable:
    """A question of a procedure's form that lists can be narrowed by."""

    key: str
    kind: str  # number, day, choice or text
    label: Text
    options: tuple[tuple[str, Text], ...] = ()


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
    spans = ("opened.", "started.", "ended.")
    return name in (*LABELS, "sort", "after", "before", "page") or name.startswith(("f.", *spans))


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
    if box == AUDIT:
        texts = ("search", *(f"f.{one.key}" for one in asked if one.kind == "text"))
        problems |= {name: [NO_NUMBERS] for name in texts if is_personal(query.get(name, ""))}
    wanted = Wanted(**{**found, "answers": asked, **more})
    if problems:
        raise BadInput(WRONG.fill(count=len(problems)), fields=problems)
    return wanted.checked()


def _one(name: str, text: str, now: datetime) -> dict[str, Any]:
    if name == "page":
        if not (text.isascii() and text.isdigit() and len(text) < 8):
            raise BadInput(PLACE)
        return {"page": int(text)}
    if name == "version":
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            raise BadInput(NUMBER.fill(label=LABELS[name]))
        return {"version": int(text)}
    if name in ("opened", "started", "ended"):
        low, high = days(text, LABELS[name])
        return {name: (_midnight(low), _midnight(high, 1) - timedelta(microseconds=1))}
    if name == "overdue":
        return {"overdue": now} if _yes(text, LABELS[name]) else {}
    if name == "search":
        _words(text, LABELS[name])
    return {name: _yes(text, LABELS[name]) if name == "claimed" else text}


def is_personal(text: str) -> bool:
    """Whether a text holds more than four digits in a row, however they are written; in case numbers they may be."""
    plain = _KNOWN.sub("x", unicodedata.normalize("NFKC", text))
    return _LONG.search(_BETWEEN.sub("", plain)) is not None


def has_digits(text: str) -> bool:
    """Whether a text holds digits, however they are written, besides case numbers and days."""
    return any(one.isdigit() for one in _KNOWN.sub("x", unicodedata.normalize("NFKC", text)))


def _words(text: str, label: Text) -> tuple[str, ...]:
    found = tuple(parts(text))
    if not found:
        raise BadInput(NO_WORDS.fill(label=label))
    return found


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
        found = read_day(low) if low else date.min, read_day(high) if high else date.max
    except ValueError:
        raise BadInput(DAY.fill(label=label)) from None
    if not (low or high) or found[0] > found[1]:
        raise BadInput(DAY.fill(label=label))
    return found


def read_day(text: str) -> date:
    """The day a text says, within the years there are; ValueError for none."""
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
        return Sought(one.key, one.kind, words=_words(text, one.label))
    values = {label: value for value, texts in one.options for label in (texts.zh, texts.en, value)}
    if text not in values:
        raise BadInput(NO_OPTION.fill(label=one.label, word=text[:40]))
    return Sought(one.key, one.kind, values[text])
