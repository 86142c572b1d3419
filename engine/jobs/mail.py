"""The jobs `mail` and `digest`: one message at once, or all unread of the day, to the mailbox of its person."""

import logging
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import models
from engine.connectors.errors import TransportError
from engine.connectors.notifier import Item, Notice, Outcome
from engine.jobs.telling import ask_for_digest
from engine.jobs.worker import TRIES, Finish, Job, Later, Place
from engine.mailing import Addressee, addressees
from engine.messages import KINDS
from engine.text import Text
from models import message_settings, messages, tasks

MOST = 200  # messages of one mail
ONE = Text("【签发】{text}", "[Qianfa] {text}")
MANY = Text("【签发】您有{n}条未读消息", "[Qianfa] {n} unread messages")

log = logging.getLogger(__name__)

# Unread, not mailed yet, and where it asks for an act nobody has acted.
_WAITING = (
    sa.select(messages)
    .outerjoin(tasks, tasks.c.id == messages.c.task_id)
    .where(
        messages.c.read_at.is_(None),
        messages.c.mailed_at.is_(None),
        sa.or_(messages.c.kind != "task", tasks.c.id.is_(None), tasks.c.state == "open"),
    )
    .order_by(messages.c.id)
)


def mail(place: Place, job: Job) -> Finish | None:
    """The payload is `{"message": n}`; nothing is sent of what was read meanwhile."""
    number = job.payload["message"]
    with models.reading(place.engine) as conn:
        row = conn.execute(_WAITING.where(messages.c.id == number)).first()
        to = addressees(conn, [row.person_id]).get(row.person_id) if row else None
    if row is None or to is None or not to.reachable or to.settings.way(row.kind) == "off":
        return None
    now = place.now()
    if to.settings.way(row.kind) == "digest":
        return lambda conn: ask_for_digest(conn, to, now)
    title = ONE.fill(text=Text(row.zh, row.en))
    return _send(place, job, to, title, [row], [row])


def digest(place: Place, job: Job) -> Finish | None:
    """The payload is `{"person": n, "until": moment}`: what was made before that moment; none, no mail."""
    person, until = job.payload["person"], datetime.fromisoformat(job.payload["until"])
    with models.reading(place.engine) as conn:
        to = addressees(conn, [person]).get(person)
        if to is None or not to.reachable:
            return None
        kinds = [kind for kind in KINDS if to.settings.way(kind) == "digest"]
        mine = messages.c.person_id == person, messages.c.made_at < until, messages.c.kind.in_(kinds)
        rows = list(conn.execute(_WAITING.where(*mine)).all())
    if not rows:
        return None
    return _send(place, job, to, MANY.fill(n=len(rows)), rows[:MOST], rows)


def _send(place: Place, job: Job, to: Addressee, title: Text, shown: list[Any], rows: list[Any]) -> Finish | None:
    now = place.now()
    if place.mail is None:
        log.info("job %s: mail is no longer set up", job.id)
        return None
    later = to.settings.not_before(now)
    if later > now:
        raise Later(later)
    notice = Notice(
        to.language,
        title.in_language(to.language),
        tuple(Item(Text(row.zh, row.en).in_language(to.language), _link(place, row)) for row in shown),
        len(rows) - len(shown),
        f"{place.url}/messages/settings" if place.url else None,
    )
    result = place.mail.send(notice, to.email or "", job.key, now)
    if result.outcome is Outcome.BUSY and job.tries < TRIES:
        raise TransportError(result.said)
    if result.outcome is not Outcome.DONE:
        log.info("job %s: the mailbox of person %s takes no mail", job.id, to.id)
        return lambda conn: _note(conn, to, result.said, now)
    sent = [row.id for row in rows]
    return lambda conn: _mark(conn, sent, now)


def _link(place: Place, row: Any) -> str | None:
    return f"{place.url}/messages/{row.id}" if place.url else None


def _mark(conn: sa.Connection, sent: list[int], now: datetime) -> None:
    conn.execute(sa.update(messages).where(messages.c.id.in_(sent)).values(mailed_at=now))


def _note(conn: sa.Connection, to: Addressee, said: str, now: datetime) -> None:
    """Seen on the person's own page; until it is dealt with there, nothing more is mailed."""
    known = sa.update(message_settings).where(message_settings.c.person_id == to.id)
    noted = {"refused_at": now, "refused": said}
    if conn.execute(known.values(noted)).rowcount:
        return
    own = {"mail": to.settings.mail, "kinds": {}, "digest_hour": to.settings.digest_hour}
    hours = {"quiet_from": to.settings.quiet_from, "quiet_until": to.settings.quiet_until}
    conn.execute(sa.insert(message_settings), {"person_id": to.id, **own, **hours, **noted})
