"""What the clock is about to do to one task, and whom it tells of it in what words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.messages import Told, tell
from engine.numbers import OFFICE_ZONE
from engine.people import person_principal
from engine.text import Text
from engine.work import Work
from models import copies, tasks

HALF = Text(
    "{number}《{title}》的「{step}」期限已过半,请在{due}前办理。",
    "Half of the time for “{step}” of {number} “{title}” is over; please act by {due}.",
)
OVERDUE = Text(
    "{number}《{title}》的「{step}」已超时,请尽快办理。",
    "“{step}” of {number} “{title}” is overdue; please act soon.",
)
ESCALATED = Text(
    "{number}《{title}》的「{step}」已超时,仍未办理,请督促。",
    "“{step}” of {number} “{title}” is overdue and still waits; please see to it.",
)
OWNED = Text(
    "{number}《{title}》的「{step}」超时已久,仍未办理,请流程负责人处理。",
    "“{step}” of {number} “{title}” has long been overdue; as the procedure's owner please see to it.",
)
RELEASED = Text(
    "您认领的{number}《{title}》的「{step}」久未办理,已自动退还岗位,同组同事可以认领。",
    "You claimed “{step}” of {number} “{title}” and did not act; it went back to the post for a colleague to claim.",
)


@dataclass
class Act:
    """What the clock does now: columns of the task, and whom it tells what under which key."""

    work: Work
    values: dict[str, Any] = field(default_factory=dict)
    told: list[tuple[Told, str]] = field(default_factory=list)
    shown: set[int] = field(default_factory=set)  # who gets sight of the case, as by a copy that nobody sent

    def tell(self, kind: str, text: Text, to: Iterable[str], key: str) -> None:
        """Once it is done: these principals are told; `key` is one of the task's."""
        row, to = self.work.row, tuple(to)
        if to:
            due = row.task_due_at.astimezone(OFFICE_ZONE) if row.task_due_at else None
            when = Text(f"{due:%-m月%-d日 %H:%M}", f"{due:%-d %b %H:%M}") if due else ""
            said = text.fill(number=row.number, title=row.title, step=row.task_name, due=when)
            self.told.append((Told(kind, said, to, row.id, row.task_id), f"{key}:{row.task_id}"))

    @property
    def holder(self) -> int | None:
        """Who holds the task when the clock is done."""
        found: int | None = self.values.get("assignee_id", self.work.row.task_assignee_id)
        return found

    def waits_for(self) -> list[str]:
        """The principals the task waits for: those its holder asked, its holder, or its post."""
        row = self.work.row
        if row.task_state == "waiting":
            asked = sa.select(tasks.c.assignee_id, tasks.c.offered_to).where(
                tasks.c.parent_id == row.task_id, tasks.c.state == "open"
            )
            rows = self.work.desk.conn.execute(asked).all()
            return [person_principal(one.assignee_id) if one.assignee_id else one.offered_to for one in rows]
        if self.holder is not None:
            return [person_principal(self.holder)]
        return [row.task_offered_to] if row.task_offered_to else []

    def let_know(self) -> None:
        """What follows when the task and its case are written."""
        conn, now = self.work.desk.conn, self.work.desk.now
        if self.shown:
            insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
            copy = {"case_id": self.work.row.id, "sent_by": None, "sent_at": now}
            rows = [{**copy, "person_id": person} for person in sorted(self.shown)]
            conn.execute(insert(copies).on_conflict_do_nothing(), rows)
        for told, key in self.told:
            tell(conn, told, key, now=now)
