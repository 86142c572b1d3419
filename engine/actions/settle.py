"""After the diagram moved: the case, its tasks, its incidents and its trail, in the caller's transaction."""

from typing import Any

import sqlalchemy as sa

from engine.actions import rulings
from engine.actions.deadlines import Deadline, deadlines
from engine.actions.news import leave_news
from engine.actions.offers import VACANT, Offer, offer, separate_text
from engine.kernel import Flow, OpenTask
from engine.messages import tell_owner
from engine.operations import release
from engine.procedures.version import Version
from engine.queue import enqueue
from engine.standing import NOT_ENDED, STANDING
from engine.text import Text
from engine.work import Work, save_case
from models import incidents, tasks
from models.prepared import Prepared

ENDED_WITHOUT_USE = ("rejected", "withdrawn", "cancelled")


def settle(work: Work, flow: Flow, *, done_uuid: str | None = None) -> list[str]:
    """Write what the move changed; returns the names of the steps that opened.

    `done_uuid`: the task a person just completed; its row is the caller's to close.
    """
    after = {task.id: task for task in flow.open_tasks}
    opened = [task for uuid, task in after.items() if uuid not in work.opened_before]
    gone = work.opened_before - after.keys() - {done_uuid}
    offers = offer(work, opened) if opened else []
    if work.entries and flow.trace:
        # Where the diagram went by itself belongs to what happened: the path can be drawn from the trail.
        passed = [step.element for step in flow.trace if step.kind != "human"]
        work.entries[0].facts.update(passed=passed, flows=flow.taken)
        if work.served:  # what may have decided the way: the case can be followed once more
            work.entries[0].facts["answered"] = work.served
    if work.entries and flow.decided:
        work.entries[0].facts.setdefault("decided", rulings.told(flow))
    state, outcome = _state(work, flow, offers)
    if outcome or state not in NOT_ENDED:
        work.note("end", state=state, outcome=outcome)
    for one in offers:
        if one.principal is None:
            work.note("incident", step=one.step.step, why=one.why.zh if one.why else "")
    for ruling in flow.undecided:
        work.note("incident", step=ruling.element, why=ruling.why.zh if ruling.why else "")
    work.state = state
    if state in ENDED_WITHOUT_USE:
        release(work)
    if gone:
        close(work, gone)  # tasks before their case, as everywhere: two at once never wait for each other
    kept = {"snapshot": flow.dump(), "next_due": flow.next_due, **_undo(work, state)}
    save_case(work, state=state, outcome=outcome, **kept)
    if offers:
        _insert(work, offers)
    rulings.report(work, flow)
    leave_news(work, offers, done_uuid)
    return [task.name for task in opened]


def _undo(work: Work, state: str) -> dict[str, Any]:
    """What a decision is taken back with; not when it ended the case, stopped it, or an operation wrote something."""
    if work.undo_task_id is None or work.wrote or state != "running":
        return {}
    return {"undo_task_id": work.undo_task_id, "undo_snapshot": work.row.snapshot}


def _state(work: Work, flow: Flow, offers: list[Offer]) -> tuple[str, str | None]:
    """The case's state and, when it ended, the end event that says how."""
    if flow.cancelled:
        return work.changes.pop("state"), None
    if flow.finished:
        outcome = flow.ended[-1] if flow.ended else None
        ending = next((word for word in ("rejected", "withdrawn") if (outcome or "").startswith(word)), "done")
        return ending, outcome
    if flow.undecided or any(one.principal is None for one in offers):
        return "incident", None
    return work.changes.pop("state", work.row.state), None


def close(work: Work, uuids: set[str] | frozenset[str]) -> None:
    """What the diagram gave up, and whoever was asked beside it."""
    mine = (tasks.c.case_id == work.row.id) & tasks.c.state.in_(STANDING)
    asked_from = tasks.alias("asked_from")
    given_up = sa.select(asked_from.c.id).where(asked_from.c.case_id == work.row.id, asked_from.c.uuid.in_(uuids))
    work.desk.conn.execute(
        tasks.update()
        .where(mine, sa.or_(tasks.c.uuid.in_(uuids), tasks.c.parent_id.in_(given_up)))
        .values(state="closed", closed_at=work.desk.now)
    )


def submitting(version: Version) -> list[str]:
    """The steps that submit what is asked for."""
    steps: dict[str, dict[str, str]] = version.manifest["properties"]
    return [step for step, properties in steps.items() if properties.get("kind") == "submit"]


def _insert(work: Work, offers: list[Offer]) -> None:
    times = deadlines(work, offers)
    _INSERT.many(work.desk.conn, [_task_values(work, one, times[one.step.id]) for one in offers])
    vacant = [one for one in offers if one.principal is None]
    if vacant:
        _report(work, vacant)


def announce(work: Work, uuid: str, step: str, principal: str | None) -> None:
    """News of an opened task, for who listens outside."""
    if not work.desk.office.webhook:
        return
    enqueue(
        work.desk.conn,
        "webhook",
        {"event": "task_opened", "case": work.row.number, "step": step, "to": principal},
        key=f"task_opened:{work.row.id}:{work.row.revision + 1}:{uuid}",
        case_id=work.row.id,
        now=work.desk.now,
    )


_GIVEN = (
    "case_id", "uuid", "step", "name", "state", "revision", "offered_to", "assignee_id", "separate", "properties",
    "opened_at", "due_at", "office_id", "next_at",
)  # fmt: skip
_INSERT = Prepared(tasks.insert().values({name: sa.bindparam(name) for name in _GIVEN}))


def _task_values(work: Work, one: Offer, deadline: Deadline) -> dict[str, Any]:
    step: OpenTask = one.step
    properties = work.version.properties(step.step)
    named = one.principal is not None and one.principal.startswith("p:")
    return {
        "case_id": work.row.id,
        "uuid": step.id,
        "step": step.step,
        "name": step.name[:200],
        "state": "open",
        "revision": work.row.revision + 1,
        "offered_to": one.principal,
        "assignee_id": int(one.principal[2:]) if named and one.principal else None,
        "separate": separate_text(properties),
        "properties": properties,
        "opened_at": work.desk.now,
        **deadline._asdict(),
    }


def _report(work: Work, vacant: list[Offer]) -> None:
    ids = dict(
        work.desk.conn.execute(
            sa.select(tasks.c.uuid, tasks.c.id).where(tasks.c.case_id == work.row.id, tasks.c.state == "open")
        ).all()
    )
    for one in vacant:
        report_vacant(work, ids[one.step.id], one.step.name, one.why)


def report_vacant(work: Work, task_id: int, step_name: str, why: Text | None) -> None:
    """An incident for the procedure's owner: nobody can do this task."""
    text = VACANT.fill(step=step_name, why=why)
    incident = {"kind": "vacant_post", "case_id": work.row.id, "task_id": task_id, "owner": work.version.owner}
    incident |= {"zh": text.zh, "en": text.en, "opened_at": work.desk.now}
    work.desk.conn.execute(incidents.insert(), incident)
    key = f"incident:{task_id}:{work.row.revision + 1}"
    tell_owner(work.desk.conn, work.version.owner, text, key, work.row.id, now=work.desk.now)
