"""What changed between two revisions, found in a time that no text can stretch."""

import difflib
from collections.abc import Iterator
from typing import Any

import orjson

from engine.rules import article

MOST = 250_000  # pairs of pieces; beyond, the whole is told as replaced


def compared(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Step by step `equal`, `delete`, `insert` or `replace`, with the pieces of the old and of the new text."""
    if len(old) * len(new) > MOST:
        yield "replace", old, new
        return
    for kind, gone, gone_end, come, come_end in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        yield kind, old[gone:gone_end], new[come:come_end]


def differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[str]]:
    """What changed between two revisions, field by field, as lines that begin with `- ` or `+ `."""
    changed: dict[str, list[str]] = {}
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            changed[key] = []
            for kind, gone, come in compared(_lines(old.get(key)), _lines(new.get(key))):
                if kind != "equal":
                    changed[key] += [f"- {line}" for line in gone] + [f"+ {line}" for line in come]
    return changed


def _lines(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return (article.text(value) if article.is_html(value) else value).splitlines()
    return [orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()]
