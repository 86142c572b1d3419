"""我的代理: who stands in for me and for whom I do, and what was done so."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import Conflict, Invalid, QianfaError
from engine.queries import directory
from engine.sheets import csv_bytes
from engine.text import Text
from web import times, wiring
from web.language import ZONE, in_language
from web.sessions import me

bp = Blueprint("stand_ins", __name__, url_prefix="/stand-ins")
VERBS = {
    "decide": Text("办理", "decided"),
    "submit": Text("提交", "submitted"),
    "claim": Text("认领", "claimed"),
    "put_back": Text("退还", "put back"),
    "return": Text("退回", "returned"),
    "transfer": Text("转办", "transferred"),
    "delegate": Text("委派", "delegated"),
    "sign_before": Text("前加签", "asked to sign before"),
    "sign_after": Text("后加签", "asked to sign after"),
    "unask": Text("减签", "removed a signer"),
    "override": Text("批准例外", "allowed an exception"),
}
COLUMNS = (
    Text("时间", "time"),
    Text("办理人", "acted"),
    Text("被代理人", "for"),
    Text("操作", "action"),
    Text("申请编号", "case"),
    Text("标题", "title"),
    Text("步骤", "step"),
    Text("意见", "comment"),
)
DECISIONS = {
    "approve": Text("同意", "approved"),
    "return": Text("退回", "returned"),
    "reject": Text("拒绝", "rejected"),
}


@bp.get("")
@login_required
def index() -> str:
    return _page(None)[0]


def _page(error: QianfaError | None) -> tuple[str, int]:
    conn, now = wiring.look(), wiring.now()
    since, until = _span()
    page = render_template(
        "stand_ins/index.html",
        error=error,
        rules=queries.stand_in_rules(conn, me().id, now),
        people=directory.colleagues(conn, me()),
        procedures=queries.entries(conn, me()),
        chosen=request.form.getlist("procedures"),
        report=_report(),
        since=since,
        until=until,
        soon=f"{now.astimezone(ZONE):%Y-%m-%dT%H:%M}",
    )
    return page, error.status if error else 200


def _span() -> tuple[Any, Any]:
    """The days the report is asked for: without a wish the last ninety."""
    today = wiring.now().astimezone(ZONE).date()
    until = times.day_in(request.args.get("until", ""), today)
    return times.day_in(request.args.get("since", ""), today - timedelta(days=90)), until


def _report() -> list[dict[str, Any]]:
    since, until = _span()
    rows = queries.stand_in_report(wiring.look(), me(), me().id, times.starts(since), times.after(until))
    return [{**row, "said": _said(row)} for row in rows]


def _said(row: dict[str, Any]) -> Text:
    decided = DECISIONS.get(row["decision"] or "") if row["verb"] == "decide" else None
    return decided or VERBS.get(row["verb"]) or Text(row["verb"], row["verb"])


@bp.get("/report.csv")
@login_required
def report() -> Response:
    """Everything in those days, for office programs."""
    rows = [
        (
            times.local(row["at"]),
            row["actor"],
            row["absent"],
            in_language(row["said"]),
            row["number"],
            row["title"],
            row["step"],
            row["comment"],
        )
        for row in _report()
    ]
    since, until = _span()
    return times.table(csv_bytes([[in_language(one) for one in COLUMNS], *rows]), f"stand-ins-{since}-{until}.csv")


@bp.post("")
@login_required
def appoint() -> ResponseReturnValue:
    form = request.form
    try:
        since = times.moment_in("since", form.get("since", ""))
        until = times.moment_in("until", form.get("until", ""))
        slugs = form.getlist("procedures") if form.get("scope") == "chosen" else []
        if form.get("scope") == "chosen" and not slugs:
            raise Invalid({"procedures": [NONE_CHOSEN]})
        to, reason = form.get("to", ""), form.get("reason", "")
        wiring.act(me().id, lambda desk: actions.appoint_stand_in(desk, to, since, until, slugs, reason))
    except QianfaError as error:
        return _page(error)
    flash(gettext("代理已设定,对方会收到消息。"), "success")
    return redirect(url_for("stand_ins.index"), 303)


NONE_CHOSEN = Text("请选择至少一个流程。", "Choose at least one procedure.")


@bp.post("/<int:rule_id>/end")
@login_required
def end(rule_id: int) -> ResponseReturnValue:
    try:
        wiring.act(me().id, lambda desk: actions.end_stand_in(desk, rule_id))
    except Conflict as error:
        flash(in_language(error.text), "danger")
    else:
        flash(gettext("代理已结束。"), "success")
    return redirect(url_for("stand_ins.index"), 303)
