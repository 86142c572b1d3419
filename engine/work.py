"""A case in an action's hands: loaded whole in one statement, changed, and settled in one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine import trail
from engine.desk import Desk
from engine.errors import Conflict, NotFound, Stale
from engine.kernel import Flow
from engine.kernel.ballot import words
from engine.kernel.errors import BrokenSnapshot
from engine.procedures.signing import signing
from engine.procedures.version import Version, load_version
from engine.standing import NOT_ENDED
from engine.text import Text
from engine.trail import Entry
from models import cases, tasks
from models import trail as trail_rows
from models.base import joined
from models.prepared import Prepared

Services = Callable[[str, dict[str, Any], dict[str, Any]], Any]


class BrokenCase(Conflict):
    """The stored state of a case cannot be read; only this case stands still."""

    code = "broken_case"
    message = Text(
        "申请{number}保存的运行状态已损坏,不能继续办理,请联系管理员;其他申请不受影响。",
        "The stored state of case {number} is damaged and it cannot go on; tell an administrator. "
        "Other cases are not affected.",
    )


def load_flow(
    row: Any,
    version: Version,
    now: datetime,
    services: Services | None = None,
    signers: Callable[[str, dict[str, Any]], list[str]] | None = None,
) -> tuple[Flow, frozenset[str]]:
    """The running diagram of a case and its open tasks; BrokenCase when what is stored cannot be read."""
    try:
        flow = Flow.load(version.specification, row.snapshot, now=now, services=services, signers=signers)
        return flow, frozenset(task.id for task in flow.open_tasks)
    except (BrokenSnapshot, ValueError, TypeError, LookupError, AttributeError) as error:
        raise BrokenCase(number=row.number) from error


class Acted(NamedTuple):
    """Somebody acted on a step of the case, perhaps for somebody else."""

    step: str
    actor_id: int
    for_id: int

    @property
    def hands(self) -> tuple[int, int]:
        return self.actor_id, self.for_id


def hands_on(acted: Iterable[Acted], steps: str) -> dict[int, str]:
    """Everybody who acted on one of `,a,b,`, with the step; also those for whom it was done."""
    return {hand: one.step for one in acted if f",{one.step}," in steps for hand in one.hands}


@dataclass
class Work:
    """One case while an action changes it; thrown away after any exception."""

    desk: Desk
    row: Any  # the case's columns and, when a task was opened, the task's as `task_...`
    version: Version
    acted: list[Acted]
    entries: list[Entry] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)  # columns of the case
    notes: dict[str, Any] = field(default_factory=dict)  # what a new revision of the content leaves for the trail
    state: str = ""  # of the case, after it was settled
    aside: bool = False  # what is written moves nothing: a decision can still be taken back
    undo_task_id: int | None = None  # the task whose decision could be taken back
    wrote: bool = False  # an operation wrote something meanwhile
    served: list[tuple[str, Any]] = field(default_factory=list)  # operations with their answers
    _flow: Flow | None = None
    _before: frozenset[str] = frozenset()

    def flow(self, services: Services) -> Flow:
        """The running diagram, loaded once; BrokenCase when it cannot be."""
        if self._flow is None:
            self._flow, self._before = load_flow(self.row, self.version, self.desk.now, services, self.signers)
        return self._flow

    def signers(self, expression: str, _data: dict[str, Any]) -> list[str]:
        """Everybody whom assignments name together: the holders of posts, or the superiors from near to far.

        Nobody when one of them names nobody: a vacant post stops the countersign.
        """
        compiled, found = self.version.manifest.get("signers", {}), dict[str, None]()
        for who in words(expression):
            unit, now = self.row.applicant_unit_id, self.desk.now
            held = signing(self.desk.conn, compiled[who], unit, now) if who in compiled else []
            if not held:
                return []
            found |= dict.fromkeys(held)
        return list(found)

    def earlier_flow(self, snapshot: str, services: Services) -> Flow:
        """The diagram as an earlier snapshot has it; the tasks of the newest one count as open before."""
        self.flow(services)
        now, row = self.desk.now, self.row._replace(snapshot=snapshot)
        self._flow, _ = load_flow(row, self.version, now, services, self.signers)
        return self._flow

    def adopt(self, flow: Flow) -> None:
        """Take a flow that was just started; all its tasks are new."""
        self._flow = flow

    @property
    def opened_before(self) -> frozenset[str]:
        return self._before

    def note(
        self,
        verb: str,
        *,
        step: str | None = None,
        task_id: int | None = None,
        for_id: int | None = None,
        actor_id: int | None = None,
        **facts: Any,
    ) -> None:
        """Add a line to the trail, by whoever acts, or by who said earlier what holds from now on."""
        actor = actor_id or (self.desk.actor.id if self.desk.actor else None)
        behalf = for_id if actor and for_id != actor else None
        self.entries.append(
            Entry(
                verb,
                step=step,
                task_id=task_id,
                facts=facts,
                actor_id=actor,
                for_id=behalf,
            )
        )

    def hands_on(self, steps: str) -> dict[int, str]:
        return hands_on(self.acted, steps)


_GROUPED = (
    sa.select(
        tasks.c.step,
        tasks.c.actor_id,
        sa.func.coalesce(tasks.c.for_id, tasks.c.actor_id).label("for_id"),
    )
    .where(tasks.c.case_id == cases.c.id, tasks.c.state == sa.literal_column("'done'"))
    .group_by(tasks.c.step, tasks.c.actor_id, tasks.c.for_id)
    .correlate(cases)
    .subquery("grouped")
)
_ACTED = (
    sa.select(
        joined(
            _GROUPED.c.step
            + sa.literal_column("':'")
            + sa.cast(_GROUPED.c.actor_id, sa.Text)
            + sa.literal_column("':'")
            + sa.cast(_GROUPED.c.for_id, sa.Text)
        )
    )
    .correlate(cases)
    .scalar_subquery()
    .label("acted")
)
_TASK_COLUMNS = [column.label(f"task_{column.name}") for column in tasks.c]
# Only who takes a decision back needs what it started from.
_CASE_COLUMNS = [column for column in cases.c if column.name != "undo_snapshot"]
_BY_TASK = Prepared(
    sa.select(*_CASE_COLUMNS, _ACTED, *_TASK_COLUMNS)
    .select_from(tasks.join(cases, cases.c.id == tasks.c.case_id))
    .where(tasks.c.id == sa.bindparam("which"))
)
_BY_CASE = Prepared(sa.select(*_CASE_COLUMNS, _ACTED).where(cases.c.id == sa.bindparam("which")))


def _read_acted(text: str | None) -> list[Acted]:
    if not text:
        return []
    parts = (item.split(":") for item in text.split(","))
    return [Acted(step, int(actor), int(behalf)) for step, actor, behalf in parts]


def _row(conn: sa.Connection, statement: Prepared, which: int) -> tuple[Any, Version, list[Acted]]:
    row = statement.first(conn, {"which": which})
    if row is None:
        raise NotFound()
    return row, load_version(conn, row.version_id), _read_acted(row.acted)


def row_of_task(conn: sa.Connection, task_id: int) -> tuple[Any, Version, list[Acted]]:
    """The columns of the case and, as `task_...`, of the task; its version; who acted. One statement."""
    return _row(conn, _BY_TASK, task_id)


def row_of_case(conn: sa.Connection, case_id: int) -> tuple[Any, Version, list[Acted]]:
    """The columns of the case, its version, who acted. One statement."""
    return _row(conn, _BY_CASE, case_id)


def open_task(desk: Desk, task_id: int) -> Work:
    """The case of a task, with the task; NotFound when there is none."""
    return Work(desk, *row_of_task(desk.conn, task_id))


def open_case(desk: Desk, case_id: int) -> Work:
    """A case; NotFound when there is none."""
    return Work(desk, *row_of_case(desk.conn, case_id))


class Raced(Stale):
    """Somebody else changed the case while this action ran; the caller may try anew."""


def save_case(work: Work, **values: Any) -> None:
    """Write the case and its trail: one UPDATE that only the first of two at once can make, one INSERT."""
    row = work.row
    rows, seq, head = trail.rows(row.id, row.trail_seq, row.trail_hash, work.entries, work.desk.now)
    values |= work.changes
    more = {name: values[name] for name in _SELDOM if name in values}
    if not work.aside:
        more = {"undo_task_id": None, "undo_snapshot": None} | more
    if row.state in NOT_ENDED and values.get("state", row.state) not in NOT_ENDED:
        more["ended_at"] = work.desk.now
    changed = _update(frozenset(more)).run(
        work.desk.conn,
        {
            "which": row.id,
            "known": row.revision,
            "revision": row.revision + 1,
            "state": values.get("state", row.state),
            "outcome": values.get("outcome", row.outcome),
            "snapshot": values.get("snapshot", row.snapshot),
            "next_due": values.get("next_due", row.next_due),
            "title": values.get("title", row.title),
            "content_no": values.get("content_no", row.content_no),
            "content_sha256": values.get("content_sha256", row.content_sha256),
            "trail_seq": seq,
            "trail_hash": head,
            **more,
        },
    )
    if changed != 1:
        raise Raced()
    _ADD.many(work.desk.conn, rows)


_ADD = Prepared(
    trail_rows.insert().values(
        {column.name: sa.bindparam(column.name) for column in trail_rows.c if column.name != "id"}
    )
)
_COLUMNS = (
    "revision", "state", "outcome", "snapshot", "next_due", "title", "content_no", "content_sha256",
    "trail_seq", "trail_hash",
)  # fmt: skip
_SELDOM = ("ended_at", "undo_task_id", "undo_snapshot", "suspended_at", "urged_at", "version_id")


@cache
def _update(more: frozenset[str]) -> Prepared:
    """The UPDATE of a case; which columns it writes besides depends on what happened."""
    return Prepared(
        cases.update()
        .where(cases.c.id == sa.bindparam("which"), cases.c.revision == sa.bindparam("known"))
        .values({name: sa.bindparam(name) for name in (*_COLUMNS, *sorted(more))})
    )
