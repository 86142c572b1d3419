"""One task as the person who opens it sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.policy import TASK_TABLE, may
from engine.procedures.acts import allowed_acts
from engine.procedures.forms import Form, questions
from engine.procedures.opinions import form_of
from engine.procedures.version import Version
from engine.queries.masking import is_masked
from engine.rules.masking import masked, masked_text
from engine.standing import case_relations, open_tasks_of, owning, task_standing, task_state
from engine.work import hands_on, load_flow, row_of_task
from models import contents, people, units
from models.prepared import Prepared

# verbs that need the step to allow them
EXTRA_ACTS = {"transfer", "return", "delegate", "sign_before", "sign_after", "add_signer", "remove_signer", "outside"}


@dataclass(frozen=True)
class TaskView:
    """`allowed`: the verbs this person may do now; `barred_by`: the step that keeps the person away."""

    id: int
    case_id: int
    number: str
    title: str
    case_state: str
    case_revision: int
    procedure: str
    version: Version
    step: str
    name: str
    state: str
    revision: int
    kind: str
    opened_at: datetime
    due_at: datetime | None
    late: bool
    claimed_at: datetime | None
    release_at: datetime | None
    assignee_id: int | None
    assignee: str | None
    applicant: str
    applicant_login: str
    applicant_unit: str
    form: Form | None
    content: dict[str, Any]
    content_no: int
    content_sha256: str | None
    allowed: tuple[str, ...]
    barred_by: str | None
    acting_for_id: int | None
    acting_for: str | None
    clauses: list[dict[str, Any]]
    uuid: str
    several: bool  # one place of a countersign
    asked: str | None = None
    parent_id: int | None = None
    held: Mapping[str, Any] = field(default_factory=dict)  # earlier answers that the step may read
    masked: bool = False  # personal data is hidden from this reader


def task_view(conn: sa.Connection, person: Person, task_id: int, now: datetime) -> TaskView:
    """The task, its form, the content it is about and what may be done; NotFound when it is not one's to see.

    Three statements when the person is to act on it.
    """
    row, version, acted = row_of_task(conn, task_id)
    hands = hands_on(acted, row.task_separate)
    stand = task_standing(person, row.task_offered_to, row.task_assignee_id, row.procedure_id, hands)
    hidden = False
    if not stand.relations:
        seen_as = case_relations(conn, person, row, version.owner, open_tasks_of(conn, row.id))
        if not seen_as:
            raise NotFound()
        hidden = is_masked(conn, person, row.id, seen_as)
    keeps = owning(person, version.owner, row.procedure_id, {*hands, row.applicant_id}) is not None
    relations = stand.relations | ({"owner"} if keeps else set())
    names = _names(conn, row, stand.for_id)
    state = task_state(row.task_state, row.state, row.task_offered_to, row.task_assignee_id)
    properties = row.task_properties
    acts, form = allowed_acts(properties), form_of(version, row.task_asked, properties)
    allowed = tuple(
        verb
        for verb in TASK_TABLE
        if may(TASK_TABLE, relations, verb, state) and (verb not in EXTRA_ACTS or verb in acts)
    )
    return TaskView(
        id=row.task_id,
        case_id=row.id,
        number=row.number,
        title=masked_text(row.title) if hidden else row.title,
        case_state=row.state,
        case_revision=row.revision,
        procedure=version.slug,
        version=version,
        step=row.task_step,
        name=row.task_name,
        state=row.task_state,
        revision=row.task_revision,
        kind=properties.get("kind", "do"),
        opened_at=row.task_opened_at,
        due_at=row.task_due_at,
        late=row.task_late_at is not None or (row.task_due_at is not None and row.task_due_at < now),
        claimed_at=row.task_claimed_at,
        release_at=row.task_release_at,
        assignee_id=row.task_assignee_id,
        assignee=names.assignee,
        applicant=names.applicant,
        applicant_login=names.applicant_login,
        applicant_unit=names.applicant_unit,
        form=form,
        content=masked(names.fields or {}) if hidden else names.fields or {},
        content_no=row.content_no,
        content_sha256=row.content_sha256,
        allowed=allowed,
        barred_by=version.step_name(stand.barred_by) if stand.barred_by else None,
        acting_for_id=stand.for_id if stand.for_id != person.id else None,
        acting_for=names.absent if stand.for_id != person.id else None,
        clauses=version.clauses_of(row.task_step),
        uuid=row.task_uuid,
        several="signers" in properties,
        asked=row.task_asked,
        parent_id=row.task_parent_id,
        held=masked(_held(row, version, form, names.fields or {}, now))
        if hidden
        else _held(row, version, form, names.fields or {}, now),
        masked=hidden,
    )


def _held(row: Any, version: Version, form: Form | None, content: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What was answered before to the questions that the step may only read; the diagram is loaded for those alone."""
    asked = [each.key for each in questions(form.fields) if each.readonly] if form and form.left_alone else []
    if not asked:
        return {}
    open_tasks = load_flow(row, version, now)[0].open_tasks
    known = next((task.data for task in open_tasks if task.id == row.task_uuid), {})
    return {key: value for key in asked if (value := content.get(key, known.get(key))) is not None}


_ASSIGNEE, _ABSENT = people.alias("assignee"), people.alias("absent")
_NAMES = Prepared(
    sa.select(
        people.c.name.label("applicant"),
        people.c.login.label("applicant_login"),
        units.c.name.label("applicant_unit"),
        _ASSIGNEE.c.name.label("assignee"),
        _ABSENT.c.name.label("absent"),
        contents.c.fields,
    )
    .select_from(
        sa.join(people, units, units.c.id == sa.bindparam("unit"))
        .outerjoin(_ASSIGNEE, _ASSIGNEE.c.id == sa.bindparam("assignee"))
        .outerjoin(_ABSENT, _ABSENT.c.id == sa.bindparam("absent"))
        .outerjoin(
            contents, (contents.c.case_id == sa.bindparam("case_id")) & (contents.c.no == sa.bindparam("content_no"))
        )
    )
    .where(people.c.id == sa.bindparam("applicant"))
)


def _names(conn: sa.Connection, row: Any, for_id: int) -> Any:
    """The names of the people concerned and the newest revision of the content, in one statement."""
    return _NAMES.first(
        conn,
        {
            "unit": row.applicant_unit_id,
            "assignee": row.task_assignee_id,
            "absent": for_id,
            "case_id": row.id,
            "content_no": row.content_no,
            "applicant": row.applicant_id,
        },
    )
