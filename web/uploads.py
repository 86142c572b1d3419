"""Files on their way in and out: stored at once under their SHA-256, given only to those who may see them."""

from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import FileStorage

from engine import actions
from engine.errors import BadInput, QianfaError
from engine.queries import directory
from engine.rules.reading import INLINE, reading
from web import errors, wiring
from web.security import limiter
from web.sessions import me, person_key

bp = Blueprint("uploads", __name__, url_prefix="/uploads")
READS = "120 per minute"  # previews, per person: a document costs a process


def keep(file: FileStorage) -> dict[str, Any]:
    """Store a posted file; what is wrong with it is raised with its sentence."""
    name = (file.filename or "")[:255]
    received = actions.receive(wiring.house().office, cast(BinaryIO, file.stream), name)
    found: dict[str, Any] = wiring.act(me().id, lambda desk: actions.upload(desk, received))
    return found


@bp.post("")
@login_required
def add() -> ResponseReturnValue:
    """One file chosen in a form, sent ahead: the fragment names it and says what is wrong with it."""
    name = request.form.get("_field", "")
    file = request.files.get(name)
    if file is None or not file.filename:
        raise BadInput()
    try:
        facts, error = keep(file), None
    except QianfaError as refused:
        facts, error = None, refused
    return render_template("file.html", name=name, file=facts, error=error, filename=file.filename)


def _looked_up(sha256: str) -> dict[str, Any]:
    """The facts of a file, and on record that it is read; what is in no case yet is the uploader's own."""
    facts = directory.upload(wiring.look(), me(), sha256)
    if facts["case_id"] is not None:
        wiring.on_record(me(), facts["case_id"], "downloaded", file=facts["name"], sha256=sha256)
    return facts


@bp.get("/<sha256>")
@login_required
def show(sha256: str) -> Response:
    facts = _looked_up(sha256)
    path = wiring.house().office.blobs.path(sha256)
    inline = facts["type"] in INLINE and "download" not in request.args
    kind = facts["type"] if inline else "application/octet-stream"
    response = send_file(path, kind, as_attachment=not inline, download_name=facts["name"], etag=sha256)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/<sha256>/view")
@login_required
@limiter.limit(READS, key_func=person_key)
def view(sha256: str) -> str:
    """The file read in the page; a fragment where a script asks for it."""
    facts = _looked_up(sha256)
    path = wiring.house().office.blobs.path(sha256)
    wiring.close_look()  # reading may take its time
    page = "uploads/shown.html" if errors.is_fragment() else "uploads/view.html"
    return render_template(page, file=facts, reading=reading(path, facts["type"], facts["name"]))
