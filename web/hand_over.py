"""离职转办: whose tasks one may give on, a preview, task by task with its result, and the way back."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.actions.hand_over import WHO
from engine.desk import Desk
from engine.errors import Conflict, Invalid, QianfaError
from engine.policy import may_in_house
from engine.queries import directory
from engine.sheets import csv_bytes
from engine.text import Text
from web import times, wiring
from web.language import in_language
from web.sessions import me

bp = Blueprint("hand_over", __name__, url_prefix="/hand-over")
MOST = 500  # tasks of one press
COLUMNS = tuple(
    Text(*both)
    for both in (
        ("申请编号", "case"),
        ("标题", "title"),
        ("步骤", "step"),
        ("接收人", "receiver"),
        ("结果", "result"),
        ("原因", "why"),
    )
)
RESULTS = {
    "moved": Text("已转办", "moved"),
    "refused": Text("未转", "not moved"),
    "undone": Text("已退回", "given back"),
    "vacant": Text("无人可办", "nobody's"),
    "ready": Text("可以转", "may be moved"),
}


@bp.get("")
@login_required
def index() -> str:
    search = request.args.get("search", "").strip()[:60]
    return render_template(
        "hand_over/index.html", people=queries.movable_people(wiring.look(), me(), search), search=search
    )


@bp.get("/<int:giver_id>")
@login_required
def preview(giver_id: int) -> ResponseReturnValue:
    if "csv" in request.args:
        return _preview_table(giver_id)
    return _page(giver_id, None)


def _page(giver_id: int, error: QianfaError | None) -> tuple[str, int]:
    conn = wiring.look()
    keeps = may_in_house(me().roles, "manage_people")
    giver = queries.giver_of(conn, me(), giver_id)
    page = render_template(
        "hand_over/preview.html",
        giver=giver,
        to=_asked("to"),
        comment=_comment(),
        rows=_previewed(giver_id),
        taken=set(request.form.getlist("task")),
        people=[one for one in directory.colleagues(conn, me()) if one.login != giver["login"]],
        person=queries.one_person(conn, me(), giver_id, wiring.now()) if keeps else None,
        batches=queries.batches_of(conn, giver_id),
        batch=uuid4().hex,
        error=error,
    )
    return page, error.status if error else 200


def _asked(name: str) -> str:
    return request.values.get(name, "").strip()[:60]


def _comment() -> str:
    return request.values.get("comment", "").strip()


def _receivers() -> dict[int, str]:
    """Who is to receive single tasks, as typed into their lines."""
    typed = ((name.removeprefix("to-"), text.strip()[:60]) for name, text in request.values.items())
    return {int(number): text for number, text in typed if number.isdecimal() and len(number) < 19 and text}


def _previewed(giver_id: int) -> list[actions.Preview]:
    desk = Desk(wiring.look(), me(), wiring.now(), wiring.house().office)
    return actions.preview_moves(desk, giver_id, _receivers(), _asked("to"))


def _preview_table(giver_id: int) -> Response:
    rows = [
        (one.number, one.title, one.step, one.login, _told("refused" if one.why else "ready"), in_language(one.why))
        for one in _previewed(giver_id)
    ]
    return _table(rows, f"hand-over-{giver_id}.csv")


def _table(rows: list[Any], name: str) -> Response:
    return times.table(csv_bytes([[in_language(one) for one in COLUMNS], *rows]), name)


def _told(result: str) -> str:
    return in_language(RESULTS[result])


@bp.post("/<int:giver_id>")
@login_required
def move(giver_id: int) -> ResponseReturnValue:
    """Each chosen task in a transaction of its own; a second press of the same page changes nothing."""
    chosen = [int(one) for one in request.form.getlist("task")[:MOST] if one.isdecimal() and len(one) < 19]
    batch = _asked("batch")
    receivers, to = _receivers(), _asked("to")
    try:
        if not chosen:
            raise Invalid({"task": [NONE]})
        if not batch or not all(receivers.get(task_id) or to for task_id in chosen):
            raise Invalid({"to": [WHO]})
        for task_id in chosen:
            _move_one(giver_id, task_id, receivers.get(task_id) or to, batch, _comment())
    except Invalid as error:
        return _page(giver_id, error)
    wiring.act(me().id, lambda desk: actions.tell_receivers(desk, giver_id, batch), f"told-{batch}")
    return redirect(url_for("hand_over.done", batch=batch), 303)


NONE = Text("请选择要转的待办。", "Choose the tasks to move.")


def _move_one(giver_id: int, task_id: int, to: str, batch: str, comment: str) -> None:
    try:
        wiring.act(me().id, lambda desk: actions.hand_over(desk, giver_id, task_id, to, batch, comment))
    except Conflict as error:  # a lost race: the row stays with its holder, the others go on
        flash(in_language(error.text), "danger")


@bp.get("/done/<batch>")
@login_required
def done(batch: str) -> ResponseReturnValue:
    moves = queries.move_list(wiring.look(), me(), batch)
    if "csv" in request.args:
        return _table(list(_results(moves)), f"hand-over-{batch[:8]}.csv")
    return render_template("hand_over/done.html", moves=moves, batch=batch, results=RESULTS)


def _results(moves: dict[str, Any]) -> Iterator[Any]:
    for one in moves["items"]:
        result = "undone" if one["undone_at"] else one["result"]
        yield one["number"], one["title"], one["step"], one["receiver"], _told(result), in_language(one["why"])


@bp.post("/done/<batch>/undo")
@login_required
def undo(batch: str) -> ResponseReturnValue:
    moves = queries.move_list(wiring.look(), me(), batch)
    back = [_back(one["id"]) for one in moves["items"] if one["result"] == "moved" and not one["undone_at"]]
    flash(gettext("已退回 %(n)s 项。", n=back.count("undone")), "success")
    return redirect(url_for("hand_over.done", batch=batch), 303)


def _back(move_id: int) -> str:
    try:
        result: str = wiring.act(me().id, lambda desk: actions.hand_back(desk, move_id))["result"]
    except Conflict:
        return "moved"
    return result
