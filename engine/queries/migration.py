"""Migrations of running cases: what there is to migrate, how one goes on, and what became of each case."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotAllowed, NotFound
from engine.people import Person
from engine.procedures.renaming import choices
from engine.procedures.rights import may, sees_cases
from engine.procedures.version import Version, current_version, load_version
from engine.queries.names import names
from engine.standing import NOT_ENDED
from engine.text import Text
from engine.units import parents
from models import case_migrations, cases, migrated_cases, people, procedures, versions

LONGEST = 500
NOBODY = Text("无人可办", "nobody")


@dataclass(frozen=True)
class Source:
    """A version that cases still run on; `gone`: step -> its name and what it may be called in the one in use."""

    no: int
    published_at: datetime
    running: int
    gone: dict[str, tuple[str, dict[str, str]]]


@dataclass(frozen=True)
class Past:
    id: int
    at: datetime
    by: str
    reason: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Migratable:
    """What the page of a procedure's migrations begins with."""

    slug: str
    title: Text
    no: int
    sources: list[Source]
    past: list[Past]
    sees_cases: bool


@dataclass(frozen=True)
class MigrationView:
    """One migration; `cases`: those that stayed first, LONGEST at most."""

    id: int
    slug: str
    title: Text
    no: int
    reason: str
    by: str
    at: datetime
    undone_by: str | None
    undone_at: datetime | None
    counts: dict[str, int]
    cases: list[dict[str, Any]]
    sees_cases: bool  # whether the titles are for this reader

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        return self.counts.get("waiting", 0) + self.counts.get("returning", 0)


def migratable(conn: sa.Connection, person: Person, slug: str) -> Migratable:
    """The versions of a procedure that cases run on beside the one in use; NotFound, NotAllowed."""
    new = current_version(conn, slug)
    _check(conn, person, new)
    running = (
        sa.select(cases.c.version_id, sa.func.count().label("running"))
        .where(cases.c.procedure_id == new.procedure_id, cases.c.state.in_(NOT_ENDED))
        .group_by(cases.c.version_id)
        .subquery()
    )
    rows = conn.execute(
        sa.select(*versions.c["id", "no", "published_at"], running.c.running)
        .join(running, running.c.version_id == versions.c.id)
        .where(versions.c.id != new.id)
        .order_by(versions.c.no.desc())
    ).all()
    sources = [
        Source(row.no, row.published_at, row.running, _gone(load_version(conn, row.id), new)) for row in list(rows)
    ]
    return Migratable(
        new.slug, new.title, new.no, sources, _past(conn, new.procedure_id), sees_cases(person, new.owner)
    )


def _check(conn: sa.Connection, person: Person, version: Version) -> None:
    above = parents(conn)
    if not may(person, "release", version.manifest, above):
        raise NotAllowed() if may(person, "see", version.manifest, above) else NotFound()


def _gone(old: Version, new: Version) -> dict[str, tuple[str, dict[str, str]]]:
    """Only what could be called otherwise now."""
    return {step: (old.step_name(step), to) for step, to in choices(old, new).items() if to}


def _past(conn: sa.Connection, procedure_id: int) -> list[Past]:
    rows = conn.execute(
        sa.select(case_migrations, people.c.name)
        .join(people, people.c.id == case_migrations.c.made_by)
        .where(case_migrations.c.procedure_id == procedure_id)
        .order_by(case_migrations.c.id.desc())
        .limit(20)
    ).all()
    counted = _counts(conn, [row.id for row in rows])
    return [Past(row.id, row.made_at, row.name, row.reason, counted.get(row.id, {})) for row in rows]


def _counts(conn: sa.Connection, numbers: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, Counter[str]] = {number: Counter() for number in numbers}
    counted = (
        sa.select(*migrated_cases.c["migration_id", "state"], sa.func.count().label("many"))
        .where(migrated_cases.c.migration_id.in_(numbers))
        .group_by(*migrated_cases.c["migration_id", "state"])
    )
    for row in conn.execute(counted):
        found[row.migration_id][row.state] = row.many
    return {number: dict(counts) for number, counts in found.items()}


def migration(conn: sa.Connection, person: Person, number: int) -> MigrationView:
    """One migration as it stands; NotFound, NotAllowed."""
    undoer = people.alias("undoer")
    row = conn.execute(
        sa.select(case_migrations, procedures.c.slug, versions.c.no, people.c.name, undoer.c.name.label("undoer"))
        .join(procedures, procedures.c.id == case_migrations.c.procedure_id)
        .join(versions, versions.c.id == case_migrations.c.version_id)
        .join(people, people.c.id == case_migrations.c.made_by)
        .outerjoin(undoer, undoer.c.id == case_migrations.c.undone_by)
        .where(case_migrations.c.id == number)
    ).first()
    if row is None:
        raise NotFound()
    version = current_version(conn, row.slug)
    _check(conn, person, version)
    return MigrationView(
        id=row.id,
        slug=row.slug,
        title=version.title,
        no=row.no,
        reason=row.reason,
        by=row.name,
        at=row.made_at,
        undone_by=row.undoer,
        undone_at=row.undone_at,
        counts=_counts(conn, [number])[number],
        cases=_cases(conn, number),
        sees_cases=sees_cases(person, version.owner),
    )


def _cases(conn: sa.Connection, number: int) -> list[dict[str, Any]]:
    stays = sa.case((migrated_cases.c.state.in_(("refused", "kept")), 0), else_=1)
    rows = conn.execute(
        sa.select(
            *migrated_cases.c["case_id", "state", "zh", "en"], *cases.c["number", "title"], versions.c.no.label("no")
        )
        .join(cases, cases.c.id == migrated_cases.c.case_id)
        .outerjoin(versions, versions.c.id == migrated_cases.c.version_id)
        .where(migrated_cases.c.migration_id == number)
        .order_by(stays, migrated_cases.c.case_id)
        .limit(LONGEST)
    )
    return [{**row._mapping, "why": Text(row.zh, row.en)} for row in rows]


def spoken(conn: sa.Connection, principals: Iterable[str | None]) -> dict[str | None, Text]:
    """Each principal in words: a person by name, a post by its role and unit. Three statements."""
    wanted = {one for one in principals if one}
    ids = [int(one[2:]) for one in wanted if one.startswith("p:")]
    known = dict(conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(ids))).all())
    words = names(conn)
    found: dict[str | None, Text] = {None: NOBODY}
    for one in wanted:
        kind, _, rest = one.partition(":")
        if kind == "p":
            found[one] = Text(known.get(int(rest), one), known.get(int(rest), one))
            continue
        role, _, unit = rest.partition(":")
        title = words.role(role)
        place = words.by_id[int(unit)].name if unit.isdecimal() and int(unit) in words.by_id else Text("", "")
        found[one] = Text(f"{place.zh}{title.zh}", f"{title.en} {place.en}".strip())
    return found
