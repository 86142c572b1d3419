"""What is done on a task: decide it, give it on, ask others, take it or put it back; each a press of one button."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.desk import Desk
from engine.errors import Conflict, Invalid, SameHand
from engine.queries import Wanted
from engine.standing import LIVE_STATES
from web import boxes, posted, task_page, wiring
from web.errors import KEPT
from web.language import in_language
from web.sessions import me
from web.uploads import keep

bp = Blueprint("acts", __name__)


@bp.post("/tasks/<int:task_id>/claim")
@login_required
def claim(task_id: int) -> ResponseReturnValue:
    try:
        wiring.act(me().id, lambda desk: actions.claim(desk, task_id, posted.revision()))
    except Conflict as error:
        flash(in_language(error.text), "danger")
        return redirect(url_for("inbox.box", box="claimable"), 303)
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@bp.post("/tasks/<int:task_id>/put-back")
@login_required
def put_back(task_id: int) -> ResponseReturnValue:
    wiring.act(me().id, lambda desk: actions.put_back(desk, task_id, posted.revision()))
    flash(gettext("已退还,同组同事可以认领。"), "success")
    return redirect(url_for("inbox.todo"), 303)


@bp.post("/tasks/<int:task_id>/add-signer")
@login_required
def add_signer(task_id: int) -> ResponseReturnValue:
    signer, comment = request.form.get("signer", "").strip(), request.form.get("comment", "").strip()
    try:
        wiring.act(me().id, lambda desk: actions.add_signer(desk, task_id, signer, comment, posted.revision()))
    except KEPT as error:
        return task_page.again(task_id, error)
    flash(gettext("已加签:%(login)s。", login=signer), "success")
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@bp.post("/tasks/<int:task_id>/remove-signer")
@login_required
def remove_signer(task_id: int) -> ResponseReturnValue:
    signer, comment = request.form.get("signer", ""), request.form.get("comment", "").strip()
    try:
        wiring.act(me().id, lambda desk: actions.remove_signer(desk, task_id, signer, comment, posted.revision()))
    except KEPT as error:
        return task_page.again(task_id, error)
    flash(gettext("已减签:%(login)s。", login=signer), "success")
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@bp.post("/tasks/<int:task_id>/decide")
@login_required
def decide(task_id: int) -> ResponseReturnValue:
    view = task_page.look(task_id)
    sheet = posted.read(view.form, keep)
    if posted.is_only_rows():
        return task_page.show(view, sheet)
    try:
        if sheet.errors:
            raise Invalid(sheet.errors)
        if "_draft" in request.form:
            draft = sheet.draft()
            wiring.act(me().id, lambda desk: actions.save_draft(desk, f"task:{task_id}", draft))
            flash(gettext("草稿已保存。"), "success")
            return redirect(url_for("inbox.task", task_id=task_id), 303)
        answers = sheet.answers()
        key, revision = request.form.get("key"), posted.revision_read()
        done = wiring.act(me().id, lambda desk: actions.decide(desk, task_id, answers, revision), key, answers)
    except KEPT as error:
        return task_page.again(task_id, error, sheet)
    return _after(done)


def _after(done: Any) -> ResponseReturnValue:
    """On to the next task when one waits and the person wants it, else to the list."""
    steps = "、".join(in_language(step) for step in done["next_steps"])
    if steps:
        flash(gettext("%(number)s 已办理,下一步:%(steps)s。", number=done["number"], steps=steps), "success")
    elif done["state"] in LIVE_STATES:
        flash(gettext("%(number)s 已办理。", number=done["number"]), "success")
    else:
        flash(gettext("%(number)s 已办理,流程结束。", number=done["number"]), "success")
    waiting = queries.inbox(wiring.look(), me(), Wanted(size=1, sort="opened")).items if boxes.goes_on() else []
    after = url_for("inbox.task", task_id=waiting[0].task_id) if waiting else url_for("inbox.todo")
    return boxes.remembered(redirect(after, 303))


@bp.post("/tasks/<int:task_id>/return")
@login_required
def return_(task_id: int) -> ResponseReturnValue:
    step, comment, revision = request.form.get("step", ""), request.form.get("comment", "").strip(), posted.revision()
    resume = "resume" in request.form
    try:
        done = wiring.act(
            me().id, lambda desk: actions.return_to(desk, task_id, step, comment, revision, resume=resume)
        )
    except KEPT as error:
        return task_page.again(task_id, error)
    return _after(done)


@bp.post("/tasks/<int:task_id>/transfer")
@login_required
def transfer(task_id: int) -> ResponseReturnValue:
    to, comment = request.form.get("to", "").strip(), request.form.get("comment", "").strip()
    revision = posted.revision()
    try:
        wiring.act(me().id, lambda desk: actions.transfer(desk, task_id, to, comment, revision))
    except KEPT as error:
        return task_page.again(task_id, error)
    flash(gettext("已转办给 %(login)s。", login=to), "success")
    return redirect(url_for("inbox.todo"), 303)


def _asked_for(
    task_id: int, call: Callable[[Desk], Any], said: str, sheet: posted.Sheet | None = None
) -> ResponseReturnValue:
    """Ask people beside the diagram; a refusal keeps what was typed."""
    try:
        wiring.act(me().id, call, request.form.get("key"), request.form.to_dict(flat=False))
    except (*KEPT, SameHand) as error:
        return task_page.again(task_id, error, sheet)
    flash(said, "success")
    return redirect(url_for("inbox.todo"), 303)


def _logins(name: str) -> list[str]:
    """Whom a page names, in one field or in several."""
    return [login for text in request.form.getlist(name) for login in re.split(r"[\s,,、;;]+", text) if login]


@bp.post("/tasks/<int:task_id>/delegate")
@login_required
def delegate(task_id: int) -> ResponseReturnValue:
    to, comment, revision = request.form.get("to", "").strip(), request.form.get("comment", ""), posted.revision()
    said = gettext("已委派,对方答复后回到您这里。")
    return _asked_for(task_id, lambda desk: actions.delegate(desk, task_id, to, comment, revision), said)


@bp.post("/tasks/<int:task_id>/sign-before")
@login_required
def sign_before(task_id: int) -> ResponseReturnValue:
    logins, comment = _logins("to"), request.form.get("comment", "")
    more: dict[str, Any] = {"in_turn": "in_turn" in request.form, "revision": posted.revision()}
    said = gettext("已加签,都答复后回到您这里。")
    return _asked_for(task_id, lambda desk: actions.sign_before(desk, task_id, logins, comment, **more), said)


@bp.post("/tasks/<int:task_id>/sign-after")
@login_required
def sign_after(task_id: int) -> ResponseReturnValue:
    form = task_page.look(task_id).form
    sheet = posted.read(form, keep)
    approving = {"decision": "approve"} if form and form.decision_options else {}
    logins, comment = _logins("_to"), request.form.get("_comment", "")
    in_turn = "_in_turn" in request.form

    def call(desk: Desk) -> int:
        if sheet.errors:
            raise Invalid(sheet.errors)
        given, revision = sheet.answers() | approving, posted.revision_read()
        return actions.sign_after(desk, task_id, given, logins, comment, in_turn=in_turn, revision=revision)

    return _asked_for(task_id, call, gettext("已同意,待加签的人都同意后继续。"), sheet)


@bp.post("/tasks/<int:task_id>/unask")
@login_required
def unask(task_id: int) -> ResponseReturnValue:
    case_id = task_page.look(task_id).case_id
    try:
        wiring.act(me().id, lambda desk: actions.unask(desk, task_id, revision=posted.revision()))
    except Conflict as error:
        flash(in_language(error.text), "danger")
    else:
        flash(gettext("已减签。"), "success")
    return redirect(url_for("cases.show", case_id=case_id), 303)
