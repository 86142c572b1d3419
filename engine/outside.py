"""A link to somebody outside: its token and code, and what its state keeps one from."""

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engine.people import load_person
from engine.standing import NOT_ENDED, STANDING, task_standing
from engine.text import Text

MOST_WRONG = 5
REVOKED = Text("此链接已被收回。", "This link has been revoked.")
ANSWERED = Text("此链接已经答复过,不能再用。", "This link has been answered and cannot be used again.")
LOCKED = Text("验证码输错次数太多,此链接已失效。", "The code was wrong too often; this link has ended.")
EXPIRED = Text("此链接已过期。", "This link has expired.")
GONE = Text("所问的事项已经办结,不再需要意见。", "What was asked has been dealt with; no opinion is needed any more.")

LEFT = Text(
    "请您看的人已不再办理此事项,不再需要意见。", "Who asked you no longer has this task; no opinion is needed any more."
)


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def code_hash(token: str, code: str) -> str:
    """The code under the token: who has the database alone can try out no codes."""
    return hmac.new(token.encode(), code.strip().encode(), sha256).hexdigest()


def is_pass(link: Any, own: str) -> bool:
    """Whether this is the one browser that entered the code."""
    return bool(own) and hmac.compare_digest(digest_of(own), link.pass_digest or "")


def state_of(conn: sa.Connection, link: Any, here: Any, now: datetime) -> str:
    """sent, opened, answered, revoked, locked, expired, gone or left; `here`: the case and, as `task_...`, the task.

    A link lives no longer than the right to ask by it: left when who asked is disabled or may not act on the task.
    """
    if link.answered_at:
        return "answered"
    if link.revoked_at:
        return "revoked"
    if link.wrong >= MOST_WRONG:
        return "locked"
    if link.expires_at <= now:
        return "expired"
    if here.task_state not in STANDING or here.state not in NOT_ENDED:
        return "gone"
    if not _has_it_still(conn, link.asked_by, here, now):
        return "left"
    return "opened" if link.opened_at else "sent"


OVER = {"answered": ANSWERED, "revoked": REVOKED, "locked": LOCKED, "expired": EXPIRED, "gone": GONE, "left": LEFT}


def _has_it_still(conn: sa.Connection, person_id: int, here: Any, now: datetime) -> bool:
    asker = load_person(conn, person_id, now)
    if asker is None or asker.disabled:
        return False
    stand = task_standing(asker, here.task_offered_to, here.task_assignee_id, here.procedure_id, {})
    return not stand.relations.isdisjoint({"holder", "candidate"})
