"""Where the parts meet: the database, the office and who is asking, for one request."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask, current_app, g, request

import models
from engine import actions
from engine.connectors.scan import open_scanner
from engine.desk import Desk, Office
from engine.jobs.nudge import nudge_after_commit
from engine.people import Person
from web.config import Config

if TYPE_CHECKING:
    from engine.jobs.carrier import Carrier


@dataclass(frozen=True)
class House:
    """What all requests of a process share."""

    config: Config
    engine: sa.Engine
    office: Office


@cache
def _carrier(url: str, secret: str) -> "Carrier":
    """Opened with the first job: it costs ten megabytes, and many processes never make one."""
    from engine.jobs.carrier import open_carrier

    return open_carrier(url, secret)


def open_house(config: Config) -> House:
    scan = open_scanner(config.scan) if config.scan else None
    office = Office(config.data, config.webhook, config.vault_key, scan=scan, takes_unscanned=config.takes_unscanned)
    engine = models.open_engine(config.database)
    nudge_after_commit(engine, lambda made: _carrier(config.carrier, config.secret).nudge(made))
    return House(config, engine, office)


def move_in(app: Flask, config: Config) -> None:
    """Give the app its house and let each request close what it opened."""
    app.extensions["house"] = open_house(config)
    app.teardown_appcontext(lambda _error: close_look())


def house() -> House:
    found: House = current_app.extensions["house"]
    return found


def now() -> datetime:
    return house().config.clock()


def address() -> str:
    """Where people find the pages, without a slash at the end: for links and codes that leave the house."""
    return (house().config.url or request.host_url).rstrip("/")


def look() -> sa.Connection:
    """The request's connection for reading, opened when first asked for."""
    if "look" not in g:
        g.look = house().engine.connect()
    found: sa.Connection = g.look
    return found


def close_look() -> None:
    """Let go of what was read, so that the next look sees what was written meanwhile."""
    connection = g.pop("look", None)
    if connection is not None:
        connection.close()


def act(person_id: int, call: Callable[[Desk], Any], key: str | None = None, request: Any = None) -> Any:
    """One action of a person in its own transaction, its answer as plain data; a key makes a second press harmless."""
    close_look()
    there = house()
    return actions.acting(
        there.engine, there.office, person_id, lambda desk: _plain(call(desk)),
        now=now(), key=key, request=request,
    )  # fmt: skip


def on_record(person: Person | None, case_id: int | None, what: str, **detail: Any) -> None:
    """Say that somebody is about to be shown something; call it before it is, for nothing may be when this fails."""
    close_look()
    there = house()
    actions.put_on_record(there.engine, there.office, actions.Look(person, case_id, what, detail), now())


def on_record_each(person: Person, numbers: Collection[str], what: str, **detail: Any) -> None:
    """The same for each of these cases, by one INSERT: before a list shows what was said in them."""
    close_look()
    there = house()
    actions.put_each_on_record(there.engine, there.office, numbers, actions.Look(person, None, what, detail), now())


def _plain(answer: Any) -> Any:
    return asdict(answer) if is_dataclass(answer) and not isinstance(answer, type) else answer


def is_ready() -> bool:
    """Whether the database answers and has the shape this program needs."""
    return models.is_current(house().engine)
