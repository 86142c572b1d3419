"""试运行: walk a draft with stand-in people, real rules and a clock that moves."""

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine import actions, queries
from engine.actions.publish import Unfit
from engine.desk import Desk
from engine.errors import BadInput, Invalid, NotFound, QianfaError
from engine.procedures.forms import Form
from engine.procedures.outlook import nodes_of
from engine.procedures.package import BadPackage
from engine.queries import DraftView
from engine.queries.catalogue import first_step
from engine.walks.room import Room
from engine.walks.trying import Open, Tried
from web import course, posted, wiring
from web.sessions import me
from web.studio import samples
from web.studio.blueprint import bp, draft_of, page, plain

HERE = "studio.try_"
room = Room()
Story = dict[str, Any]


@bp.get("/<int:draft_id>/try")
@login_required
def try_(draft_id: int) -> ResponseReturnValue:
    draft, story = draft_of(draft_id), story_so_far(draft_id)
    try:
        tried = room.try_story(wiring.look(), draft, story)
    except (Unfit, BadPackage) as error:
        return page("studio/unfit.html", draft, HERE, error=error)
    return _page(draft, story, tried, tried.refused)


def story_so_far(draft_id: int) -> Story:
    """What was kept of the try; a new one begins now."""
    kept = actions.kept_for_draft(desk(), draft_id, "try")
    return kept or {"at": wiring.now().replace(second=0, microsecond=0).isoformat()}


def desk() -> Desk:
    return Desk(wiring.look(), me(), wiring.now(), wiring.house().office)


@bp.post("/<int:draft_id>/try")
@login_required
def step(draft_id: int) -> ResponseReturnValue:
    """Start, or do an open step, as somebody; what is refused is not kept."""
    draft, story = draft_of(draft_id), story_so_far(draft_id)
    before = room.try_story(wiring.look(), draft, story)
    chosen = _chosen(before, request.form.get("_step", ""))
    form = _form(before, chosen)
    sheet = posted.read(form, _no_upload)
    if posted.is_only_rows():
        return _page(draft, story, before, None, sheet, chosen)
    try:
        answers = sheet.answers() | samples.posted_samples(form)
        tried = _go(draft, story, before, chosen, answers)
    except Invalid as error:
        sheet.errors = error.fields
        return _page(draft, story, before, error, sheet, chosen)
    if tried is None:
        return _back(draft_id)
    assert tried.refused is not None
    sheet.errors = tried.refused.fields
    return _page(draft, story, before, tried.refused, sheet, chosen)


def _no_upload(_file: Any) -> dict[str, Any]:
    raise BadInput()


def _go(draft: DraftView, story: Story, before: Tried, chosen: Open | None, answers: Story) -> Tried | None:
    """The story with one step more, kept where it went through; else how it was refused."""
    login = request.form.get("_as", "")
    if before.view is None:
        longer = {**story, "applicant": login, "start": answers, "steps": []}
    elif chosen is None:
        raise NotFound()
    else:
        longer = _longer(story, {"task": chosen.step, "as": login, "answers": answers})
    return keep_if_lived(draft, story, longer)


def _longer(story: Story, *steps: Story) -> Story:
    return {**story, "steps": [*story.get("steps", []), *steps]}


def keep_if_lived(draft: DraftView, story: Story, longer: Story) -> Tried | None:
    """None where the longer story went through and was kept; else the try that was refused."""
    tried = room.try_story(wiring.look(), draft, longer)
    if tried.refused is not None:
        return tried
    _keep(draft.id, longer, story)
    return None


def _keep(draft_id: int, story: Story | None, seen: Story) -> None:
    known = len(seen.get("steps", []))
    posted_count = request.form.get("_seen", "")
    if posted_count.isdecimal():
        known = int(posted_count[:4])
    wiring.act(me().id, lambda at: actions.keep_try(at, draft_id, story, known))


def _back(draft_id: int) -> ResponseReturnValue:
    return redirect(url_for(HERE, draft_id=draft_id), 303)


@bp.post("/<int:draft_id>/try/move")
@login_required
def move(draft_id: int) -> ResponseReturnValue:
    """Let time pass, leave a post vacant, withdraw, take the last step back, or begin anew."""
    draft, story = draft_of(draft_id), story_so_far(draft_id)
    way = request.form.get("move", "")
    if way == "anew":
        _keep(draft_id, None, story)
    elif way == "undo":
        _keep(draft_id, _shorter(story), story)
    else:
        before = room.try_story(wiring.look(), draft, story)
        tried = keep_if_lived(draft, story, _longer(story, _moved(before, story, way)))
        if tried is not None:
            return _page(draft, story, before, tried.refused)
    return _back(draft_id)


def _shorter(story: Story) -> Story | None:
    """Without its last step; the start is one."""
    steps = story.get("steps", [])
    return {**story, "steps": steps[:-1]} if steps else None


def _moved(before: Tried, story: Story, way: str) -> Story:
    if way == "hour":
        return {"clock": (before.now + timedelta(hours=1)).isoformat()}
    if way == "day":
        return {"clock": (before.next_day or before.now + timedelta(days=1)).isoformat()}
    if way == "timer" and before.next_due is not None:
        return {"clock": before.next_due.isoformat()}
    if way == "withdraw" and story.get("applicant"):
        return {"withdraw": True, "as": story["applicant"]}
    if way in ("vacate", "appoint"):
        role, _, unit = request.form.get("post", "").partition("@")
        post = {"role": role, "unit": unit}
        return {way: [post if way == "vacate" else {**post, "person": request.form.get("person", "")}]}
    raise BadInput()


def _chosen(tried: Tried, wanted: str) -> Open | None:
    return next((one for one in tried.open if one.step == wanted), tried.open[0] if tried.open else None)


def _form(tried: Tried, chosen: Open | None) -> Form | None:
    step_id = chosen.step if chosen else first_step(tried.version) if tried.view is None else None
    return tried.version.form_at(tried.version.properties(step_id)) if step_id else None


def _page(
    draft: DraftView,
    story: Story,
    tried: Tried,
    error: QianfaError | None = None,
    sheet: posted.Sheet | None = None,
    chosen: Open | None = None,
) -> ResponseReturnValue:
    version = tried.version
    chosen = chosen or _chosen(tried, request.args.get("step", ""))
    form = _form(tried, chosen)
    shown = page(
        "studio/try.html",
        draft,
        HERE,
        story=story,
        tried=tried,
        error=error,
        chosen=chosen,
        sheet=sheet or posted.sheet(form, _earlier(story, chosen)),
        files=[(each, samples.choices(each)) for each in samples.files(form)],
        trail=_without_files(course.entries(tried.view.timeline, version, {})) if tried.view else [],
        step=partial(course.step, version),
        drawings=course.drawings(version),
    )
    return shown, error.status if error else 200


def _without_files(entries: list[Story]) -> list[Story]:
    """The timeline without the sample files: they lie in no store of ours."""
    return [{**one, "facts": [fact for fact in one["facts"] if not is_file(fact.value)]} for one in entries]


def _earlier(story: Story, chosen: Open | None) -> Story:
    """What was submitted before, for who does it again; files are chosen anew."""
    if chosen is None:
        return {}
    done = [one["answers"] for one in story.get("steps", []) if one.get("task") == chosen.step]
    found = done[-1] if done else story.get("start", {}) if chosen.submits else {}
    return {key: value for key, value in found.items() if not is_file(value)}


def is_file(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) and {"make", "sha256"} & one.keys() for one in value)


@bp.get("/<int:draft_id>/try/path.json")
@login_required
def try_path(draft_id: int) -> Response:
    tried = room.try_story(wiring.look(), draft_of(draft_id), story_so_far(draft_id))
    if tried.view is None:
        return jsonify({})
    lines = {flow.id for node in nodes_of(tried.version).values() for flow in node.outgoing}
    found = course.path(tried.view)
    found["done"] = [*[one for one in found["done"] if one not in lines], *tried.flows]
    return jsonify(found)


@bp.get("/<int:draft_id>/drawing.bpmn")
@login_required
def drawing(draft_id: int) -> Response:
    """The draft's own drawing, or that of a part it calls."""
    draft, part = draft_of(draft_id), request.args.get("part")
    if part is None or part == draft.diagram:
        return plain(draft.files.get(draft.diagram, ""))
    tried = room.try_story(wiring.look(), draft, {"at": wiring.now().isoformat()})
    return plain(queries.drawing(tried.version, part))
