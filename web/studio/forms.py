"""表单 of a draft: fields beside what staff will see, who may fill in which, and where each is used."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import BadInput, QianfaError
from engine.queries.draft_forms import FormDrawing
from web import posted, wiring
from web.sessions import me
from web.studio.blueprint import bp, draft_of, page
from web.studio.field_sheet import told

HERE = "studio.forms"
FORM = "studio.form"


@bp.get("/<int:draft_id>/forms")
@login_required
def forms(draft_id: int) -> ResponseReturnValue:
    return _shown(draft_id, "")


@bp.post("/<int:draft_id>/forms")
@login_required
def change_forms(draft_id: int) -> ResponseReturnValue:
    """Make, copy or delete a form."""
    asked, revision = request.form.get("do", ""), _revision()
    name, like = request.form.get("name", "").strip(), request.form.get("like", "")
    if asked == "delete":
        return _act(
            draft_id, "", lambda desk: actions.delete_form(desk, draft_id, revision, name), gettext("表单已删除。")
        )
    made = gettext("表单已建立。")
    return _act(draft_id, name, lambda desk: actions.new_form(desk, draft_id, revision, name, like), made, back=like)


@bp.get("/<int:draft_id>/forms/<name>")
@login_required
def form(draft_id: int, name: str) -> ResponseReturnValue:
    return _shown(draft_id, name)


@bp.post("/<int:draft_id>/forms/<name>")
@login_required
def change_form(draft_id: int, name: str) -> ResponseReturnValue:
    """One change of one form: a field added, changed, moved or removed, or what a step may do with the fields."""
    asked, place, revision = request.form.get("do", ""), request.form.get("place", ""), _revision()
    sure = "sure" in request.form
    kind, label, key, inside = (request.form.get(one, "") for one in ("kind", "label", "key", "inside"))
    limits = {one.removeprefix("limit."): said for one, said in request.form.items() if one.startswith("limit.")}
    step = request.form.get("step", "")
    acts: dict[str, Callable[[Any], int]] = {
        "add": lambda desk: actions.add_field(desk, draft_id, revision, name, kind, label, key, inside),
        "up": lambda desk: actions.move_field(desk, draft_id, revision, name, place, -1),
        "down": lambda desk: actions.move_field(desk, draft_id, revision, name, place, 1),
        "remove": lambda desk: actions.remove_field(desk, draft_id, revision, name, place, sure),
        "change": lambda desk: actions.change_field(desk, draft_id, revision, name, place, told(request.form), sure),
        "limit": lambda desk: actions.limit_fields(desk, draft_id, revision, name, step, limits),
    }
    if asked not in acts:
        raise BadInput()
    return _act(draft_id, name, acts[asked], gettext("已保存到草稿。"))


@bp.post("/<int:draft_id>/forms/<name>/preview")
@login_required
def preview_form(draft_id: int, name: str) -> str:
    """What staff would see with the change that is being typed; nothing is kept."""
    found = queries.draft_form(draft_of(draft_id), name)
    drawn = found.tried(request.form["place"], told(request.form)) if "place" in request.form else found
    return render_template("studio/form_preview.html", drawn=drawn, sheet=posted.read(drawn.form, _no_file))


def _no_file(_: Any) -> dict[str, Any]:
    raise BadInput()


def _act(draft_id: int, name: str, act: Callable[[Any], int], said: str, back: str = "") -> ResponseReturnValue:
    try:
        wiring.act(me().id, act)
    except QianfaError as error:
        if error.status in (403, 404):
            raise
        return _shown(draft_id, back or name, error)
    flash(said, "success")
    if not name:
        return redirect(url_for(HERE, draft_id=draft_id), 303)
    return redirect(url_for(FORM, draft_id=draft_id, name=name), 303)


def _shown(draft_id: int, name: str, error: QianfaError | None = None) -> ResponseReturnValue:
    """The page of one form, of the first where none is named; after a refusal with what was typed."""
    view = draft_of(draft_id)
    drawings, problem = queries.draft_forms(view)
    if name and name not in drawings and error is None:
        queries.draft_form(view, name)  # NotFound, or why nothing can be read
    drawn = drawings.get(name) or next(iter(drawings.values()), None)
    typed = request.form if error else None
    place = (typed or request.args).get("place", "") if drawn else ""
    shown = page(
        "studio/forms.html",
        view,
        HERE,
        forms=drawings,
        drawn=drawn,
        problem_text=problem,
        error=error,
        revision=view.revision,
        chosen=place,
        detail=_detail(drawn, place, typed),
        typed=typed or {},
        sheet=posted.Sheet(drawn.form) if drawn else None,
    )
    return shown, error.status if error else 200


def _detail(drawn: FormDrawing | None, place: str, typed: Any) -> Any:
    """The field that is open for change; after another act none is."""
    if drawn is None or place not in drawn.places or (typed is not None and typed.get("do") != "change"):
        return None
    return drawn.opened(place, told(typed) if typed is not None else None)


def _revision() -> int:
    found = request.form.get("revision", type=int)
    if found is None:
        raise BadInput()
    return found
