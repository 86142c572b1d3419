"""向导: choose what kind of procedure it is, answer a few questions, and begin with a draft that passes the checks."""

import re

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions
from engine.errors import Conflict, Invalid, NotFound, QianfaError
from engine.policy import check_house
from engine.procedures.company import Unit, load_company
from engine.procedures.manifest import LONGEST_SLUG
from engine.procedures.wizard import FAMILIES, MOST_REVIEWS, Answers, Posts
from engine.procedures.wizard.posts import APPLICANT, OWN_HEAD
from engine.queries.gallery import free_slug
from engine.text import Text
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp

NO_REVIEW = ""


@bp.get("/new")
@login_required
def new() -> str:
    """The fourteen families."""
    check_house(me().roles, "publish")
    return render_template("studio/new.html", families=FAMILIES.values())


@bp.get("/new/<family>")
@login_required
def wizard(family: str) -> ResponseReturnValue:
    check_house(me().roles, "publish")
    return _page(family)


@bp.post("/new/<family>")
@login_required
def begin(family: str) -> ResponseReturnValue:
    check_house(me().roles, "publish")
    answers = _answers(family)
    try:
        draft_id = wiring.act(me().id, lambda desk: actions.begin_by_wizard(desk, answers))
    except (Invalid, Conflict) as error:
        return _page(family, error)
    flash(gettext("流程草稿已做好:检查没有问题,演练也写好了。下一步看一看流程图。"), "success")
    return redirect(url_for("studio.diagram", draft_id=draft_id), 303)


@bp.get("/blank")
@login_required
def blank() -> ResponseReturnValue:
    """An empty page, for who would rather draw."""
    check_house(me().roles, "publish")
    return _blank()


@bp.post("/blank")
@login_required
def begin_blank() -> ResponseReturnValue:
    told = {name: value.strip() for name, value in request.form.items()}
    title = Text(told.get("title", ""), told.get("title_en", "") or told.get("title", ""))
    slug = told.get("slug", "") or _suggested("procedure", told.get("title_en", ""))
    chosen = [told.get(name, "") for name in ("organisation", "owner", "starter")]
    try:
        draft_id = wiring.act(me().id, lambda desk: actions.begin_blank(desk, slug, title, *chosen))
    except (Invalid, Conflict) as error:
        return _blank(error)
    return redirect(url_for("studio.diagram", draft_id=draft_id), 303)


def _blank(error: QianfaError | None = None) -> tuple[str, int]:
    tops, organisation, posts = _house()
    page = render_template(
        "studio/blank.html",
        organisations=tops,
        organisation=organisation,
        posts=posts,
        told=request.form,
        slug=free_slug(wiring.look(), "procedure"),
        error=error,
    )
    return page, error.status if error else 200


def _house() -> tuple[list[Unit], str, Posts]:
    """The organisations, the one that is asked for, and its posts."""
    company = load_company()
    tops = [unit for unit in company.units if unit.parent is None]
    asked = request.values.get("organisation", "")
    organisation = next((unit.code for unit in tops if unit.code == asked), tops[0].code)
    return tops, organisation, Posts(company, organisation)


def _page(family: str, error: QianfaError | None = None) -> tuple[str, int]:
    """The questions, with what was answered."""
    if family not in FAMILIES:
        raise NotFound()
    tops, organisation, posts = _house()
    page = render_template(
        "studio/wizard.html",
        family=FAMILIES[family],
        organisations=tops,
        organisation=organisation,
        posts=posts,
        reviews=range(1, MOST_REVIEWS + 1),
        own_head=OWN_HEAD,
        applicant=APPLICANT,
        approver=posts.top_post(),
        told=request.form,
        slug=free_slug(wiring.look(), FAMILIES[family].word),
        error=error,
    )
    return page, error.status if error else 200


def _answers(family: str) -> Answers:
    """What the form says; a code that is left empty is made of the English name, else of the kind."""
    if family not in FAMILIES:
        raise NotFound()
    told = {name: value.strip() for name, value in request.form.items()}
    title = Text(told.get("title", ""), told.get("title_en", "") or told.get("title", ""))
    reviewers = [told.get(f"reviewer-{number}", NO_REVIEW) for number in range(1, MOST_REVIEWS + 1)]
    return Answers(
        family=family,
        slug=told.get("slug", "") or _suggested(FAMILIES[family].word, told.get("title_en", "")),
        title=title,
        organisation=told.get("organisation", ""),
        owner=told.get("owner", ""),
        starter=told.get("starter", ""),
        reviewers=tuple(one for one in reviewers if one != NO_REVIEW),
        approver=told.get("approver", ""),
        doer=told.get("doer", ""),
        review_days=request.form.get("review_days", 0, type=int),
        carry_days=request.form.get("carry_days", 0, type=int),
    )


def _suggested(word: str, english: str) -> str:
    words = "-".join(re.findall(r"[a-z0-9]+", english.casefold()))[: LONGEST_SLUG - 4].strip("-")
    usable = words if words[:1].isalpha() else word
    return free_slug(wiring.look(), usable)
