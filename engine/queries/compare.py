"""What changed between two revisions, found in a time that no text can stretch."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import orjson

from engine.procedures.forms import Form, questions
from engine.queries.answers import files_in, said, text_of
from engine.queries.formatting import formatting
from engine.text import Text

MOST = 250_000  # pairs of pieces; beyond, the whole is told as replaced
AROUND = 1  # unchanged paragraphs shown beside a change

Pieces = list[tuple[str, str]]  # the sign "=", "-" or "+", and the text


@dataclass(frozen=True)
class Line:
    """A paragraph on both sides; `kind` is same, changed, gone, new or skipped (`skipped` paragraphs are alike)."""

    kind: str
    old: Pieces = field(default_factory=list)
    new: Pieces = field(default_factory=list)
    skipped: int = 0


@dataclass(frozen=True)
class FileChange:
    """`kind` is same, gone, new, replaced (by one of the same name, else by the next) or renamed (same bytes)."""

    kind: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


@dataclass(frozen=True)
class Change:
    """One question whose answer changed; `places`: how many changes one would count on paper."""

    key: str
    label: Text
    lines: list[Line]
    files: list[FileChange]
    places: int
    formatting: list[Text] = field(default_factory=list)  # of an article, beside its words


def compared(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Step by step `equal`, `delete`, `insert` or `replace`, with the pieces of the old and of the new text."""
    if len(old) * len(new) > MOST:
        yield "replace", old, new
        return
    for kind, gone, gone_end, come, come_end in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        yield kind, old[gone:gone_end], new[come:come_end]


def compare(old: Mapping[str, Any], new: Mapping[str, Any], form: Form | None, language: str = "zh") -> list[Change]:
    """Every question whose answer is another, in the order of the form."""
    asked = {each.key: each for each in questions(form.fields)} if form else {}
    found = []
    for key in dict.fromkeys([*asked, *old, *new]):
        if old.get(key) == new.get(key):
            continue
        each = asked.get(key)
        lines, hunks = _lines(*(list(said(each, one.get(key), language)) for one in (old, new)))
        files = _files(*(list(files_in(one.get(key))) for one in (old, new)))
        places = hunks + sum(one.kind != "same" for one in files)
        label = each.label if each else Text(key, key)
        found.append(Change(key, label, lines, files, max(1, places), _set_anew(old.get(key), new.get(key))))
    return found


def _set_anew(old: Any, new: Any) -> list[Text]:
    return formatting(old, new) if isinstance(old, str) and isinstance(new, str) else []


def _lines(old: list[str], new: list[str]) -> tuple[list[Line], int]:
    """The paragraphs of both sides beside each other, and in how many places they differ."""
    found: list[Line] = []
    hunks = 0
    for kind, gone, come in compared(old, new):
        if kind == "equal":
            found += [Line("same", [("=", text)], [("=", text)]) for text in gone]
            continue
        hunks += 1
        for left, right in zip_longest(gone, come):
            if left is None or right is None:
                found.append(Line("new", [], [("+", right)]) if left is None else Line("gone", [("-", left)], []))
            else:
                found.append(Line("changed", *_words(left, right)))
    return (_folded(found) if hunks else []), hunks


def _words(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Both paragraphs with what differs marked: Chinese by character, Latin and numbers by word."""
    left, right = (re.findall(r"[A-Za-z0-9]+|.", text, re.DOTALL) for text in (old, new))
    before: Pieces = []
    after: Pieces = []
    for kind, gone, come in compared(left, right):
        sign = kind == "equal"
        if gone:
            before.append(("=" if sign else "-", "".join(gone)))
        if come:
            after.append(("=" if sign else "+", "".join(come)))
    return before, after


def _folded(lines: list[Line]) -> list[Line]:
    """Without the paragraphs that are alike and stand beside no change."""
    changed = [number for number, line in enumerate(lines) if line.kind != "same"]
    near = {number + step for number in changed for step in range(-AROUND, AROUND + 1)}
    found: list[Line] = []
    for number, line in enumerate(lines):
        if number in near:
            found.append(line)
        elif found and found[-1].kind == "skipped":
            found[-1] = Line("skipped", skipped=found[-1].skipped + 1)
        else:
            found.append(Line("skipped", skipped=1))
    return found


def _files(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> list[FileChange]:
    """The files of both sides in pairs: those with the same bytes, with the same name, the others as they come."""
    pairs: dict[int, Mapping[str, Any]] = {}
    left = list(old)
    for alike in ("sha256", "name", None):
        for number, each in enumerate(new):
            found = next((one for one in left if alike is None or one.get(alike) == each.get(alike)), None)
            if number not in pairs and found is not None:
                left.remove(found)
                pairs[number] = found
    told = [_file_change(pairs.get(number), each) for number, each in enumerate(new)]
    return told + [FileChange("gone", one, None) for one in left]


def _file_change(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> FileChange:
    if old is None:
        return FileChange("new", None, new)
    if old["sha256"] != new["sha256"]:
        return FileChange("replaced", old, new)
    return FileChange("same" if old.get("name") == new.get("name") else "renamed", old, new)


def differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[str]]:
    """What changed between two revisions, field by field, as lines that begin with `- ` or `+ `."""
    changed: dict[str, list[str]] = {}
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            changed[key] = []
            for kind, gone, come in compared(_plain(old.get(key)), _plain(new.get(key))):
                if kind != "equal":
                    changed[key] += [f"- {line}" for line in gone] + [f"+ {line}" for line in come]
    return changed


def _plain(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return text_of(value).splitlines()
    return [orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()]
