"""导出: the list as a file, at once where it is short, else made by a job and fetched by who asked for it."""

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions
from engine.errors import Conflict, NotFound
from engine.exporting import TooManyCases, export_now, file_of
from engine.exports import FORMATS
from engine.queries.audit.exports import own_export, own_exports, own_file
from web import boxes, wiring
from web.audit.blueprint import bp, page, scope
from web.language import in_language
from web.security import limiter
from web.sessions import me, person_key
from web.taken import named, sent

AT_ONCE = "20 per minute"


@bp.get("/exports")
@login_required
def exports() -> str:
    scope()
    found = own_exports(wiring.look(), me())
    return page("audit/exports.html", "audit.exports", exports=found, place_of=boxes.place_of)


@bp.post("/exports")
@login_required
@limiter.limit(AT_ONCE, key_func=person_key)
def export() -> ResponseReturnValue:
    scope()
    format = request.form.get("format", "")
    query = {key[2:]: text for key, text in request.form.items() if key.startswith("q.")}
    wiring.close_look()
    there = wiring.house()
    try:
        return sent(export_now(there.engine, there.office, me().id, query, format, wiring.now()), format)
    except TooManyCases:
        pass
    try:
        export_id = wiring.act(me().id, lambda desk: actions.ask_export(desk, query, format))
    except Conflict as error:
        flash(in_language(error.text), "danger")
        return redirect(url_for("audit.exports"), 303)
    return redirect(url_for("audit.export_of", export_id=export_id), 303)


@bp.get("/exports/<int(max=9223372036854775807):export_id>")
@login_required
def export_of(export_id: int) -> str:
    one = own_export(wiring.look(), me(), export_id)
    return page("audit/export.html", "audit.exports", one=one, place_of=boxes.place_of)


@bp.get("/exports/<int(max=9223372036854775807):export_id>/file")
@login_required
def export_file(export_id: int) -> Response:
    one = own_file(wiring.look(), me(), export_id)
    path = file_of(wiring.house().office, export_id)
    if not path.is_file():
        raise NotFound()
    wiring.on_record(me(), None, "downloaded", export=one.id, format=one.format, cases=one.done, sha256=one.sha256)
    return send_file(path, FORMATS[one.format].type, as_attachment=True, download_name=named(one.format))


@bp.post("/exports/<int(max=9223372036854775807):export_id>/cancel")
@login_required
def cancel_export(export_id: int) -> ResponseReturnValue:
    try:
        wiring.act(me().id, lambda desk: actions.cancel_export(desk, export_id))
        flash(gettext("导出已取消。"), "success")
    except Conflict as error:
        flash(in_language(error.text), "danger")
    return redirect(url_for("audit.export_of", export_id=export_id), 303)
