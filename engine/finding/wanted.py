"""What a list is asked for: which box, narrowed to what, in which order, from which place on."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from engine.errors import BadInput
from engine.text import Text

BOXES = ("todo", "claimable", "done", "mine", "copied")
AUDIT = "audit"  # no box of anybody: all cases somebody looks over
OPEN_BOXES = ("todo", "claimable")
SORTS = ("-opened", "opened", "due", "late")
STATES = ("running", "incident", "suspended", "done", "rejected", "withdrawn", "cancelled")
LARGEST_PAGE = 100
UNKNOWN = Text("没有「{word}」这种{what}。", "There is no {what} “{word}”.")
NOT_HERE = Text("此列表不能按「{what}」筛选或排序。", "This list cannot be filtered or sorted by “{what}”.")
PLACE = Text("页面位置不对,请从第一页看起。", "This is no place in the list; begin with its first page.")
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
    "actor": Text("办理人", "who acted"),
    "channel": Text("渠道", "channel"),
    "ended": Text("结束时间", "ended"),
    "outcome": Text("结局", "outcome"),
    "version": Text("版本", "version"),
}
_PLACE = re.compile(r"(?:(\d{8}T\d{12}Z)~)?(\d{1,18})", re.ASCII)
_RANKED = ("due", "late", "started")  # `started`: all cases, which are sorted by when they began
_STAMP = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class Sought:
    """What an answer of the form has to be: from `low` to `high`, an option, or words (`words`) that stand in it."""

    key: str
    kind: str
    low: Any = None
    high: Any = None
    words: tuple[str, ...] = ()


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
    actor: str | None = None
    channel: str | None = None
    ended: tuple[datetime, datetime] | None = None
    outcome: str | None = None
    version: int | None = None
    answers: tuple[Sought, ...] = ()
    query: dict[str, str] = field(default_factory=dict)  # what was asked, as it stands in the address

    def checked(self) -> "Wanted":
        """Itself, or BadInput with the word that is wrong."""
        for value, known, what in (
            (self.box, (*BOXES, AUDIT), Text("列表", "box")),
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


_ONLY_IN: dict[str, tuple[str, ...]] = {"opened": (*OPEN_BOXES, "done"), "overdue": OPEN_BOXES, "claimed": ("todo",)}
_ONLY_IN |= dict.fromkeys(("actor", "channel", "ended", "outcome", "version"), (AUDIT,))


def place(sort: str, number: int, rank: datetime | None) -> str:
    """A line's place in the order, as the address carries it."""
    return f"{rank.astimezone(UTC).strftime(_STAMP)}~{number}" if rank and sort in _RANKED else str(number)


def read_place(sort: str, text: str) -> tuple[int, datetime | None]:
    hit = _PLACE.fullmatch(text)
    ranked = sort in _RANKED
    if hit is None or (hit[1] is not None) != ranked:
        raise BadInput(PLACE)
    try:
        return int(hit[2]), datetime.strptime(hit[1], _STAMP).replace(tzinfo=UTC) if ranked else None
    except ValueError:
        raise BadInput(PLACE) from None
