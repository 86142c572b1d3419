"""Run one action in its own transaction: remembered under its key, tried again when a race was lost."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from engine.desk import Desk, Office
from engine.errors import BadInput, Busy, Conflict, NotSignedIn
from engine.people import load_person
from engine.text import Text
from engine.work import Raced
from models import answers, writing

TRIES = 5
LONGEST_KEY = 100
OTHER_REQUEST = Text("这个幂等键已用于另一个请求。", "This idempotency key was already used for a different request.")
KEY_TOO_LONG = Text("幂等键最多100个字符。", "An idempotency key has at most 100 characters.")
UNFIT = Text(
    "内容里有数据库不能保存的字符、过长的文字或过大的数字。",
    "Something in it cannot be stored: a character, a text that is too long, or a number that is too large.",
)


def acting(
    engine: sa.Engine,
    office: Office,
    person_id: int,
    call: Callable[[Desk], Any],
    *,
    now: datetime,
    key: str | None = None,
    request: Any = None,
) -> Any:
    """Load the person, run `call(desk)`, commit once; the answer of `call`, plain JSON when a key is given.

    With a key the same request has one effect however often it is sent: the first answer is
    remembered in the same transaction. A lost race is tried anew; the action then sees the new state.
    """
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise BadInput(KEY_TOO_LONG)
    digest = sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest() if key else ""
    for attempt in range(TRIES):
        try:
            with writing(engine) as conn:
                person = load_person(conn, person_id, now)
                if person is None or person.disabled:
                    raise NotSignedIn()
                if key:
                    known = conn.execute(
                        sa.select(answers).where(answers.c.person_id == person_id, answers.c.key == key)
                    ).first()
                    if known is not None:
                        if known.request != digest:
                            raise Conflict(OTHER_REQUEST)
                        return known.answer["answer"]
                answer = call(Desk(conn, person, now, office))
                if key:
                    conn.execute(
                        answers.insert(),
                        {
                            "person_id": person_id,
                            "key": key,
                            "request": digest,
                            "answer": {"answer": answer},  # SQLite would make a number of a bare one
                            "at": now,
                        },
                    )
                return answer
        except Raced:
            if attempt == TRIES - 1:
                raise
        except IntegrityError:
            # Two requests took the same number, key or slot at once: the second look decides.
            if attempt == TRIES - 1:
                raise Conflict() from None
        except DataError as error:
            raise BadInput(UNFIT) from error
        except NoConnection as error:
            raise Busy() from error
        except OperationalError as error:
            if attempt == TRIES - 1 or not _passing(error):
                raise Busy() from error
    raise Busy()


def _passing(error: OperationalError) -> bool:
    """Whether the database only asks to try again: a deadlock or a serialization failure."""
    return getattr(error.orig, "sqlstate", "") in ("40001", "40P01")
