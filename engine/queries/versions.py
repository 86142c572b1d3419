"""Two revisions of a content beside each other, and the one that a person decided on."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.errors import BadInput, NotFound
from engine.people import Person
from engine.procedures.version import Version
from engine.queries.compare import Change, compare
from engine.rules.masking import masked
from engine.text import Text
from models import contents, people, tasks

NO_REVISION = Text("没有第{no}版;共有{most}版。", "There is no version {no}; there are {most}.")
NO_NUMBER = Text("版次要写数字。", "A version is told by its number.")


@dataclass(frozen=True)
class Decided:
    """What somebody decided, on which revision, when."""

    no: int
    at: datetime
    decision: Text


@dataclass(frozen=True)
class Side:
    """A revision as one side of a comparison."""

    no: int
    sha256: str
    author: str
    made_at: datetime


@dataclass(frozen=True)
class Comparison:
    old: Side
    new: Side
    changes: list[Change]
    sides: list[Side]  # all there are

    @property
    def places(self) -> int:
        return sum(one.places for one in self.changes)


def decided_before(conn: sa.Connection, person: Person, case_id: int, version: Version) -> Decided | None:
    """The newest decision of this person on the content, by whichever name; one statement."""
    row = conn.execute(
        sa.select(contents.c.no, tasks.c.closed_at, tasks.c.decision, tasks.c.properties)
        .join(contents, (contents.c.case_id == tasks.c.case_id) & (contents.c.sha256 == tasks.c.content_sha256))
        .where(
            tasks.c.case_id == case_id,
            tasks.c.state == "done",
            tasks.c.decision.is_not(None),
            sa.or_(tasks.c.actor_id == person.id, tasks.c.for_id == person.id),
            contents.c.made_at <= tasks.c.closed_at,
        )
        .order_by(tasks.c.closed_at.desc(), tasks.c.id.desc(), contents.c.no.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    form = version.form(row.properties.get("form"))
    labels = {option.value: option.label for option in form.decision_options} if form else {}
    return Decided(row.no, row.closed_at, labels.get(row.decision) or Text(row.decision, row.decision))


def comparison(
    conn: sa.Connection, case_id: int, version: Version, old: int, new: int, language: str = "zh", hidden: bool = False
) -> Comparison:
    """Two revisions of a case that the person sees; NotFound for a number that no revision has. One statement.

    `hidden`: personal data is masked on both sides.
    """
    rows = conn.execute(
        sa.select(contents.c.no, contents.c.sha256, contents.c.made_at, contents.c.fields, people.c.name)
        .join(people, people.c.id == contents.c.author_id)
        .where(contents.c.case_id == case_id)
        .order_by(contents.c.no)
    ).all()
    known = {row.no: row for row in rows}
    for no in (old, new):
        if no not in known:
            raise NotFound(NO_REVISION, no=no, most=len(rows))
    sides = {row.no: Side(row.no, row.sha256, row.name, row.made_at) for row in rows}
    form = version.form(version.manifest.get("content", {}).get("form"))
    before, after = (masked(known[no].fields) if hidden else known[no].fields for no in (old, new))
    changes = compare(before, after, form, language)
    return Comparison(sides[old], sides[new], changes, list(sides.values()))


def number(text: str | None, default: int) -> int:
    """A revision as an address names it; BadInput for what is no number."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(NO_NUMBER)
    return int(text)
