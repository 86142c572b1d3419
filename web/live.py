"""What a page shows of what waits, and how it keeps up with it: the counts, and that something told was seen."""

import logging

from flask import g
from sqlalchemy.exc import SQLAlchemyError

from engine import actions, queries
from engine.errors import QianfaError
from web import wiring
from web.sessions import me

log = logging.getLogger("qianfa.web")
COUNTED = ("todo", "claimable", "copied", "messages")


def counts() -> dict[str, int]:
    """How much waits for who is signed in; asked once for a page."""
    if "counts" not in g:
        g.counts = queries.counts(wiring.look(), me())
    found: dict[str, int] = g.counts
    return found


def tag() -> str:
    """Says whether anything differs from what a page already shows."""
    return "-".join(str(counts()[name]) for name in COUNTED)


def seen(case_id: int) -> None:
    """What one was told of a case counts as read once its page is opened; the page comes whatever becomes of that."""
    try:
        if queries.has_news_of(wiring.look(), me(), case_id):
            wiring.act(me().id, lambda desk: actions.read_messages_of(desk, case_id))
    except (QianfaError, SQLAlchemyError):
        log.info("messages of case %s stay unread", case_id, exc_info=True)
        wiring.close_look()
