"""The page of a case: where it stands, what happened, what it says, and what the applicant and the owner may do."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.desk import Desk
from engine.errors import QianfaError
from engine.procedures.rights import sees_cases
from engine.queries import CaseView, Wanted, directory
from engine.queries.as_of import CaseThen, case_at
from engine.queries.called import people_called
from engine.queries.masking import LOOKS_OVER
from engine.queries.told import told_of
from web import content, course, live, posted, shown, times, versions, wiring
from web.errors import KEPT
from web.sessions import me

bp = Blueprint("cases", __name__, url_prefix="/cases/<int:case_id>")


@bp.get("")
@login_required
def show(case_id: int) -> ResponseReturnValue:
    view = _view(case_id)
    if "receiver" in view.relations and any(one["read_at"] is None for one in view.copies if one["name"] == me().name):
        wiring.act(me().id, lambda desk: actions.mark_read(desk, case_id))
    live.seen(case_id)
    return _page(view)


def _view(case_id: int) -> CaseView:
    return queries.case_view(wiring.look(), me(), case_id, wiring.now())


def _page(view: CaseView, error: QianfaError | None = None) -> tuple[str, int]:
    latest = view.revisions[-1] if view.revisions else None
    wiring.on_record(me(), view.id, "opened", page="case", revision=latest.no if latest else 0)
    conn, version = wiring.look(), view.version
    mine = queries.inbox(conn, me(), Wanted(case=view.id)).items
    stands = course.stands(view.waiting)
    show_part = request.args.get("show", "")
    since = versions.since(conn, view.id, version, latest.no if latest else 0)
    page = render_template(
        "cases/show.html",
        case=view,
        error=error,
        typed=posted.typed() or {},
        mine={item.task_id for item in mine},
        trail=shown.narrowed(course.entries(view.timeline, version, people_called(conn, view.timeline)), show_part),
        told=told_of(conn, view.id, view.relations) if show_part == "messages" else None,
        chips=shown.chips(view),
        show_part=show_part,
        raised=course.raised(view.timeline, queries.names(conn), version),
        content=content.content(conn, version, latest.fields, latest.no) if latest else None,
        change=queries.change_case(conn, me(), version, view.id, latest.fields if latest else {}),
        since=since,
        beside=versions.beside(conn, view, since),
        spent=queries.spent(conn, view.id, wiring.now()),
        looks_over=not view.relations.isdisjoint({"auditor", "manager"}) or sees_cases(me(), version.owner),
        over=LOOKS_OVER.issuperset(view.relations),
        may_hold=not view.relations.isdisjoint({"owner", "administrator"}),
        ahead=course.future(version, [stand.task.step for stand in stands], {one.step for one in view.acted}),
        stands=stands,
        drawings=course.drawings(version),
        step=partial(course.step, version),
        basis=partial(course.basis, version),
        people=directory.colleagues(conn, me()) if {"copy", "comment"} & set(view.allowed) else [],
    )
    return page, error.status if error else 200


def _act(case_id: int, call: Callable[[Desk], Any], said: str) -> ResponseReturnValue:
    try:
        wiring.act(me().id, call, request.form.get("key"), request.form.to_dict())
    except KEPT as error:
        return _page(_view(case_id), error)
    flash(said, "success")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _comment() -> str:
    return request.form.get("comment", "").strip()


@bp.post("/comment")
@login_required
def comment(case_id: int) -> ResponseReturnValue:
    return _act(case_id, lambda desk: actions.comment(desk, case_id, _comment()), gettext("评论已发表。"))


@bp.post("/unmask")
@login_required
def unmask(case_id: int) -> ResponseReturnValue:
    said = gettext("已显示原文,并记入阅读记录。")
    return _act(case_id, lambda desk: actions.unmask(desk, case_id, _comment()), said)


@bp.post("/copy")
@login_required
def copy(case_id: int) -> ResponseReturnValue:
    logins = [login for text in request.form.getlist("to") for login in re.split(r"[\s,,、;;]+", text)]
    return _act(case_id, lambda desk: actions.copy(desk, case_id, logins, _comment()), gettext("已抄送。"))


@bp.post("/recall")
@login_required
def recall(case_id: int) -> ResponseReturnValue:
    return _act(case_id, lambda desk: actions.recall(desk, case_id), gettext("已拿回,请重新办理。"))


@bp.post("/urge")
@login_required
def urge(case_id: int) -> ResponseReturnValue:
    return _act(case_id, lambda desk: actions.urge(desk, case_id, _comment()), gettext("已催办。"))


@bp.post("/suspend")
@login_required
def suspend(case_id: int) -> ResponseReturnValue:
    return _act(case_id, lambda desk: actions.suspend(desk, case_id, _comment()), gettext("已挂起。"))


@bp.post("/resume")
@login_required
def resume(case_id: int) -> ResponseReturnValue:
    return _act(case_id, lambda desk: actions.resume(desk, case_id, _comment()), gettext("已恢复。"))


@bp.post("/withdraw")
@login_required
def withdraw(case_id: int) -> ResponseReturnValue:
    return _act(case_id, lambda desk: actions.withdraw(desk, case_id, _comment()), gettext("已撤回。"))


@bp.post("/cancel")
@login_required
def cancel(case_id: int) -> ResponseReturnValue:
    return _act(case_id, lambda desk: actions.cancel(desk, case_id, _comment()), gettext("已终止。"))


@bp.get("/at")
@login_required
def at(case_id: int) -> str:
    """The case as it was; nothing can be done here."""
    then = _then(case_id)
    wiring.on_record(me(), case_id, "opened", page="at", at=then.at, revision=then.revision.no if then.revision else 0)
    return render_template(
        "cases/at.html",
        then=then,
        at=times.local(then.at).replace(" ", "T"),
        case=then.now,
        trail=course.entries(then.timeline, then.version, people_called(wiring.look(), then.timeline)),
        content=content.content(wiring.look(), then.version, then.revision.fields, then.revision.no)
        if then.revision
        else None,
        drawings=course.drawings(then.version),
        step=partial(course.step, then.version),
    )


def _then(case_id: int) -> CaseThen:
    now = wiring.now()
    moment = times.moment_in("at", request.args.get("at", "")) or now
    return case_at(wiring.look(), me(), case_id, min(moment, now), now)


@bp.get("/diagram.bpmn")
@login_required
def diagram(case_id: int) -> Response:
    version = _then(case_id).version if "at" in request.args else _view(case_id).version
    drawn = queries.drawing(version, request.args.get("part"))
    return Response(drawn, mimetype="text/plain")  # never a page of its own, whatever somebody drew


@bp.get("/path.json")
@login_required
def path(case_id: int) -> Response:
    """The elements and lines by what became of them, under the names the viewer colours."""
    return jsonify(course.path(_then(case_id) if "at" in request.args else _view(case_id)))
