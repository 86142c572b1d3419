"""按链接查审批: from a public link, a SHA-256 or a number to who approved it, and whether that holds."""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.operations.publications import STATE
from engine.people import Person
from engine.queries.called import Steps
from engine.rules.content import content_sha256, named_files
from engine.rules.masking import masked
from engine.scope import check_scope
from engine.trail import is_said
from engine.trail.register import COLUMNS
from engine.trail.stored import facts_of
from models import cases, channels, contents, link_key, people, procedures, publications, takedowns, trail, units

MOST = 20
UNSHOWN = ("channel_id", "unit_id", "publisher_id", "archived_at")  # only hashed
HASH = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"[A-Z]{1,8}-\d{4}-\d+")

_PUBLISHER = people.alias("publisher")
_APPLICANT = people.alias("applicant")


@dataclass(frozen=True)
class Found:
    """One publication. `kept`: its content hashes to what was approved; `on_record`: the trail says just this entry.

    `on_record` is None where an older release wrote nothing of it into the trail but its number and content.
    """

    number: str
    title: str
    link: str
    state: str
    reason: str | None
    taken_down_at: Any
    published_at: Any
    published_by: str
    channel: str
    unit: str
    procedure_zh: str
    procedure_en: str
    case_id: int
    case_number: str
    applicant: str
    content_sha256: str
    package_sha256: str | None
    approvals: list[dict[str, Any]]
    kept: bool
    on_record: bool | None


_FOUND = (
    sa.select(
        *publications.c[
            "id", "number", "title", "link", "published_at", "content_sha256", "package_sha256", "approvals", "case_id"
        ],
        *(column for column in COLUMNS if column.name in UNSHOWN),
        STATE.label("state"),
        takedowns.c.reason,
        takedowns.c.taken_down_at,
        _PUBLISHER.c.name.label("published_by"),
        _APPLICANT.c.name.label("applicant"),
        channels.c.name.label("channel"),
        units.c.name.label("unit"),
        procedures.c.title_zh.label("procedure_zh"),
        procedures.c.title_en.label("procedure_en"),
        cases.c.number.label("case_number"),
        cases.c.version_id,
    )
    .join(cases, cases.c.id == publications.c.case_id)
    .join(procedures, procedures.c.id == cases.c.procedure_id)
    .join(channels, channels.c.id == publications.c.channel_id)
    .join(units, units.c.id == publications.c.unit_id)
    .join(_PUBLISHER, _PUBLISHER.c.id == publications.c.published_by)
    .join(_APPLICANT, _APPLICANT.c.id == cases.c.applicant_id)
    .outerjoin(takedowns, takedowns.c.publication_id == publications.c.id)
    .order_by(publications.c.id.desc())
    .limit(MOST)
)


def find(conn: sa.Connection, person: Person, typed: str) -> list[Found]:
    """What of one's scope was published there, the newest first; NotAllowed without a scope."""
    scope = check_scope(conn, person)
    asked = typed.strip()[:2000]
    if not asked:
        return []
    rows = conn.execute(_FOUND.where(_here(asked), scope.condition())).all()
    hands = {each[hand] for row in rows for each in row.approvals for hand in ("actor_id", "for_id")} - {None}
    named = conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(hands)))
    names: dict[int | None, str] = {row.id: row.name for row in named}
    steps = Steps(conn, (row.version_id for row in rows))
    return [_found(conn, row, names, steps) for row in rows]


def _here(asked: str) -> sa.ColumnElement[bool]:
    if HASH.fullmatch(asked.lower()):
        return publications.c.content_sha256 == asked.lower()
    if NUMBER.fullmatch(asked.upper()):
        return publications.c.number == asked.upper()
    return publications.c.link_key == link_key(asked)


def _found(conn: sa.Connection, row: Any, names: dict[int | None, str], steps: Steps) -> Found:
    told = {key: value for key, value in row._mapping.items() if key not in ("id", "version_id", *UNSHOWN)}
    told["approvals"] = [
        {
            **each, "actor": names.get(each["actor_id"]), "acting_for": names.get(each["for_id"]),
            "step": steps.text(row.version_id, each.get("step", ""), each.get("name") or each.get("step", "")),
        }
        for each in row.approvals
    ]  # fmt: skip
    return Found(**masked(told), kept=_is_kept(conn, row), on_record=_is_on_record(conn, row))


def _is_kept(conn: sa.Connection, row: Any) -> bool:
    """Whether the revision that was approved is there and hashes to what every approval names."""
    here = (contents.c.case_id == row.case_id) & (contents.c.sha256 == row.content_sha256)
    fields = conn.execute(sa.select(contents.c.fields).where(here).order_by(contents.c.no.desc()).limit(1)).scalar()
    if fields is None or any(each.get("content") != row.content_sha256 for each in row.approvals):
        return False
    return content_sha256(fields, set(named_files(fields))) == row.content_sha256


def _is_on_record(conn: sa.Connection, row: Any) -> bool | None:
    """Whether the case's trail says that exactly this was entered."""
    here = (trail.c.chain == row.case_id) & (trail.c.verb == "archive")
    said = conn.execute(sa.select(trail.c.facts).where(here)).scalars()
    return is_said(row._mapping, map(facts_of, said))
