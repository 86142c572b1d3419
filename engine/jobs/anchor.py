"""Once a day the newest anchor goes outside, by file, mail and webhook: what is cut off here is found there."""

from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

import models
from engine.connectors.errors import TransportError
from engine.connectors.ledger import append
from engine.connectors.notifier import Item, Notice, Outcome
from engine.jobs.worker import Finish, Job, Place
from engine.numbers import OFFICE_ZONE
from engine.queue import enqueue
from engine.text import Text
from engine.trail import said_at
from engine.trail.chain import take_turn
from models import anchor_copies, anchors

NEWEST = sa.select(sa.func.max(anchors.c.id))
TITLE = Text("【签发】审计日志的锚点 {day}", "[Qianfa] anchor of the audit log, {day}")
KEEP = "请保存这一行;它证明此刻之前的审计日志没有被改动。Keep this line: it proves the log up to that moment."


def ways(place: Place) -> list[str]:
    """By which ways copies go from this installation."""
    return [way for way, to in place.anchors._asdict().items() if to]


def ask_for_copies(place: Place, conn: sa.Connection, now: datetime) -> None:
    """A job for each way that has had none today, if there is an anchor that did not go that way."""
    wanted = ways(place)
    if not wanted:
        return
    take_turn(conn, "anchor")
    newest = conn.execute(NEWEST).scalar()
    if newest is None:
        return
    query = sa.select(
        anchor_copies.c.way, sa.func.max(anchor_copies.c.asked_at), sa.func.max(anchor_copies.c.anchor_id)
    )
    last = {way: (at, anchor) for way, at, anchor in conn.execute(query.group_by(anchor_copies.c.way))}
    for way in wanted:
        at, anchor = last.get(way, (None, None))
        if anchor == newest or (at is not None and _day(at) >= _day(now)):
            continue
        job_id = enqueue(conn, "anchor", {"anchor": newest, "way": way}, f"anchor:{newest}:{way}", now=now)
        row = {"anchor_id": newest, "way": way, "job_id": job_id, "asked_at": now}
        conn.execute(anchor_copies.insert(), row)


def _day(at: datetime) -> str:
    return f"{at.astimezone(OFFICE_ZONE):%Y-%m-%d}"


def anchor(place: Place, job: Job) -> Finish:
    """The payload is `{"anchor": n, "way": "file"}`; what fails is tried again and ends in an incident."""
    number, way = job.payload["anchor"], job.payload["way"]
    if way not in ways(place):
        raise TransportError(f"no {way} is set up any more for anchors", permanent=True)
    with models.reading(place.engine) as conn:
        row = conn.execute(sa.select(anchors).where(anchors.c.id == number)).mappings().one()
    place_of = _WRITE[way](place, _line(row), job.key)
    now = place.now()

    def enter(conn: sa.Connection) -> None:
        mine = (anchor_copies.c.anchor_id == number) & (anchor_copies.c.way == way)
        conn.execute(sa.update(anchor_copies).where(mine).values(written_at=now, place=place_of))

    return enter


def _line(row: Any) -> dict[str, Any]:
    """What is written outside, the same by every way."""
    return {"at": said_at(row["at"]), "heads": row["heads"], "hash": row["hash"], "previous": row["previous"]}


def _to_file(place: Place, line: dict[str, Any], _key: str) -> str:
    assert place.anchors.file is not None
    append(place.anchors.file, orjson.dumps(line))
    return str(place.anchors.file)[-300:]


def _to_mail(place: Place, line: dict[str, Any], key: str) -> str:
    to, now = place.anchors.mail, place.now()
    if place.mail is None or to is None:
        raise TransportError("no mail server is set up (QIANFA_SMTP)", permanent=True)
    items = (Item(KEEP), Item(orjson.dumps(line).decode()))
    title = TITLE.fill(day=_day(now))
    told = place.mail.send(Notice("zh", f"{title.zh} · {title.en}", items), to, key, now)
    if told.outcome is not Outcome.DONE:
        raise TransportError(told.said, permanent=told.outcome is Outcome.REFUSED)
    return to


def _to_webhook(place: Place, line: dict[str, Any], key: str) -> str:
    if place.webhook is None:
        raise TransportError("no webhook is set up (QIANFA_WEBHOOK)", permanent=True)
    place.webhook.send({"event": "anchor", **line}, key, int(place.now().timestamp()))
    return place.webhook.url.partition("?")[0][:300]


_WRITE = {"file": _to_file, "mail": _to_mail, "webhook": _to_webhook}
