"""演练: the stories of a draft: kept from a try or out of a case, lived all together, and which flows they take."""

from typing import Any

from flask import Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions
from engine.actions.publish import Unfit
from engine.errors import BadInput, Conflict, Invalid, NotFound, QianfaError
from engine.procedures.package import BadPackage
from engine.queries import DraftView
from engine.queries.ended import case_of_number, cases_for_stories
from engine.walks.from_case import story_of_case
from engine.walks.telling import expected, with_story
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp, draft_of, page
from web.studio.trying import desk, room, story_so_far

HERE = "studio.stories"
WALKS = "walks.json"


@bp.get("/<int:draft_id>/stories")
@login_required
def stories(draft_id: int) -> ResponseReturnValue:
    return _page(draft_of(draft_id))


def _page(draft: DraftView, error: QianfaError | None = None) -> ResponseReturnValue:
    lived = _lived(draft)
    walks = draft.json(WALKS, [])
    listed = walks if isinstance(walks, list) else []
    told = [one for one in listed if isinstance(one, dict) and isinstance(one.get("id"), str) and one["id"]]
    shown = page(
        "studio/stories.html",
        draft,
        HERE,
        error=error,
        walks=told,
        lived=lived,
        failures={one["walk"]: one["failure"] for one in lived.get("outcomes", [])},
        cases=cases_for_stories(wiring.look(), me(), draft.slug),
    )
    return shown, error.status if error else 200


def _lived(draft: DraftView) -> dict[str, Any]:
    """How the stories of this revision went; nothing where they were not lived since it was saved."""
    kept = actions.kept_for_draft(desk(), draft.id, "lived")
    return kept if kept.get("revision") == draft.revision else {}


@bp.post("/<int:draft_id>/stories/run")
@login_required
def live_stories(draft_id: int) -> ResponseReturnValue:
    draft = draft_of(draft_id)
    try:
        lived = room.live(wiring.look(), draft)
    except (Unfit, BadPackage) as error:
        return page("studio/unfit.html", draft, HERE, error=error)
    except BadInput as error:
        return _page(draft, error)
    kept = {"revision": draft.revision, "at": wiring.now().isoformat(), **lived.plain}
    wiring.act(me().id, lambda at: actions.keep_lived(at, draft_id, kept))
    return redirect(url_for(HERE, draft_id=draft_id), 303)


@bp.post("/<int:draft_id>/stories")
@login_required
def save_story(draft_id: int) -> ResponseReturnValue:
    """The try as it stands becomes a story."""
    draft, story = draft_of(draft_id), story_so_far(draft_id)
    try:
        tried = room.try_story(wiring.look(), draft, story)
        _save(draft, expected(story, tried))
    except (BadInput, Invalid, Conflict) as error:
        return _page(draft, error)
    flash(gettext("已存为演练。"), "success")
    return redirect(url_for(HERE, draft_id=draft_id), 303)


@bp.post("/<int:draft_id>/stories/from-case")
@login_required
def story_of(draft_id: int) -> ResponseReturnValue:
    """What happened in a case becomes a story."""
    draft, number = draft_of(draft_id), request.form.get("number", "").strip()
    try:
        case_id = case_of_number(wiring.look(), draft.slug, number)
        told = story_of_case(wiring.look(), me(), case_id, wiring.now())
        wiring.on_record(me(), case_id, "opened", page="story")
        _save(draft, told, number)
    except (BadInput, Invalid, Conflict, NotFound) as error:
        return _page(draft, error)
    flash(gettext("申请 %(number)s 已改写成演练。", number=number), "success")
    return redirect(url_for(HERE, draft_id=draft_id), 303)


def _save(draft: DraftView, story: dict[str, Any], title: str = "") -> None:
    walks = with_story(draft.files.get(WALKS), story, request.form.get("title", "") or title)
    wiring.act(me().id, lambda at: actions.save_procedure_draft(at, draft.id, draft.revision, {WALKS: walks}))


@bp.get("/<int:draft_id>/coverage.json")
@login_required
def coverage(draft_id: int) -> Response:
    """What the stories took, for the drawing."""
    lived = _lived(draft_of(draft_id))
    taken = set(lived.get("taken", []))
    drawn = {flow for flows in lived.get("drawn", {}).values() for flow in flows}
    return jsonify(done=sorted(taken & drawn), missed=sorted(drawn - taken))
