"""历史回放: what would have become of the cases of the last twelve months on this draft."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine import actions
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp, draft_of, page

HERE = "studio.history"


@bp.get("/<int:draft_id>/history")
@login_required
def history(draft_id: int) -> ResponseReturnValue:
    draft = draft_of(draft_id)
    told = (draft.row.proofs or {}).get("history") or {}
    return page("studio/history.html", draft, HERE, told=told if told.get("revision") == draft.revision else {})


@bp.post("/<int:draft_id>/history")
@login_required
def replay_history(draft_id: int) -> ResponseReturnValue:
    wiring.act(me().id, lambda desk: actions.ask_dry_run(desk, draft_id))
    return redirect(url_for(HERE, draft_id=draft_id), 303)
