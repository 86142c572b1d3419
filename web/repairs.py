"""修复: ask for a stuck case to be mended by hand; a second person decides in the list of repairs."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions
from engine.errors import QianfaError
from engine.procedures.forms import Form
from engine.procedures.repairs import KINDS, MENDS, only
from engine.queries.repair import RepairView, repair_view
from web import posted, wiring
from web.errors import KEPT
from web.sessions import me

bp = Blueprint("repairs", __name__, url_prefix="/cases/<int:case_id>/repair")


@bp.get("")
@login_required
def ask(case_id: int) -> ResponseReturnValue:
    return _page(case_id)


def _page(case_id: int, error: QianfaError | None = None) -> tuple[str, int]:
    view = repair_view(wiring.look(), me(), case_id, wiring.now())
    kind = request.values.get("kind", "move")
    target = request.values.get("target", "")
    form = _form(view, target) if kind == "change" else None
    sheet = posted.sheet(form, {target: view.data.get(target)} if form else None)
    if form:
        wiring.on_record(me(), case_id, "opened", page="repair", field=target)
    if error is not None:
        sheet.errors = error.fields
    page = render_template(
        "cases/repair.html",
        case=view,
        kinds={name: KINDS[name] for name in MENDS},
        kind=kind if kind in MENDS else "move",
        target=target,
        sheet=sheet,
        error=error,
        typed=posted.typed() or {},
    )
    return page, error.status if error else 200


def _form(view: RepairView, target: str) -> Form | None:
    """The one question that was chosen, if it may be changed at all."""
    return only(view.version, target) if target in {field.key for field in view.fields} else None


@bp.post("")
@login_required
def send(case_id: int) -> ResponseReturnValue:
    asked = request.form
    token, _, place = asked.get("place", "").partition("|")
    kind, target = asked.get("kind", ""), asked.get("target", "") or place
    try:
        value = _value(case_id, target) if kind == "change" else None
        wish = actions.Wish(kind, token, target, value)
        revision = posted.revision_read()
        request_told = {**asked.to_dict(), "case": case_id}
        number = wiring.act(
            me().id,
            lambda desk: actions.ask_repair(desk, case_id, wish, asked.get("reason", ""), revision),
            asked.get("key"),
            request_told,
        )
    except KEPT as error:
        return _page(case_id, error)
    flash(gettext("已提出,等第二人同意。"), "success")
    return redirect(url_for("audit.repairs", _anchor=f"repair-{number}"), 303)


def _value(case_id: int, target: str) -> Any:
    view = repair_view(wiring.look(), me(), case_id, wiring.now())
    form = _form(view, target)
    if form is None:
        return request.form.get("value")  # the action says why it cannot be changed
    return form.from_html([(target, text) for text in request.form.getlist(target)]).get(target)
