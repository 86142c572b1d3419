"""The procedures one may start, with the clause each follows and what in it is our default."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.procedures.forms import Form
from engine.procedures.outlook import Following, following, nodes_of
from engine.procedures.version import Version, current_version, load_version, may_start
from engine.text import Text
from models import drafts, procedures


@dataclass(frozen=True)
class Entry:
    """One procedure of the catalogue."""

    slug: str
    family: str
    title: Text
    summary: Text
    clauses: list[dict[str, Any]]
    defaults: list[Text]
    version: Version
    may_start: bool


@dataclass(frozen=True)
class StartView:
    """What the start page shows: the form of the first step and what was typed before."""

    entry: Entry
    form: Form | None
    draft: dict[str, Any]
    ahead: list[Following]


def catalogue(conn: sa.Connection, person: Person) -> list[Entry]:
    """Every published procedure, by family and slug."""
    rows = conn.execute(
        sa.select(procedures.c.version_id, procedures.c.family)
        .where(procedures.c.version_id.is_not(None))
        .order_by(procedures.c.family, procedures.c.slug)
    ).all()
    return [_entry(load_version(conn, row.version_id), row.family, person) for row in rows]


def procedure(conn: sa.Connection, person: Person, slug: str) -> Entry:
    """One procedure; NotFound when there is none."""
    version = current_version(conn, slug)
    family = conn.execute(sa.select(procedures.c.family).where(procedures.c.slug == slug)).scalar_one()
    return _entry(version, family, person)


def _entry(version: Version, family: str, person: Person) -> Entry:
    manifest = version.manifest
    return Entry(
        slug=version.slug,
        family=family,
        title=version.title,
        summary=Text(manifest["summary"]["zh"], manifest["summary"]["en"]),
        clauses=manifest.get("clauses", []),
        defaults=[Text(one["zh"], one["en"]) for one in manifest.get("defaults", [])],
        version=version,
        may_start=may_start(person.roles, version),
    )


def first_step(version: Version) -> str | None:
    """The applicant's own first step, which starting completes; None when the diagram begins otherwise."""
    nodes = nodes_of(version)
    main = version.specification.process_id
    for node in nodes.values():
        if node.kind == "startEvent" and node.process == main and node.scope == main:
            for one in following(version, node.id):
                if version.properties(one.step).get("kind") == "submit":
                    return one.step
    return None


def start_view(conn: sa.Connection, person: Person, slug: str) -> StartView:
    """The form to start a procedure with; NotFound for who may not start it."""
    entry = procedure(conn, person, slug)
    if not entry.may_start:
        raise NotFound()
    step = first_step(entry.version)
    draft = conn.execute(
        sa.select(drafts.c.answers).where(drafts.c.person_id == person.id, drafts.c.place == f"start:{slug}")
    ).scalar()
    form = entry.version.form(entry.version.properties(step).get("form")) if step else None
    return StartView(entry, form, draft or {}, following(entry.version, step) if step else [])


def drawing(version: Version, name: str | None) -> str:
    """One drawing of a version by its file name, its own when none is named; NotFound otherwise."""
    if name is None:
        return next(iter(version.documents.values()))
    if name not in version.documents:
        raise NotFound()
    return version.documents[name]
