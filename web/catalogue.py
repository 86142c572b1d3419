"""发起: the procedures of the house, each with its clauses, and the page where a case begins."""

from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.actions.preview import Preview, preview
from engine.errors import Invalid, QianfaError
from engine.keeping import DEFAULT
from engine.queries import StartView, directory
from engine.queries.rules import cited as cited_rules
from engine.queries.rules import rules_of
from web import about, course, outlook, posted, wiring
from web.errors import KEPT
from web.security import limiter
from web.sessions import me, person_key
from web.shelf import Asked, cited, shelf
from web.uploads import keep

bp = Blueprint("catalogue", __name__)


@bp.get("/catalogue")
@login_required
def index() -> str:
    """What one may start, or all there is, narrowed by the address alone: it needs no script and can be sent on."""
    asked, found = Asked.of(request.args), queries.catalogue(wiring.look(), me())
    return render_template(
        "catalogue/index.html",
        asked=asked,
        shelf=shelf(found, asked),
        home=found.home,
        cited=cited,
        starter=partial(course.starter, names=found.names),
    )


@bp.get("/procedures/<slug>")
@login_required
def show(slug: str) -> str:
    """What a procedure is: its drawing, its clauses, what in it is ours, its rules."""
    found = queries.procedure(wiring.look(), me(), slug)
    return render_template("catalogue/show.html", keep_default=DEFAULT, **about.pages(wiring.look(), found))


@bp.get("/start/<slug>")
@login_required
def start(slug: str) -> ResponseReturnValue:
    view = _view(slug)
    field = view.version.manifest.get("draft_field")
    given = {field: request.args["draft"]} if field and "draft" in request.args else {}
    return _page(view, posted.sheet(view.form, view.draft | given))


def _view(slug: str) -> StartView:
    return queries.start_view(wiring.look(), me(), slug)


def _page(view: StartView, sheet: posted.Sheet, error: QianfaError | None = None) -> tuple[str, int]:
    page = render_template(
        "catalogue/start.html",
        entry=view.entry,
        ahead=course.ahead(view.ahead, view.version, queries.names(wiring.look())),
        basis=course.basis(view.version, view.step) if view.step else None,
        cites=cited_rules(rules_of(wiring.look(), view.version, wiring.now())),
        sheet=sheet,
        error=error,
        people=directory.colleagues(wiring.look(), me()) if sheet.asks_person() else [],
        proposals=queries.drafts_to_propose(wiring.look(), me()) if sheet.asks_draft() else [],
    )
    return page, error.status if error else 200


@bp.post("/start/<slug>")
@login_required
def submit(slug: str) -> ResponseReturnValue:
    view = _view(slug)
    sheet = posted.read(view.form, keep)
    if posted.is_only_rows():
        return _page(view, sheet)
    try:
        if sheet.errors:
            raise Invalid(sheet.errors)
        if "_draft" in request.form:
            draft = sheet.draft()
            wiring.act(me().id, lambda desk: actions.save_draft(desk, f"start:{slug}", draft))
            flash(gettext("草稿已保存。"), "success")
            return redirect(url_for("catalogue.start", slug=slug), 303)
        answers = sheet.answers()
        started = wiring.act(me().id, lambda desk: actions.start(desk, slug, answers), request.form.get("key"), answers)
    except KEPT as error:
        sheet.errors = error.fields
        return _page(_view(slug), sheet, error)
    flash(gettext("已提交,申请编号 %(number)s。", number=started["number"]), "success")
    return redirect(url_for("cases.show", case_id=started["case_id"]), 303)


@bp.post("/start/<slug>/check")
@login_required
@limiter.limit(outlook.CHECKS, key_func=person_key)
def check(slug: str) -> str:
    """The messages for what is typed so far and whom it would reach, as a fragment; nothing is kept.

    Empty questions are not nagged about.
    """
    view = _view(slug)
    sheet = posted.read(view.form, keep)
    answers = {}
    try:
        answers = sheet.answers()
        found = preview(outlook.desk(), view.version, view.form, answers)
    except Invalid as error:
        found = Preview(error.fields, {}, {})
    ways = outlook.of_start(slug, answers, found.wrong)
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


@bp.get("/procedures/<slug>/diagram.bpmn")
@login_required
def diagram(slug: str) -> Response:
    version = queries.procedure(wiring.look(), me(), slug).version
    return Response(queries.drawing(version, request.args.get("part")), mimetype="text/plain")
