"""A change of a procedure as a case: where it may be asked for, and what those who decide see of the draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import QianfaError
from engine.people import Person
from engine.procedures.version import Version, may_start
from engine.queries.procedure_changes import NotKept, differences
from engine.queries.release import ReleaseView, release_view
from engine.queries.studio import DraftView, draft_of_case, editable_procedures
from engine.releasing.release import check_submitted
from engine.text import Text
from engine.units import parents
from models import procedures, trail, versions


@dataclass(frozen=True)
class ChangeCase:
    """The draft a case is about; `stale` says why it can no longer be approved as it was handed in."""

    draft: DraftView
    going: ReleaseView
    differences: list[Text]
    stale: QianfaError | None

    @property
    def may_open(self) -> bool:
        return self.draft.may_edit or self.draft.may_release


def change_procedures(conn: sa.Connection, person: Person) -> list[tuple[str, Text]]:
    """The procedures by which this person may ask for a change, slug and title. Two statements."""
    rows = conn.execute(
        sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en, versions.c.manifest)
        .join(versions, versions.c.id == procedures.c.version_id)
        .where(versions.c.manifest["draft_field"].as_string().is_not(None))
        .order_by(procedures.c.slug)
    ).all()
    above = parents(conn)
    return [(row.slug, Text(row.title_zh, row.title_en)) for row in rows if may_start(person, row.manifest, above)]


def drafts_to_propose(conn: sa.Connection, person: Person) -> list[tuple[int, Text]]:
    """The drafts that were handed in and that this person may change, number and title. Three statements."""
    found = editable_procedures(conn, person)
    return [(one.draft_id, one.title) for one in found if one.draft_id and one.state == "submitted" and one.may_edit]


def change_case(
    conn: sa.Connection, person: Person, version: Version, case_id: int, content: Mapping[str, Any]
) -> ChangeCase | None:
    """The draft that a case is about, for whoever may see the case; None where it is about none.

    No statement for a case of another kind, else eleven.
    """
    number = str(content.get(version.manifest.get("draft_field", ""), ""))
    if not number.isdecimal() or len(number) > 9:
        return None
    draft = draft_of_case(conn, person, int(number))
    if draft is None:
        return None
    going = release_view(conn, person, draft)
    try:
        told = differences(conn, draft) if draft.based_on else []
    except NotKept:
        told = []
    return ChangeCase(draft, going, told, _stale(conn, draft, case_id))


def _stale(conn: sa.Connection, draft: DraftView, case_id: int) -> QianfaError | None:
    mine = (trail.c.chain == case_id) & (trail.c.verb == "take_up_draft")
    facts = conn.execute(sa.select(trail.c.facts).where(mine).order_by(trail.c.seq.desc()).limit(1)).scalar()
    if facts is None or draft.state == "released":
        return None
    taken = orjson.loads(facts)
    try:
        check_submitted(conn, draft.row, taken["revision"], taken["submitted_at"])
    except QianfaError as error:
        return error
    return None
