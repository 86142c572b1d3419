"""修复: the repairs within one's scope; a second person agrees or refuses here."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions
from engine.errors import Conflict, Invalid, SameHand
from engine.queries.audit.repairs import repair_list
from web import wiring
from web.audit.blueprint import bp, page
from web.language import in_language
from web.sessions import me


@bp.get("/repairs")
@login_required
def repairs() -> str:
    found, more = repair_list(wiring.look(), me(), request.args.get("below", type=int))
    wiring.on_record_each(me(), {one.number for one in found}, "opened", page="repairs")
    return page("audit/repairs.html", "audit.repairs", repairs=found, more=more)


def _decide(call: Callable[[Any], None], said: str) -> ResponseReturnValue:
    try:
        wiring.act(me().id, call)
    except (Conflict, SameHand) as error:
        flash(in_language(error.text), "danger")
    except Invalid as error:
        flash(in_language(next(iter(error.fields.values()))[0]), "danger")
    else:
        flash(said, "success")
    return redirect(url_for("audit.repairs"), 303)


@bp.post("/repairs/<int:repair_id>/approve")
@login_required
def approve_repair(repair_id: int) -> ResponseReturnValue:
    return _decide(lambda desk: actions.approve_repair(desk, repair_id), gettext("已同意,修复已执行。"))


@bp.post("/repairs/<int:repair_id>/refuse")
@login_required
def refuse_repair(repair_id: int) -> ResponseReturnValue:
    why = request.form.get("comment", "")
    return _decide(lambda desk: actions.refuse_repair(desk, repair_id, why), gettext("未同意,申请保持原样。"))


@bp.post("/repairs/<int:repair_id>/withdraw")
@login_required
def withdraw_repair(repair_id: int) -> ResponseReturnValue:
    return _decide(lambda desk: actions.withdraw_repair(desk, repair_id), gettext("修复请求已撤回。"))
