"""What a list does beside showing lines: news, a preview in place, approving together, and kept views."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import BadInput, Invalid, NotFound
from web import boxes, content, posted, wiring
from web.errors import is_fragment
from web.language import in_language
from web.sessions import me

bp = Blueprint("lists", __name__)
NEWS = 20  # new lines that are counted


@bp.get("/inbox/<box>/news")
@login_required
def news(box: str) -> str:
    """What changed in a list that stands open: how many lines are new, and which of those shown are still there."""
    if box not in queries.BOXES:
        raise NotFound()
    query = queries.address(request.args.to_dict())
    known = {one for one in request.args.get("known", "").split(",") if one.isdigit()}
    page = queries.inbox(wiring.look(), me(), boxes.asked(box, query))
    fresh = [item for item in page.items if str(item.task_id or item.case_id) not in known]
    return render_template("inbox/news.html", page=page, fresh=len(fresh), most=NEWS, href=boxes.place_of(box, query))


@bp.post("/tasks/<int:task_id>/preview")
@login_required
def preview(task_id: int) -> ResponseReturnValue:
    """The content of a task, unfolded in the list; without htmx its own page."""
    view = queries.task_view(wiring.look(), me(), task_id, wiring.now())
    if not is_fragment():
        return redirect(url_for("inbox.task", task_id=task_id), 303)
    boxes.see(view)
    wiring.on_record(me(), view.case_id, "opened", page="preview", revision=view.content_no)
    shown = content.content(wiring.look(), view.version, view.content, view.content_no)
    return render_template("inbox/preview.html", task=view, content=shown)


@bp.post("/inbox/approve")
@login_required
def approve() -> ResponseReturnValue:
    """Approve what was ticked, one after the other, with one line of result for each."""
    ticked = [_task(text) for text in request.form.getlist("task")]
    comment, there = request.form.get("comment", "").strip(), wiring.house()
    wiring.close_look()
    results = actions.approve_batch(
        there.engine, there.office, me().id, ticked, comment, now=wiring.now(), key=request.form.get("key")
    )
    template = "inbox/results.html" if is_fragment() else "inbox/approved.html"
    return render_template(template, results=list(results), titles=_titles())


def _titles() -> dict[int, str]:
    """What the list called each task, to be said again beside its result."""
    named = (text.partition(":") for text in request.form.getlist("title"))
    return {int(number): title for number, _, title in named if number.isdecimal() and len(number) < 19}


def _task(text: str) -> tuple[int, int]:
    """A tick says which task, and the revision that was shown."""
    number, _, revision = text.partition(":")
    if not revision:
        raise BadInput(posted.NO_REVISION)
    if not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in (number, revision)):
        raise BadInput()
    return int(number), int(revision)


@bp.get("/views/side")
@login_required
def side() -> str:
    """The person's views for the column on the left, each with how much is in it."""
    return render_template(
        "inbox/side.html", views=queries.views(wiring.look(), me(), wiring.now()), place_of=boxes.place_of
    )


@bp.get("/views")
@login_required
def views() -> str:
    kept = queries.views(wiring.look(), me(), wiring.now(), most=100)
    return render_template("inbox/views.html", views=kept, place_of=boxes.place_of)


@bp.post("/views")
@login_required
def keep() -> ResponseReturnValue:
    box, name, shared = (request.form.get(key, "").strip() for key in ("box", "name", "shared"))
    query = {key[2:]: text for key, text in request.form.items() if key.startswith("q.")}
    known = box in (*queries.BOXES, queries.AUDIT)
    back = boxes.place_of(box, queries.address(query)) if known else url_for("inbox.todo")
    try:
        wiring.act(me().id, lambda desk: actions.keep_view(desk, box, name, query, shared))
        flash(gettext("视图「%(name)s」已保存。", name=name), "success")
    except Invalid as error:
        flash(in_language(next(iter(error.fields.values()))[0]), "danger")
    return redirect(back, 303)


@bp.post("/views/<int:view_id>/delete")
@login_required
def delete(view_id: int) -> ResponseReturnValue:
    wiring.act(me().id, lambda desk: actions.drop_view(desk, view_id))
    flash(gettext("视图已删除。"), "success")
    return redirect(url_for("lists.views"), 303)
