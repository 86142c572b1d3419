"""A draft or a version of a procedure beside another one: what changed, in words and piece by piece."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import Conflict, NotFound
from engine.people import Person
from engine.procedures.comparing import Change, Comparison, compare
from engine.procedures.comparing.forms import Component, beside
from engine.procedures.comparing.sentences import form_titles, sentences
from engine.procedures.comparing.words import GROUPS, Sentence
from engine.procedures.rights import may
from engine.queries.assignment_words import assignment_words
from engine.queries.names import names
from engine.queries.studio import DraftView
from engine.queries.versions import number
from engine.text import Text
from engine.units import parents
from models import people, procedures, versions

DRAFT = "draft"
NO_VERSION = Text("流程「{slug}」没有第{no}版。", "“{slug}” has no version {no}.")
MOST_TOLD = 500  # sentences on a page
ON_DIAGRAM = ("node", "flow", "lane", "drawn", "shape", "edge")


class NotKept(Conflict):
    code = "not_kept"
    message = Text(
        "第{no}版是较早发布的,没有留下流程文件,不能比较。",
        "Version {no} was released before folders were kept; it cannot be compared.",
    )


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a version by its number, the draft, or nothing (`key` empty)."""

    key: str
    no: int | None
    at: datetime | None
    by: str
    current: bool = False


@dataclass(frozen=True)
class FormBeside:
    """A form that changed, its components side by side."""

    title: Text
    rows: list[tuple[str, Component | None, Component | None]]  # same added removed changed moved


@dataclass(frozen=True)
class Compared:
    """Both sides with what differs; `sides` are all that may be chosen, the newest first."""

    slug: str
    title: Text
    sides: list[Side]
    old: Side
    new: Side
    files: tuple[Mapping[str, str], Mapping[str, str]]
    comparison: Comparison
    sentences: list[Sentence]

    @property
    def diagram(self) -> str:
        return f"{self.slug}.bpmn"

    @cached_property
    def changes(self) -> list[Change]:
        """The differences by weight, those without a sentence of their own last."""
        told = {id(one.change): one.change for one in self.sentences}
        return list(told.values()) + [one for one in self.comparison.changes if id(one) not in told]

    def groups(self) -> list[tuple[Text, list[tuple[int, Sentence]]]]:
        """The first sentences under what they weigh, each with the number of its difference from 1."""
        place = {id(one): no for no, one in enumerate(self.changes, 1)}
        return [
            (title, told)
            for weight, title in GROUPS.items()
            if (told := [(place[id(one.change)], one) for one in self.sentences[:MOST_TOLD] if one.weight == weight])
        ]

    @property
    def untold(self) -> int:
        """How many sentences are left out."""
        return max(0, len(self.sentences) - MOST_TOLD)

    def is_drawn(self, change: Change) -> bool:
        """Whether the difference can be shown on the diagram."""
        return change.file == self.diagram and change.what in ON_DIAGRAM and bool(change.id)

    def marks(self, newer: bool) -> dict[str, list[str]]:
        """The elements of one side by what became of them, for its drawing."""
        found: dict[str, list[str]] = {}
        gone, here = ("added", "removed") if newer is False else ("removed", "added")
        marked: set[str] = set()
        for one in self.comparison.changes:
            if self.is_drawn(one) and one.kind != gone and one.id not in marked:
                marked.add(one.id)
                found.setdefault(one.kind if one.kind in (here, "moved") else "changed", []).append(one.id)
        return found

    def forms(self) -> list[FormBeside]:
        """The forms that changed, with their components beside each other."""
        titles = form_titles(self.comparison)
        kinds = {(one.inside, one.id): one.kind for one in self.comparison.changes if one.what == "field"}
        touched = dict.fromkeys(one.inside for one in self.comparison.changes if one.what in ("form", "field"))
        old, new = (_forms(files) for files in self.files)
        return [
            FormBeside(
                titles.get(key) or Text(key, key),
                [(_kind(kinds, key, rows), *rows) for rows in beside(old.get(key), new.get(key))],
            )
            for key in touched
        ]


def _kind(kinds: Mapping[tuple[str, str], str], form: str, rows: tuple[Component | None, Component | None]) -> str:
    before, after = rows
    if before is None or after is None:
        return "added" if before is None else "removed"
    return kinds.get((form, after.identity), "same")


def _forms(files: Mapping[str, str]) -> dict[str, Any]:
    try:
        found = orjson.loads(files.get("forms.json", "{}"))
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return {}
    return found if isinstance(found, dict) else {}


def draft_comparison(conn: sa.Connection, view: DraftView, old: str = "", new: str = "") -> Compared:
    """The draft beside the version it was opened from, or any two of its versions; `old` and `new` are keys of sides.

    Five statements.
    """
    mine = Side(DRAFT, None, view.saved_at, view.saved_by)
    sides = [mine, *_versions(conn, view.slug)]
    base = str(view.base_no or "")
    chosen = [_side(sides, view.slug, key) for key in (old or base, new or DRAFT)]
    return _compared(conn, view.slug, view.title, sides, chosen, view.files)


def version_comparison(conn: sa.Connection, person: Person, slug: str, old: str = "", new: str = "") -> Compared:
    """Two versions of a procedure, the newest and the one before it where nothing is named.

    NotFound for whoever may neither edit nor release the procedure. Six statements.
    """
    manifest = _opened(conn, person, slug)
    sides = _versions(conn, slug)
    newest = number(new, sides[0].no or 1)
    chosen = [_side(sides, slug, key) for key in (old or str(max(1, newest - 1)), str(newest))]
    return _compared(conn, slug, Text(manifest["title"]["zh"], manifest["title"]["en"]), sides, chosen, {})


def differences(conn: sa.Connection, view: DraftView) -> list[Text]:
    """What a draft changes of the version it was opened from, one sentence each, the weightiest first."""
    return [one.text for one in draft_comparison(conn, view).sentences]


def _versions(conn: sa.Connection, slug: str) -> list[Side]:
    rows = conn.execute(
        sa.select(versions.c.no, versions.c.published_at, people.c.name, procedures.c.version_id, versions.c.id)
        .join(procedures, procedures.c.id == versions.c.procedure_id)
        .outerjoin(people, people.c.id == versions.c.published_by)
        .where(procedures.c.slug == slug)
        .order_by(versions.c.no.desc())
    )
    return [Side(str(row.no), row.no, row.published_at, row.name or "", row.id == row.version_id) for row in rows]


def _side(sides: list[Side], slug: str, key: str) -> Side:
    if not key:  # a new procedure has nothing before it
        return Side("", None, None, "")
    if found := next((one for one in sides if one.key == key), None):
        return found
    raise NotFound(NO_VERSION, slug=slug, no=number(key, 0))


def _compared(
    conn: sa.Connection, slug: str, title: Text, sides: list[Side], chosen: list[Side], draft: Mapping[str, str]
) -> Compared:
    kept = _kept(conn, slug, [one.no for one in chosen if one.no])
    files = [draft if one.key == DRAFT else kept.get(one.no or 0, {}) for one in chosen]
    comparison, house = compare(*files), names(conn)
    drawings = [*comparison.new.values(), *comparison.old.values()]

    def step(id: str) -> Text:
        return next((one.name(id) for one in drawings if id in one.elements), Text(id, id))

    told = sentences(comparison, lambda rule: assignment_words(rule, house, step))
    return Compared(slug, title, sides, chosen[0], chosen[1], (files[0], files[1]), comparison, told)


def _kept(conn: sa.Connection, slug: str, numbers: list[int]) -> dict[int, dict[str, str]]:
    """The folders of these versions; NotKept for one of which none was kept."""
    rows = conn.execute(
        sa.select(versions.c.no, versions.c.files)
        .join(procedures, procedures.c.id == versions.c.procedure_id)
        .where(procedures.c.slug == slug, versions.c.no.in_(numbers))
    )
    found = {row.no: row.files for row in rows}
    for no in numbers:
        if no not in found:
            raise NotFound(NO_VERSION, slug=slug, no=no)
        if found[no] is None:
            raise NotKept(no=no)
    return found


def draft_drawing(conn: sa.Connection, view: DraftView, key: str) -> str:
    """The diagram of the draft or of one of its versions; NotFound where there is none. One statement."""
    return _drawing(view.files if key == DRAFT else _one(conn, view.slug, number(key, 0)), view.slug)


def version_drawing(conn: sa.Connection, person: Person, slug: str, no: int) -> str:
    """The diagram of a version, for those who may edit or release the procedure; NotFound otherwise."""
    _opened(conn, person, slug)
    return _drawing(_one(conn, slug, no), slug)


def _one(conn: sa.Connection, slug: str, no: int) -> Mapping[str, str]:
    return _kept(conn, slug, [no])[no]


def _drawing(files: Mapping[str, str], slug: str) -> str:
    if f"{slug}.bpmn" not in files:
        raise NotFound()
    return files[f"{slug}.bpmn"]


def _opened(conn: sa.Connection, person: Person, slug: str) -> Mapping[str, Any]:
    """What the version in use says of itself; NotFound for whoever may neither edit nor release it."""
    manifest: Mapping[str, Any] | None = conn.execute(
        sa.select(versions.c.manifest)
        .join(procedures, procedures.c.version_id == versions.c.id)
        .where(procedures.c.slug == slug)
    ).scalar()
    above = parents(conn)
    if manifest is None or not any(may(person, right, manifest, above) for right in ("edit", "release")):
        raise NotFound()
    return manifest
