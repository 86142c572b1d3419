"""Put on record that somebody is about to be shown something of a case, or carries it away."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from engine.desk import Desk, Office
from engine.errors import QianfaError
from engine.people import Person
from engine.text import Text
from models import cases, reads, writing
from models.prepared import Prepared

KINDS = ("opened", "downloaded", "printed", "exported", "shown", "unmasked")
AT_ONCE = 1_000  # cases an INSERT names
_ADD = Prepared(
    reads.insert()
    .inline()
    .values({column.name: sa.bindparam(column.name) for column in reads.c if column.name != "id"})
)


class NotOnRecord(QianfaError):
    code = "not_on_record"
    status = 503
    message = Text(
        "阅读记录暂时写不进去,所以内容没有显示,请稍后再试。",
        "This look could not be put on record, so nothing is shown; try again later.",
    )


def read(desk: Desk, case_id: int | None, what: str, **detail: Any) -> None:
    """One row, by one INSERT; without an actor it is whoever holds the outside link that the detail names."""
    if what not in KINDS:
        raise ValueError(what)
    said = orjson.dumps(detail, option=orjson.OPT_SORT_KEYS).decode()
    row = {"at": desk.now, "person_id": desk.actor and desk.actor.id, "what": what, "case_id": case_id, "detail": said}
    with _on_record():
        _ADD.run(desk.conn, row)


def read_each(desk: Desk, case_ids: Sequence[int], what: str, **detail: Any) -> None:
    """One row for each of many cases, AT_ONCE by one INSERT; for none that is gone meanwhile."""
    said = orjson.dumps(detail, option=orjson.OPT_SORT_KEYS).decode()
    row = {"at": desk.now, "person_id": desk.person.id, "what": what, "detail": said}
    values = [sa.literal(value, reads.c[name].type) for name, value in row.items()]
    for first in range(0, len(case_ids), AT_ONCE):
        here = cases.c.id.in_(case_ids[first : first + AT_ONCE])
        found = sa.select(cases.c.id, *values).where(here).order_by(cases.c.id)
        with _on_record():
            desk.conn.execute(reads.insert().from_select(["case_id", *row], found))


def read_numbered(desk: Desk, numbers: Collection[str], what: str, **detail: Any) -> None:
    """The same by the numbers of the cases; two statements, none for no case."""
    if numbers:
        here = cases.c.number.in_(sorted(numbers))
        read_each(desk, list(desk.conn.execute(sa.select(cases.c.id).where(here)).scalars()), what, **detail)


class Look(NamedTuple):
    """What is about to be shown, and to whom."""

    person: Person | None
    case_id: int | None
    what: str
    detail: dict[str, Any]


def put_on_record(engine: sa.Engine, office: Office, look: Look, now: datetime) -> None:
    """The same in a transaction of its own, before anything is shown; nothing may be where this is NotOnRecord."""
    with _on_record(), writing(engine) as conn:
        read(Desk(conn, look.person, now, office), look.case_id, look.what, **look.detail)


@contextmanager
def _on_record() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise NotOnRecord() from error


def put_each_on_record(engine: sa.Engine, office: Office, numbers: Collection[str], look: Look, now: datetime) -> None:
    """The same for each case of a list that shows words of several; no transaction for none."""
    if numbers:
        with _on_record(), writing(engine) as conn:
            read_numbered(Desk(conn, look.person, now, office), numbers, look.what, **look.detail)
