"""修复: one who keeps the procedure asks that a stuck case be mended by hand; a second one agrees or refuses."""

from typing import Any

import sqlalchemy as sa

from engine.actions.comments import said
from engine.actions.guard import check_whole_case
from engine.actions.news import leave_news
from engine.actions.offers import VACANT, offer
from engine.actions.repairing import Wish, carry_out, look, picture
from engine.actions.retrying import incident_of, stands, take_up
from engine.actions.settle import settle
from engine.actions.standstill import UNDECIDED, state_now
from engine.desk import Desk
from engine.errors import Conflict, NotAllowed, NotFound, SameHand, Stale
from engine.kernel import Flow
from engine.kernel.repairing import stops
from engine.messages import ADMINISTRATORS, Told, everybody, tell
from engine.operations import services
from engine.procedures.repairs import KINDS
from engine.standing import STANDING
from engine.text import Text
from engine.work import Work, load_flow, open_case, save_case
from models import incidents, repairs, tasks

REASON = Text("请说明为什么要修复。", "Say why it has to be repaired.")
WHY_NOT = Text("请说明为什么不同意。", "Say why you refuse it.")
WAITS = Text("此申请已有一项修复等第二人同意。", "A repair of this case already waits for a second person.")
DECIDED = Text("此修复已经处理。", "This repair has already been dealt with.")
MOVED_ON = Text(
    "申请在提出修复之后又有变化,不能照原样执行;请按现在的情况重新提出。",
    "The case has changed since the repair was asked for and nothing of it is done; ask again as things are now.",
)
OWN = Text("修复要由第二人同意:您就是提出的人。", "A second person agrees to a repair: you are who asked for it.")
HAND = Text(
    "职责分离:您是申请人或已办理过本申请,不能同意对它的修复。",
    "Separation of duties: you applied or acted in this case and may not agree to its repair.",
)
ASKED = Text(
    "{who}请求修复「{title}」({number}):{kind}。请第二人查看后决定。",
    "{who} asks for a repair of “{title}” ({number}): {kind}. A second person looks and decides.",
)
TOLD = {
    "done": Text("您提出的修复已执行:{title}({number})", "The repair you asked for is done: {title} ({number})"),
    "refused": Text(
        "您提出的修复未获同意:{title}({number})", "The repair you asked for was refused: {title} ({number})"
    ),
}


def ask_repair(desk: Desk, case_id: int, wish: Wish, reason: str, revision: int | None = None) -> int:
    """Ask for a repair of a case as it was read; its number. Refused at once where it could never be done."""
    work = open_case(desk, case_id)
    check_whole_case(work, _right(wish.kind))
    if revision is not None and revision != work.row.revision:
        raise Stale()
    reason = said(reason, REASON)
    found = look(work, wish)
    _overtake(work)
    before = _before(work, wish)
    row = {"case_id": case_id, "kind": wish.kind, "token": wish.token, "step": found.step, "target": wish.target}
    row |= {"value": {"value": found.value} if wish.kind == "change" else None, "reason": reason}
    row |= {"asked_by": desk.person.id, "asked_for": _behalf(work), "asked_at": desk.now, "state": "asked"}
    row |= {"revision": work.row.revision + 1, "before": before | {"beyond": [one.name for one in found.beyond]}}
    number: int = desk.conn.execute(repairs.insert().returning(repairs.c.id), row).scalar_one()
    facts: dict[str, Any] = {"repair": number, "kind": wish.kind, "target": wish.target, "reason": reason}
    work.note("repair_ask", step=found.step or None, **facts)
    work.aside = True
    save_case(work)
    text = ASKED.fill(who=desk.person.name, kind=KINDS[wish.kind], **_named(work))
    told = Told("incident", text, tuple({work.version.owner, ADMINISTRATORS}), case_id=case_id)
    tell(desk.conn, told, f"repair:{number}", now=desk.now)
    return number


def approve_repair(desk: Desk, repair_id: int) -> None:
    """Agree, and it is done at once: the whole of it, or nothing where the case has changed since."""
    row, work = _open(desk, repair_id)
    _check_second(work, row)
    if work.row.revision != row.revision:
        raise Stale(MOVED_ON)
    if row.kind == "retry":
        _retry(work, row)
        return
    wish = Wish(row.kind, row.token, row.target, (row.value or {}).get("value"))
    found = look(work, wish)
    flow = work.flow(services(work))
    name = row.target if row.kind == "change" else ""
    before = picture(flow, name) | {"beyond": [one.name for one in found.beyond]}
    carry_out(work, flow, wish, found)
    after = picture(flow, name)
    facts: dict[str, Any] = {"repair": repair_id, "kind": row.kind, "target": row.target, "reason": row.reason}
    work.note("repair", step=row.step or None, **facts, asked_by=row.asked_by, before=before, after=after)
    _close(desk, repair_id, "done", before=before, after=after)
    _clear(work, flow)
    anew = _offer_anew(work, flow, row.target) if row.kind == "change" else []
    work.row = work.row._replace(state=state_now(work))
    settle(work, flow)
    if anew:
        leave_news(work, anew, None)
    _tell_asker(work, row, "done")


def _retry(work: Work, row: Any) -> None:
    """What the incident stopped is taken up again, and the case goes on from there."""
    incident = incident_of(work, row.target)
    before = stands(work, incident)
    flow, decided = take_up(work, incident)
    after = stands(work, incident)
    facts: dict[str, Any] = {"repair": row.id, "incident": incident.id, "kind": incident.kind, "reason": row.reason}
    facts |= {"asked_by": row.asked_by, "before": before, "after": after}
    work.note("retry", **facts | ({"decided": decided} if decided else {}))
    _close(work.desk, row.id, "done", before=before, after=after)
    if flow is None:
        save_case(work, state=state_now(work))
    else:
        work.row = work.row._replace(state=state_now(work))
        settle(work, flow)
    _tell_asker(work, row, "done")


def refuse_repair(desk: Desk, repair_id: int, comment: str) -> None:
    """Do not agree; the case stays as it is."""
    row, work = _open(desk, repair_id)
    _check_second(work, row)
    comment = said(comment, WHY_NOT)
    _close(desk, repair_id, "refused", answer=comment)
    work.note("repair_refuse", step=row.step or None, repair=repair_id, kind=row.kind, comment=comment)
    work.aside = True
    save_case(work)
    _tell_asker(work, row, "refused")


def withdraw_repair(desk: Desk, repair_id: int) -> None:
    """Who asked for it wants it no more."""
    row, work = _open(desk, repair_id)
    if row.asked_by != desk.person.id:
        raise NotAllowed()
    _close(desk, repair_id, "withdrawn")
    work.note("repair_withdraw", step=row.step or None, repair=repair_id, kind=row.kind)
    work.aside = True
    save_case(work)


def _open(desk: Desk, repair_id: int) -> tuple[Any, Work]:
    """The repair with its case; NotFound for who may not know of it, Conflict when it was decided."""
    row = desk.conn.execute(sa.select(repairs).where(repairs.c.id == repair_id).with_for_update()).first()
    if row is None:
        raise NotFound()
    work = open_case(desk, row.case_id)
    check_whole_case(work, _right(row.kind))
    if row.state != "asked":
        raise Conflict(DECIDED)
    return row, work


def _right(kind: str) -> str:
    """A job may give up after the end: to try again is asked for of a case that has ended too."""
    return "retry" if kind == "retry" else "repair"


def _before(work: Work, wish: Wish) -> dict[str, Any]:
    if wish.kind == "retry":
        return stands(work, incident_of(work, wish.target))
    flow, _ = load_flow(work.row, work.version, work.desk.now, None, work.signers)
    return picture(flow, wish.target if wish.kind == "change" else "")


def _behalf(work: Work) -> int:
    """Whose post lets this person ask: one's own before that of somebody absent."""
    person = work.desk.person
    own = "administrator" in person.roles
    return (None if own else person.as_principal(work.version.owner, work.row.procedure_id)) or person.id


def _check_second(work: Work, row: Any) -> None:
    """Another hand than who asked, on nobody's behalf who did, and none that acted in the case."""
    mine = {work.desk.person.id, _behalf(work)}
    if mine & {row.asked_by, row.asked_for}:
        raise SameHand(OWN)
    if work.row.applicant_id in mine or any(mine & set(one.hands) for one in work.acted):
        raise SameHand(HAND)


def _close(desk: Desk, repair_id: int, state: str, **more: Any) -> None:
    here = (repairs.c.id == repair_id) & (repairs.c.state == "asked")
    values = {"state": state, "decided_by": desk.person.id, "decided_at": desk.now, **more}
    if desk.conn.execute(repairs.update().where(here).values(values)).rowcount != 1:
        raise Conflict(DECIDED)


def _overtake(work: Work) -> None:
    """What was asked of the case as it is no longer is over; Conflict while one waits for the case as it is."""
    here = (repairs.c.case_id == work.row.id) & (repairs.c.state == "asked")
    old = here & (repairs.c.revision != work.row.revision)
    work.desk.conn.execute(repairs.update().where(old).values(state="overtaken", decided_at=work.desk.now))
    if work.desk.conn.execute(sa.select(repairs.c.id).where(here)).first() is not None:
        raise Conflict(WAITS)


def _clear(work: Work, flow: Flow) -> None:
    """Incidents of what is open no longer."""
    gone = work.opened_before - {task.id for task in flow.open_tasks}
    theirs = sa.select(tasks.c.id).where(tasks.c.case_id == work.row.id, tasks.c.uuid.in_(gone))
    over: sa.ColumnElement[bool] = incidents.c.task_id.in_(theirs)
    if not any(one.kind == "rule" for one in stops(flow)):
        over |= incidents.c.kind == UNDECIDED
    _resolve(work, over)


def _resolve(work: Work, which: sa.ColumnElement[bool]) -> None:
    here = (incidents.c.case_id == work.row.id) & incidents.c.resolved_at.is_(None) & which
    done = {"resolved_at": work.desk.now, "resolved_by": work.desk.person.id}
    work.desk.conn.execute(incidents.update().where(here).values(done))


def _offer_anew(work: Work, flow: Flow, name: str) -> list[Any]:
    """Open tasks that go to whom the value names go to whom it names now; Conflict where that is nobody."""
    named = {step for step, who in work.version.who.items() if name in str(who.get("name", "")).split(".")}
    steps = {one.id: one for one in flow.open_tasks if one.step in named}
    here = (tasks.c.case_id == work.row.id) & tasks.c.uuid.in_(steps) & tasks.c.parent_id.is_(None)
    rows = work.desk.conn.execute(sa.select(tasks).where(here, tasks.c.state == "open")).all() if steps else []
    found = []
    for row in rows:
        one = offer(work, [steps[row.uuid]])[0]
        if one.principal is None:
            raise Conflict(VACANT.fill(step=row.name, why=one.why))
        if one.principal == row.offered_to:
            continue
        mine = int(one.principal[2:]) if one.principal.startswith("p:") else None
        values = {"offered_to": one.principal, "assignee_id": mine, "claimed_at": None, "release_at": None}
        changed = tasks.update().where(tasks.c.id == row.id, tasks.c.state.in_(STANDING))
        work.desk.conn.execute(changed.values(values | {"revision": work.row.revision + 1}))
        _resolve(work, incidents.c.task_id == row.id)
        found.append(one)
    return found


def _named(work: Work) -> dict[str, Any]:
    return {"title": work.row.title, "number": work.row.number}


def _tell_asker(work: Work, row: Any, state: str) -> None:
    told = Told("incident", TOLD[state].fill(**_named(work)), everybody([row.asked_by]), case_id=work.row.id)
    tell(work.desk.conn, told, f"repair:{row.id}:{state}", now=work.desk.now)
