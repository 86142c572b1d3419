"""Approval sheets: printed for a case, and verified by the code on them without a sign-in."""

import hashlib
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine import actions, queries
from engine.actions import Printed
from engine.errors import BadInput, NotFound, QianfaError, TooLarge
from engine.text import Text
from web import wiring
from web.security import limiter
from web.sessions import me, person_key, person_or_none

bp = Blueprint("paper", __name__)

PRINTS = "20 per minute"  # per person: each sheet is set by a process of its own
CHECKS = "30 per minute"  # per address
LARGEST = 20 * 2**20  # of a PDF that is compared; none of ours comes near it
NO_PROOF = Text("请选择审批单的 PDF,或填写它的 SHA-256。", "Choose the PDF of the sheet, or give its SHA-256.")
NO_HASH = Text("SHA-256 是64位的十六进制数。", "A SHA-256 has 64 hexadecimal digits.")
TOO_LARGE = "20 MB"


@bp.post("/cases/<int:case_id>/sheet")
@login_required
@limiter.limit(PRINTS, key_func=person_key)
def print_sheet(case_id: int) -> Response:
    """The sheet as a PDF to keep; the print is on record before it leaves."""
    printed = pressed(queries.sheet(wiring.look(), me(), case_id, wiring.now()))
    wiring.act(me().id, lambda desk: actions.print_sheet(desk, printed))
    response = Response(printed.pdf, mimetype="application/pdf")
    name = quote(f"审批单-{printed.sheet.number}.pdf")
    response.headers["Content-Disposition"] = f"attachment; filename=\"sheet.pdf\"; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def pressed(sheet: queries.Sheet) -> Printed:
    """A sheet that was read, set while no transaction waits."""
    wiring.close_look()
    return actions.press(sheet, wiring.address())


@bp.get("/verify")
def ask() -> ResponseReturnValue:
    """Where somebody who holds a sheet types its code."""
    typed = request.args.get("code", "").strip()[:100]
    if typed:
        return redirect(url_for("paper.verify", code=typed), 303)
    return render_template("paper/ask.html", error=None, typed="")


@bp.get("/verify/<code>")
@limiter.limit(CHECKS)
def verify(code: str) -> ResponseReturnValue:
    return _page(code)


@bp.post("/verify/<code>")
@limiter.limit(CHECKS)
def compare(code: str) -> ResponseReturnValue:
    """Whether a PDF, or a SHA-256 that somebody took of one, is the sheet on record; nothing of it is kept."""
    try:
        proof = _proof()
    except (BadInput, TooLarge) as error:
        return _page(code, error=error)
    return _page(code, proof=proof)


def _page(code: str, **more: Any) -> tuple[str, int]:
    try:
        found = queries.record(wiring.look(), person_or_none(), code)
    except NotFound as error:
        return render_template("paper/ask.html", error=error, typed=code), error.status
    proof: str | None = more.get("proof")
    refused: QianfaError | None = more.get("error")
    same = None if proof is None else proof == found.sha256
    page = render_template("paper/record.html", record=found, same=same, proof=proof, error=refused)
    return page, refused.status if refused else 200


def _proof() -> str:
    file = request.files.get("pdf")
    if file and file.filename:
        digest, size = hashlib.sha256(), 0
        while block := file.stream.read(1 << 20):
            size += len(block)
            if size > LARGEST:
                raise TooLarge(limit=TOO_LARGE)
            digest.update(block)
        return digest.hexdigest()
    typed = "".join(request.form.get("sha256", "").lower().split())
    if not typed:
        raise BadInput(NO_PROOF)
    if len(typed) != 64 or set(typed) - set("0123456789abcdef"):
        raise BadInput(NO_HASH)
    return typed
