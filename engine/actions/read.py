"""Put on record that somebody is about to be shown something of a case, or carries it away."""

from datetime import datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from engine.desk import Desk, Office
from engine.errors import QianfaError
from engine.people import Person
from engine.text import Text
from models import reads, writing
from models.prepared import Prepared

KINDS = ("opened", "downloaded", "printed", "exported", "shown", "unmasked")
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
    _ADD.run(desk.conn, row)


class Look(NamedTuple):
    """What is about to be shown, and to whom."""

    person: Person | None
    case_id: int | None
    what: str
    detail: dict[str, Any]


def put_on_record(engine: sa.Engine, office: Office, look: Look, now: datetime) -> None:
    """The same in a transaction of its own, before anything is shown; nothing may be where this is NotOnRecord."""
    try:
        with writing(engine) as conn:
            read(Desk(conn, look.person, now, office), look.case_id, look.what, **look.detail)
    except SQLAlchemyError as error:
        raise NotOnRecord() from error
