"""批量同意: approve what was seen, task by task; each goes through `decide` in a transaction of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from engine.actions.acting import acting
from engine.actions.decide import Done, decide
from engine.actions.guard import check_task
from engine.actions.opened import is_opened
from engine.desk import Desk, Office
from engine.errors import BadInput, NotAllowed, QianfaError
from engine.finding.batch import APPROVE, takes_batch
from engine.text import Text
from engine.work import open_task

MOST = 100
NOTHING = Text("请先勾选要同意的待办。", "Tick the tasks to approve first.")
TOO_MANY = Text("一次最多批量同意{most}项。", "At most {most} tasks can be approved at once.")
NOT_HERE = Text(
    "「{step}」不能批量同意,请逐项办理。", "“{step}” cannot be approved in a batch; deal with each task by itself."
)
NOT_SEEN = Text(
    "您还没有打开或预览过它现在的内容,请先看过再同意。",
    "You have not opened or previewed it as it is now; look at it before you approve.",
)


@dataclass(frozen=True)
class Result:
    """What became of one task: the case's number when it was approved, else the sentence that refuses it."""

    task_id: int
    number: str | None
    text: Text | None
    code: str | None

    @property
    def done(self) -> bool:
        return self.text is None


def approve_seen(desk: Desk, task_id: int, comment: str, revision: int) -> Done:
    """Approve one task of a batch: its step allows it and its person saw what it is about.

    Raises NotAllowed, and whatever `decide` raises.
    """
    work = open_task(desk, task_id)
    check_task(work, "decide", revision)
    row = work.row
    if not takes_batch(row.task_properties, lambda: work.version):
        raise NotAllowed(NOT_HERE.fill(step=work.version.step_name(row.task_step)))
    if not is_opened(desk.conn, desk.person.id, task_id, row.content_sha256):
        raise NotAllowed(NOT_SEEN)
    said = {"comment": comment} if comment else {}
    return decide(desk, task_id, {"decision": APPROVE} | said, revision)


def approve_batch(
    engine: sa.Engine,
    office: Office,
    person_id: int,
    tasks: Sequence[tuple[int, int]],
    comment: str,
    *,
    now: datetime,
    key: str | None = None,
) -> Iterator[Result]:
    """Approve tasks (number and the revision that was read) one after the other; a refused one stops no other.

    With a key each task is approved once however often the request is sent.
    """
    tasks = list(dict.fromkeys(tasks))
    if not tasks:
        raise BadInput(NOTHING)
    if len(tasks) > MOST:
        raise BadInput(TOO_MANY.fill(most=MOST))
    return (_one(engine, office, person_id, task, comment, now, key) for task in tasks)


def _one(
    engine: sa.Engine,
    office: Office,
    person_id: int,
    task: tuple[int, int],
    comment: str,
    now: datetime,
    key: str | None,
) -> Result:
    task_id, revision = task
    own = sha256(f"{key}:{task_id}".encode()).hexdigest() if key else None

    def call(desk: Desk) -> str:
        return approve_seen(desk, task_id, comment, revision).number

    try:
        number = acting(engine, office, person_id, call, now=now, key=own, request=[task_id, revision, comment])
        return Result(task_id, number, None, None)
    except QianfaError as error:
        # What is wrong at a field says more than that something is wrong.
        text = next((texts[0] for texts in error.fields.values() if texts), error.text)
        return Result(task_id, None, text, error.code)
