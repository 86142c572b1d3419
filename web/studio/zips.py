"""导入与导出: the folder of a procedure as a zip, out of a draft or a version and into a draft."""

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import BadInput, Conflict, Invalid, TooLarge
from engine.procedures.zipped import unzip_texts, zipped
from engine.text import Text
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp, draft_of
from web.studio.drafts import listed, overview

NO_FILE = Text("请选择 ZIP 文件。", "Choose the zip file.")


@bp.get("/<int:draft_id>/procedure.zip")
@login_required
def export(draft_id: int) -> Response:
    draft = draft_of(draft_id)
    return _zip(draft.files, f"{draft.slug}.zip")


@bp.get("/procedures/<slug>/versions/<int:no>/procedure.zip")
@login_required
def export_version(slug: str, no: int) -> Response:
    return _zip(queries.version_files(wiring.look(), me(), slug, no), f"{slug}-v{no}.zip")


def _zip(files: dict[str, str], name: str) -> Response:
    response = Response(zipped(files), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.post("/import")
@login_required
def import_() -> ResponseReturnValue:
    family = request.form.get("family", "office")
    try:
        files = _files()
        draft_id = wiring.act(me().id, lambda desk: actions.import_draft(desk, files, family))
    except (Invalid, Conflict, TooLarge) as error:
        return listed(error), error.status
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


@bp.post("/<int:draft_id>/import")
@login_required
def import_into(draft_id: int) -> ResponseReturnValue:
    revision = request.form.get("revision", type=int)
    if revision is None:
        raise BadInput()
    try:
        files = _files()
        wiring.act(me().id, lambda desk: actions.import_into(desk, draft_id, revision, files))
    except (Invalid, Conflict, TooLarge) as error:
        return overview(draft_id, error), error.status
    flash(gettext("已导入,草稿现在是这些文件。"), "success")
    return redirect(url_for("studio.draft", draft_id=draft_id), 303)


def _files() -> dict[str, str]:
    given = request.files.get("package")
    if given is None or not given.filename:
        raise Invalid({"package": [NO_FILE]})
    return unzip_texts(given.stream.read())
