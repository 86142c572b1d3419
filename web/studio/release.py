"""发布: hand a draft in, see its proofs, release it or send it back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import BadInput, QianfaError
from engine.queries import DraftView, ReleaseView
from web import times, wiring
from web.language import ZONE
from web.sessions import me
from web.studio.blueprint import bp, draft_of, page


@bp.get("/<int:draft_id>/release")
@login_required
def release(draft_id: int) -> str:
    return _page(draft_id)


def _page(draft_id: int, error: QianfaError | None = None) -> str:
    draft, going = _seen(draft_id)
    at = draft.row.effective_at
    return page(
        "studio/release.html",
        draft,
        "studio.release",
        going=going,
        error=error,
        differences=queries.differences(wiring.look(), draft) if draft.based_on else [],
        asking=queries.change_procedures(wiring.look(), me()) if going.may(draft, "withdraw") else [],
        effective=f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}" if at else "",
    )


def _seen(draft_id: int) -> tuple[DraftView, ReleaseView]:
    draft = draft_of(draft_id)
    return draft, queries.release_view(wiring.look(), me(), draft)


@bp.get("/<int:draft_id>/proofs")
@login_required
def proofs(draft_id: int) -> str:
    """The proofs alone, for the page to keep up with them."""
    draft, going = _seen(draft_id)
    return render_template("studio/proofs.html", draft=draft, going=going)


@bp.post("/<int:draft_id>/prove")
@login_required
def prove(draft_id: int) -> ResponseReturnValue:
    wiring.act(me().id, lambda desk: actions.prove_draft(desk, draft_id))
    return redirect(url_for("studio.release", draft_id=draft_id), 303)


@bp.post("/<int:draft_id>/submit")
@login_required
def submit(draft_id: int) -> ResponseReturnValue:
    note, over = request.form.get("note", ""), request.form.get("over", type=int)
    try:
        effective_at = times.moment_in("effective_at", request.form.get("effective_at", ""))
        wiring.act(me().id, lambda desk: actions.submit_release(desk, draft_id, note, effective_at, over=over))
    except QianfaError as error:
        return _page(draft_id, error), error.status
    flash(gettext("已提交,等另一个人发布。"), "success")
    return _back(draft_id)


@bp.post("/<int:draft_id>/withdraw")
@login_required
def withdraw(draft_id: int) -> ResponseReturnValue:
    wiring.act(me().id, lambda desk: actions.withdraw_release(desk, draft_id))
    flash(gettext("已撤回,可以继续修改。"), "success")
    return _back(draft_id)


@bp.post("/<int:draft_id>/make")
@login_required
def make(draft_id: int) -> ResponseReturnValue:
    """Release it; the form carries the revision that was looked at."""
    revision, submitted_at = request.form.get("revision", type=int), request.form.get("submitted_at", "")
    if revision is None:
        raise BadInput()
    try:
        done = wiring.act(me().id, lambda desk: actions.release(desk, draft_id, revision, submitted_at))
    except QianfaError as error:
        return _page(draft_id, error), error.status
    flash(gettext("第 %(no)s 版已发布。", no=done["no"]), "success")
    return redirect(url_for("studio.versions", slug=done["slug"]), 303)


@bp.post("/<int:draft_id>/refuse")
@login_required
def refuse(draft_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        wiring.act(me().id, lambda desk: actions.refuse_release(desk, draft_id, reason))
    except QianfaError as error:
        return _page(draft_id, error), error.status
    flash(gettext("已退回修改。"), "success")
    return _back(draft_id)


def _back(draft_id: int) -> ResponseReturnValue:
    return redirect(url_for("studio.release", draft_id=draft_id), 303)
