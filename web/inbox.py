"""待办: the lists of what waits for me, what I did, started and was copied, and the page of one task."""

from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine.actions.preview import Preview, look_over, preview
from engine.errors import Invalid
from engine.queries import TaskView
from web import boxes, course, live, outlook, posted, task_page
from web.security import limiter
from web.sessions import person_key
from web.uploads import keep

bp = Blueprint("inbox", __name__)


@bp.get("/")
@login_required
def home() -> ResponseReturnValue:
    return redirect(url_for("inbox.todo"), 303)


@bp.get("/inbox", defaults={"box": "todo"}, endpoint="todo")
@bp.get("/inbox/<box>")
@login_required
def box(box: str) -> ResponseReturnValue:
    return boxes.page(box)


@bp.get("/tasks/<int:task_id>")
@login_required
def task(task_id: int) -> ResponseReturnValue:
    view = task_page.look(task_id)
    live.seen(view.case_id)
    boxes.see(view)
    return task_page.show(view, posted.sheet(view.form, task_page.answers_so_far(view)))


@bp.post("/tasks/<int:task_id>/check")
@login_required
@limiter.limit(outlook.CHECKS, key_func=person_key)
def check(task_id: int) -> str:
    """What is wrong with what is typed so far and whom each decision would reach, as a fragment; nothing is kept."""
    view = task_page.look(task_id)
    sheet = posted.read(view.form, keep)
    answers: dict[str, Any] = {}
    try:
        answers = sheet.answers()
        found = _preview(view, answers)
    except Invalid as error:
        found = Preview(error.fields, {}, {})
    ways = outlook.of_task(view, answers, found.wrong) if "decide" in view.allowed else []
    sheet.errors = {place: texts for place, texts in found.wrong.items() if sheet.is_touched(place)}
    sheet.remarks = {place: texts for place, texts in found.remarks.items() if sheet.is_touched(place)}
    return render_template(
        "catalogue/check.html",
        sheet=sheet,
        counts=found.counts,
        ways=ways,
        missing=outlook.missing(ways, sheet),
        step=partial(course.step, view.version),
    )


def _preview(view: TaskView, answers: dict[str, Any]) -> Preview:
    """A submission is looked over by the rules; of a decision only what stands beside it is."""
    if view.kind == "submit":
        return preview(task_page.desk(), view.version, view.form, answers, view.case_id)
    options = view.form.decision_options if view.form else ()
    given = answers | ({"decision": options[0].value} if options else {})
    return look_over(task_page.desk(), view.form, given, view.case_id)
