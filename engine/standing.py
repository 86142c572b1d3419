"""How a person stands to a task or a case: the facts that the policy table is asked with."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.people import AUDITOR, HEAD, Person
from engine.units import at_or_above
from models import cases, copies, tasks

LIVE_STATES = ("running", "incident")  # of a case that goes on
NOT_ENDED = (*LIVE_STATES, "suspended")
STANDING = ("open", "waiting")  # of a task that is not over: a waiting one is in nobody's hands meanwhile
LIVE_TASK = sa.text("tasks.state IN ('open', 'waiting')")  # STANDING as the indexes have it, or they are not used
URGE_PAUSE = timedelta(hours=4)  # between two times that those a case waits for are asked to hurry


class Standing(NamedTuple):
    """The relations to a task, on whose behalf, and the step that bars the person from it."""

    relations: frozenset[str]
    for_id: int
    barred_by: str | None = None


def task_standing(
    person: Person, offered_to: str | None, assignee_id: int | None, procedure_id: int, hands: dict[int, str]
) -> Standing:
    """`hands`: person -> step, for everybody whom separation of duties keeps from this task."""
    for_id = person.as_principal(offered_to, procedure_id)
    if for_id is None:
        lost = frozenset({"former"}) if assignee_id == person.id else frozenset[str]()
        return Standing(lost, person.id)
    barred = hands.get(person.id) or hands.get(for_id)
    if barred:
        return Standing(frozenset({"barred"}), for_id, barred)
    if assignee_id is None:
        return Standing(frozenset({"candidate"}), for_id)
    if assignee_id in (person.id, for_id) or is_named(offered_to):
        return Standing(frozenset({"holder"}), for_id)
    return Standing(frozenset({"colleague"}), for_id)


def is_named(offered_to: str | None) -> bool:
    """Whether a task is one person's by name, not a post's."""
    return offered_to is not None and offered_to.startswith("p:")


def task_state(state: str, case_state: str, offered_to: str | None, assignee_id: int | None) -> str:
    """The state of a task in the policy's words."""
    if state not in STANDING or case_state not in NOT_ENDED:
        return "ended"
    if case_state == "suspended" or state == "waiting":
        return "suspended" if case_state == "suspended" else "waiting"
    if is_named(offered_to):
        return "named"
    return "claimed" if assignee_id else "free"


def case_state(case: Any, open_tasks: list[Any], before_decision: Collection[str]) -> str:
    """The state of a case in the policy's words; `before_decision`: the steps behind which a decision still lies."""
    if case.state not in LIVE_STATES:
        return "suspended" if case.state == "suspended" else "ended"
    if not any(
        task.properties.get("kind") in ("decide", "submit") or task.step in before_decision for task in open_tasks
    ):
        return "carrying_out"
    return "incident" if case.state == "incident" else "deciding"


def case_relations(
    conn: sa.Connection, person: Person, case: Any, owner: str | None, open_tasks: list[Any]
) -> frozenset[str]:
    """The person's relations to a case. `owner`: the principal of the procedure's owner.

    One statement: whether the person acted in it, was sent a copy, audits or heads the applicant's unit or one above.
    """
    found = set()
    if case.applicant_id == person.id:
        found.add("applicant")
    if "administrator" in person.roles:
        found.add("administrator")
    if owner and person.as_principal(owner, case.procedure_id):
        found.add("owner")
    for task in open_tasks:
        if person.as_principal(task.offered_to, case.procedure_id) or task.assignee_id == person.id:
            found.add("follower")
    acted = sa.exists().where(
        tasks.c.case_id == case.id,
        tasks.c.state == "done",
        sa.or_(tasks.c.actor_id == person.id, tasks.c.for_id == person.id),
    )
    received = sa.exists().where(copies.c.case_id == case.id, copies.c.person_id == person.id)
    asked = {"actor": acted, "receiver": received} | _from_above(person, case.applicant_unit_id)
    row = conn.execute(sa.select(*asked.values())).one()
    return frozenset(found).union(relation for relation, so in zip(asked, row, strict=True) if so)


def _from_above(person: Person, unit_id: int) -> dict[str, Any]:
    """The conditions that a post of one's own looks over the unit; none for who holds no such post."""
    tops = {"auditor": person.units_as(AUDITOR), "manager": person.units_as(HEAD)}
    if not any(tops.values()):
        return {}
    line = at_or_above(unit_id).subquery()
    return {relation: sa.exists().where(line.c.id.in_(units)) for relation, units in tops.items() if units}


OPEN_TASKS = (
    sa.select(
        tasks.c.id,
        tasks.c.uuid,
        tasks.c.step,
        tasks.c.name,
        tasks.c.offered_to,
        tasks.c.assignee_id,
        tasks.c.separate,
        tasks.c.properties,
        tasks.c.opened_at,
        tasks.c.due_at,
        tasks.c.late_at,
        tasks.c.revision,
        tasks.c.state,
        tasks.c.parent_id,
        tasks.c.asked,
    )
    .where(tasks.c.case_id == sa.bindparam("case_id"), tasks.c.state.in_(STANDING))
    .order_by(tasks.c.id)
)


def open_tasks_of(conn: sa.Connection, case_id: int) -> list[Any]:
    return list(conn.execute(OPEN_TASKS, {"case_id": case_id}).all())


def case_row(conn: sa.Connection, case_id: int) -> Any | None:
    return conn.execute(sa.select(cases).where(cases.c.id == case_id)).first()


def owning(person: Person, owner: str, procedure_id: int, hands: Collection[int]) -> int | None:
    """On whose behalf this person keeps the procedure, unless separation of duties bars either from the task."""
    for_id = person.as_principal(owner, procedure_id)
    return None if for_id is None or person.id in hands or for_id in hands else for_id
