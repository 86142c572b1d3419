"""What somebody outside does with a link: knock, enter the code, answer; each use on record, each refusal too."""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.actions.comments import said
from engine.desk import Desk, Office
from engine.errors import Invalid, NotAllowed, NotFound, QianfaError
from engine.messages import Told, everybody, tell
from engine.outside import MOST_WRONG, OVER, code_hash, digest_of, is_pass, state_of
from engine.text import Text
from engine.work import Raced, Work, open_task, save_case
from models import outside_links, writing

TRIES = 5
MOST_REFUSED = 20  # of one link that are on record: nobody floods the trail with them
DECISIONS = ("approve", "reject")
USED = Text("此链接已在另一个浏览器中打开过,只能用一次。", "This link works once and was opened in another browser.")
WRONG = Text("验证码不对,还可以试 {left} 次。", "The code is wrong; {left} tries are left.")
CHOOSE = Text("请选择同意或不同意。", "Choose whether you agree.")
WHY = Text("不同意时请说明原因。", "Say why when you do not agree.")
NEWS = Text(
    "{who}(外部)对「{title}」({number})答复:{said}。",
    "{who} (outside) answered about “{title}” ({number}): {said}.",
)
SAID = {"approve": Text("同意", "agrees"), "reject": Text("不同意", "does not agree")}


class LinkOver(QianfaError):
    code = "link_over"
    status = 410
    message = Text("此链接不能再用。", "This link can no longer be used.")


class WrongCode(NotAllowed):
    code = "wrong_code"
    message = WRONG


def knock(engine: sa.Engine, office: Office, token: str, now: datetime) -> None:
    """Somebody opened the link without having entered the code: LinkOver where it leads nowhere, on record."""

    def call(work: Work, link: Any) -> QianfaError | None:
        return _refuse(work, link, USED) if link.opened_at else None

    _with_link(engine, office, token, now, call)


def enter_code(engine: sa.Engine, office: Office, token: str, code: str, now: datetime) -> str:
    """The pass of the one browser that may go on; WrongCode, and after five of them the link is over."""
    own = secrets.token_urlsafe(32)

    def call(work: Work, link: Any) -> QianfaError | str:
        if link.opened_at:
            return _refuse(work, link, USED)
        if not hmac.compare_digest(code_hash(token, code), link.code_hash):
            return _wrong(work, link)
        _change(work, link, opened_at=now, pass_digest=digest_of(own))
        _note(work, link, "outside_open")
        return own

    return str(_with_link(engine, office, token, now, call))


def answer_outside(
    engine: sa.Engine, office: Office, token: str, own: str, decision: str, comment: str, now: datetime
) -> None:
    """Say what one thinks, once; it goes back to who asked and decides nothing."""
    if decision not in DECISIONS:
        raise Invalid({"decision": [CHOOSE]})
    comment = said(comment, WHY, needed=decision == "reject")

    def call(work: Work, link: Any) -> QianfaError | None:
        if not is_pass(link, own):
            return _refuse(work, link, USED)
        _change(work, link, answered_at=now, decision=decision, comment=comment)
        text = NEWS.fill(who=link.name, title=work.row.title, number=work.row.number, said=SAID[decision])
        told = Told("mention", text, everybody([link.asked_by]), case_id=work.row.id, task_id=link.task_id)
        tell(work.desk.conn, told, f"outside:{link.id}", now=now)
        _note(work, link, "outside_answer", opinion=decision, comment=comment, content=link.content_sha256)
        return None

    _with_link(engine, office, token, now, call)


def _with_link(engine: sa.Engine, office: Office, token: str, now: datetime, call: Callable[[Work, Any], Any]) -> Any:
    """One use of the link in a transaction that is kept even when it is refused; a lost race is tried anew."""
    for attempt in range(TRIES):
        try:
            with writing(engine) as conn:
                done = _use(Desk(conn, None, now, office), token, call)
            break
        except (Raced, IntegrityError):
            if attempt == TRIES - 1:
                raise
    if isinstance(done, QianfaError):
        raise done
    return done


def _use(desk: Desk, token: str, call: Callable[[Work, Any], Any]) -> Any:
    here = sa.select(outside_links).where(outside_links.c.digest == digest_of(token))
    link = desk.conn.execute(here.with_for_update()).first()
    if link is None:
        raise NotFound()
    work = open_task(desk, link.task_id)
    state = state_of(desk.conn, link, work.row, desk.now)
    if state in OVER:
        return _refuse(work, link, OVER[state])
    return call(work, link)


def _refuse(work: Work, link: Any, why: Text) -> QianfaError:
    if link.refused < MOST_REFUSED:
        _change(work, link, refused=link.refused + 1)
        _note(work, link, "outside_refused", why=why.zh)
    return LinkOver(why)


def _wrong(work: Work, link: Any) -> QianfaError:
    tries = link.wrong + 1
    _change(work, link, wrong=tries)
    _note(work, link, "outside_wrong_code", tries=tries)
    return WrongCode(left=MOST_WRONG - tries) if tries < MOST_WRONG else LinkOver(OVER["locked"])


def _change(work: Work, link: Any, **values: Any) -> None:
    """Write what became of the link; who opens or answers it is the first to do so."""
    once = [outside_links.c[name].is_(None) for name in ("opened_at", "answered_at") if name in values]
    here = sa.and_(outside_links.c.id == link.id, *once)
    if work.desk.conn.execute(outside_links.update().where(here).values(values)).rowcount != 1:
        raise Raced()


def _note(work: Work, link: Any, verb: str, **facts: Any) -> None:
    work.note(verb, step=work.row.task_step, task_id=link.task_id, outside=link.name, link=link.id, **facts)
    save_case(work)
