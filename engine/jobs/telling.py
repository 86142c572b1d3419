"""Enter what people are told, once for each, and ask for the mails that go with it, in the job's own transaction."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.mailing import Addressee, addressees
from engine.people import held, holders
from engine.queue import MADE, enqueue
from engine.text import Text
from engine.work import Acted, hands_on
from models import jobs, messages, people, stand_ins

DAY = timedelta(days=1)


class News(NamedTuple):
    """One message for these people; `key` names the event."""

    key: str
    kind: str
    text: Text
    to: Iterable[int]
    case_id: int | None = None
    task_id: int | None = None


def key_of(task_id: int, revision: int) -> str:
    """Names that a task waits for somebody: whatever says so, and however often, it is told once for each holder."""
    return f"task:{task_id}:{revision}"


def _insert(conn: sa.Connection, table: sa.Table) -> Any:
    return (postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert)(table)


def enter(conn: sa.Connection, told: Iterable[News], now: datetime, *, by_mail: bool) -> None:
    """A message for each, nobody twice under the same key; what is new is mailed as its person wants."""
    rows = [_row(one, person, now) for one in told for person in sorted(set(one.to))]
    if not rows:
        return
    columns = messages.c.id, messages.c.person_id, messages.c.kind
    new = conn.execute(_insert(conn, messages).on_conflict_do_nothing().returning(*columns), rows).all()
    if by_mail and new:
        known = addressees(conn, {row.person_id for row in new})
        for row in new:
            if row.person_id in known:
                ask_for_mail(conn, row.id, row.kind, known[row.person_id], now)


def _row(one: News, person: int, now: datetime) -> dict[str, Any]:
    return {
        "person_id": person,
        "kind": one.kind,
        "key": one.key,
        "zh": one.text.zh,
        "en": one.text.en,
        "case_id": one.case_id,
        "task_id": one.task_id,
        "made_at": now,
    }


def ask_for_mail(conn: sa.Connection, message_id: int, kind: str, to: Addressee, now: datetime) -> None:
    """A job for this message, or for the day's mail of its person, or nothing."""
    way = to.settings.way(kind) if to.reachable else "off"
    if way == "now":
        run_at = to.settings.not_before(now)
        enqueue(conn, "mail", {"message": message_id}, f"mail:{message_id}", now=now, run_at=run_at)
    if way == "digest":
        ask_for_digest(conn, to, now)


def ask_for_digest(conn: sa.Connection, to: Addressee, now: datetime) -> None:
    """The next mail of the day that nobody has begun with holds what this transaction adds.

    Taking hold of its row keeps the worker from beginning before we have committed.
    """
    slot = to.settings.next_digest(now)
    while True:
        row = {
            "kind": "digest",
            "key": f"digest:{to.id}:{slot:%Y-%m-%dT%H}",
            "payload": {"person": to.id, "until": slot.isoformat()},
            "state": "waiting",
            "run_at": to.settings.not_before(slot),
            "made_at": now,
        }
        asked = _insert(conn, jobs).on_conflict_do_update(
            index_elements=["key"],
            set_={"run_at": jobs.c.run_at},
            where=sa.and_(jobs.c.state == "waiting", jobs.c.tries == 0),
        )
        found = conn.execute(asked.returning(jobs.c.id), row).scalar()
        if found is not None:
            conn.info.setdefault(MADE, []).append(found)
            return
        slot += DAY


def audience(
    conn: sa.Connection, principals: Iterable[str], now: datetime, procedure_id: int | None = None
) -> dict[int, int]:
    """Person -> for whom; oneself first. With a procedure also who stands in, for all or for this one."""
    wanted = list(principals)
    named = {int(one[2:]) for one in wanted if one.startswith("p:")}
    posts = holders(conn, {one for one in wanted if one.startswith("r:")}, now)
    own = named | {person for found in posts.values() for person in found}
    found = dict.fromkeys(conn.execute(_LIVE, {"which": list(own)}).scalars(), 0)
    found = {person: person for person in found}
    if procedure_id is not None:
        for row in conn.execute(_STAND_INS, {"which": list(own), "procedure": procedure_id, "now": now}):
            found.setdefault(row.stand_in_id, row.person_id)
    return found


_WHICH: Any = sa.bindparam("which", expanding=True)
_LIVE = sa.select(people.c.id).where(people.c.id.in_(_WHICH), people.c.disabled_at.is_(None))
_STAND_INS = (
    sa.select(stand_ins.c.stand_in_id, stand_ins.c.person_id)
    .join(people, people.c.id == stand_ins.c.stand_in_id)
    .where(
        stand_ins.c.person_id.in_(_WHICH),
        people.c.disabled_at.is_(None),
        sa.or_(stand_ins.c.procedure_id.is_(None), stand_ins.c.procedure_id == sa.bindparam("procedure")),
        held(stand_ins, sa.bindparam("now", type_=stand_ins.c.since.type)),
    )
    .order_by(stand_ins.c.id)
)


def free_hands(found: dict[int, int], acted: Iterable[Acted], separate: str) -> Iterator[int]:
    """Those whom separation of duties leaves a task: neither they nor for whom they act had a hand in it."""
    hands = hands_on(acted, separate)
    return (person for person, behalf in found.items() if person not in hands and behalf not in hands)
