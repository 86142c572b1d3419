"""模板库: every procedure one may look at as a template, narrowed by words, family and organisation."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from engine.people import Person
from engine.queries.catalogue import Entry, catalogue
from engine.text import Text
from models import procedure_drafts, procedures, versions


@dataclass(frozen=True)
class Template:
    """A card of the gallery; `family` is F1 to F14, empty where none is named, `people_act` its steps for people."""

    entry: Entry
    family: str
    organisation: Text
    people_act: int


def gallery(conn: sa.Connection, person: Person) -> list[Template]:
    """Every procedure of the catalogue as the reader may see it, by family and slug. One statement more than it."""
    found, family = catalogue(conn, person), versions.c.manifest["family"].as_string().label("family")
    rows = conn.execute(
        sa.select(procedures.c.slug, family, versions.c.manifest["properties"].label("properties")).join(
            versions, versions.c.id == procedures.c.version_id
        )
    )
    told = {row.slug: (row.family or "", len(row.properties or {})) for row in rows}
    return [
        Template(one, told[one.slug][0], found.names.unit(one.organisation), told[one.slug][1]) for one in found.entries
    ]


def free_slug(conn: sa.Connection, word: str) -> str:
    """A code beginning with the word that no procedure and no draft has."""
    taken = set(_taken(conn, word))
    return next(slug for slug in _numbered(word) if slug not in taken)


def _taken(conn: sa.Connection, word: str) -> Iterator[str]:
    for table in (procedures, procedure_drafts):
        yield from conn.execute(sa.select(table.c.slug).where(table.c.slug.startswith(word, autoescape=True))).scalars()


def _numbered(word: str) -> Iterator[str]:
    yield word
    number = 2
    while True:
        yield f"{word}-{number}"
        number += 1
