"""撤销迁移: each case that nobody acted on since goes back to exactly what it was; the others stay, with the reason."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.actions.migrate_cases import check_idle, check_right, enter
from engine.actions.migrating import fingerprint
from engine.actions.migrating_plan import plan_between
from engine.actions.news import leave_news
from engine.actions.offers import Offer
from engine.desk import Desk
from engine.errors import Conflict, NotFound
from engine.operations import services
from engine.procedures.version import load_version
from engine.queue import enqueue
from engine.text import Text
from engine.trail import Entry, house
from engine.work import Work, load_flow, open_case, save_case
from models import case_migrations, incidents, migrated_cases, procedures, tasks

NOTHING = Text("没有可以撤销的迁移。", "There is nothing to undo.")
ACTED = Text("迁移之后已有人办理或认领,不再恢复。", "Somebody has acted on it since; it does not go back.")


def undo_migration(desk: Desk, migration_id: int) -> int:
    """Let every case a migration moved go back by a job; how many will be tried. Open to who may migrate."""
    row = desk.conn.execute(
        sa.select(case_migrations, procedures.c.slug)
        .join(procedures, procedures.c.id == case_migrations.c.procedure_id)
        .where(case_migrations.c.id == migration_id)
    ).first()
    if row is None:
        raise NotFound()
    check_right(desk, row.slug)
    check_idle(desk.conn, row.procedure_id)
    moved = (migrated_cases.c.migration_id == migration_id) & (migrated_cases.c.state == "moved")
    count = int(desk.conn.execute(migrated_cases.update().where(moved).values(state="returning")).rowcount)
    if not count:
        raise Conflict(NOTHING)
    mine = case_migrations.c.id == migration_id
    undone = {"undone_by": desk.person.id, "undone_at": desk.now}
    desk.conn.execute(case_migrations.update().where(mine).values(undone))
    facts = {"migration": migration_id, "slug": row.slug, "cases": count}
    house(desk.conn, [Entry("undo_migration", facts=facts, actor_id=desk.person.id)], desk.now)
    enqueue(
        desk.conn,
        "migrate_cases",
        {"migration": migration_id},
        f"undo_migration:{migration_id}:{desk.now.timestamp():.6f}",
        now=desk.now,
    )
    return count


def migrate_case_back(desk: Desk, migration_id: int, case_id: int) -> str:
    """Give one case back what it was, or enter why not; what became of it. A second time changes nothing."""
    mine = (migrated_cases.c.migration_id == migration_id) & (migrated_cases.c.case_id == case_id)
    row = desk.conn.execute(
        sa.select(migrated_cases, *case_migrations.c["undone_by", "renamed"])
        .join(case_migrations, case_migrations.c.id == migrated_cases.c.migration_id)
        .where(mine)
        .with_for_update(of=migrated_cases)
    ).one()
    if row.state != "returning":
        return str(row.state)
    work = open_case(desk, case_id)
    if fingerprint(desk.conn, case_id) != row.after:
        enter(desk, migration_id, case_id, "kept", [ACTED])
        return "kept"
    _restore(work, row)
    enter(desk, migration_id, case_id, "undone", [])
    return "undone"


def _restore(work: Work, row: Any) -> None:
    desk, before = work.desk, row.before
    was = _columns(before["case"], "next_due")
    offers = _give_back(work, before)
    for number in before["opened"]:
        _set_incident(desk, number, resolved_at=desk.now, resolved_by=row.undone_by)
    for number in before["resolved"]:
        _set_incident(desk, number, resolved_at=None, resolved_by=None)
    facts: dict[str, Any] = {"migration": row.migration_id, "to_id": was["version_id"], "from_id": work.version.id}
    plan = plan_between(load_version(desk.conn, was["version_id"]), work.version, row.renamed)
    facts["renamed"] = {new: old for old, new in plan.renamed.items()}
    work.note("migrate_back", actor_id=row.undone_by, **facts)
    work.changes |= {name: was.pop(name) for name in ("version_id", "undo_task_id", "undo_snapshot")}
    if work.row.state == "suspended":
        was["next_due"] = None
    save_case(work, snapshot=was["snapshot"], next_due=was["next_due"], state=_state(work, was["state"]))
    work.state = work.row.state
    leave_news(work, offers, None)


def _give_back(work: Work, before: dict[str, Any]) -> list[Offer]:
    """The columns of the tasks as they were; the offers of those that were with somebody else meanwhile."""
    flow, _ = load_flow(work.row, work.version, work.desk.now, services(work), work.signers)
    open_tasks = {task.id: task for task in flow.open_tasks}
    offers = []
    for number, values in before["tasks"].items():
        restored = _columns(values, "due_at", "next_at", "late_at", "claimed_at", "release_at")
        here = tasks.update().where(tasks.c.id == int(number)).values(restored)
        uuid = work.desk.conn.execute(here.returning(tasks.c.uuid)).scalar_one()
        if "assignee_id" in values and uuid in open_tasks:
            offers.append(Offer(open_tasks[uuid], values["offered_to"]))
    return offers


def _columns(values: dict[str, Any], *moments: str) -> dict[str, Any]:
    """What was kept as JSON, moments again as such."""
    again = {name: datetime.fromisoformat(values[name]) for name in moments if values.get(name)}
    return values | again


def _set_incident(desk: Desk, number: int, **values: Any) -> None:
    desk.conn.execute(incidents.update().where(incidents.c.id == number).values(values))


def _state(work: Work, before: str) -> str:
    """Suspended or resumed since, it stays so."""
    return before if work.row.state in ("running", "incident") and before != "suspended" else str(work.row.state)
