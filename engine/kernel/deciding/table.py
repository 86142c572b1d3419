"""A decision table as plain objects: its cells are still text, so that an unfinished one can be kept and told of."""

import keyword
from dataclasses import asdict, dataclass
from typing import Any, Self

from engine.text import Text

HITS = ("UNIQUE", "FIRST", "ANY")
KINDS = {
    "string": Text("文字", "a text"),
    "number": Text("数字", "a number"),
    "boolean": Text("是或否", "yes or no"),
    "date": Text("日期", "a date"),
}
MOST_ROWS = 500
MOST_COLUMNS = 12  # inputs, and outputs
MAX_CELL = 500  # characters
RESERVED = frozenset({"applicant", "case", "form", "switches", "typename", "true", "false", "null"})


@dataclass(frozen=True)
class Column:
    """An input or an output: `key` is a name of the data, `allowed` the cell of its possible values (empty: any)."""

    key: str
    label: str
    kind: str
    allowed: str = ""

    @property
    def name(self) -> str:
        return self.label or self.key


@dataclass(frozen=True)
class Row:
    """One rule: a test for each input, a result for each output, all as they are written."""

    id: str
    tests: tuple[str, ...]
    results: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Table:
    id: str
    name: str
    hit: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rows: tuple[Row, ...]

    def plain(self) -> dict[str, Any]:
        """As it stands in a specification; lists and texts only."""
        return asdict(self)

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        return cls(
            plain["id"],
            plain["name"],
            plain["hit"],
            tuple(Column(**one) for one in plain["inputs"]),
            tuple(Column(**one) for one in plain["outputs"]),
            tuple(Row(one["id"], tuple(one["tests"]), tuple(one["results"]), one["note"]) for one in plain["rows"]),
        )


def is_path(text: str) -> bool:
    """A name of the data, or a path into it: amount, applicant.unit."""
    return 0 < len(text) <= 100 and all(part.isidentifier() and part[0] != "_" for part in text.split("."))


def is_name(text: str) -> bool:
    """A name an output may put into the data."""
    usable = text.isidentifier() and text[0] != "_" and not keyword.iskeyword(text) and len(text) <= 100
    return usable and text not in RESERVED
