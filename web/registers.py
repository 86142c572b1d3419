"""The registers: what was published, which accounts there are, who borrowed which login, and what needs mending."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.archive import package_path
from engine.errors import Conflict, NotFound
from web import wiring
from web.language import in_language
from web.sessions import me

bp = Blueprint("registers", __name__)


def _page() -> int:
    return max(1, min(request.args.get("page", 1, type=int) or 1, 500))


def _register(name: str, found: tuple[list[dict[str, Any]], bool], search: str | None = None) -> str:
    items, more = found
    page = {"items": items, "page": _page(), "more": more}
    return render_template(f"registers/{name}.html", page=page, search=search)


@bp.get("/publications")
@login_required
def publications() -> str:
    search = request.args.get("search", "").strip()[:100] or None
    found = queries.publication_list(wiring.look(), me(), page=_page(), search=search)
    return _register("publications", found, search)


@bp.get("/publications/<path:number>")
@login_required
def publication(number: str) -> str:
    return render_template("registers/publication.html", entry=queries.publication(wiring.look(), me(), number))


@bp.get("/publications/<path:number>/package")
@login_required
def package(number: str) -> Response:
    """What proves the entry, to keep and to verify elsewhere."""
    entry = queries.publication(wiring.look(), me(), number)
    if not entry["package_sha256"]:
        raise NotFound()
    path = package_path(wiring.house().office.data / "packages", entry["package_sha256"])
    return send_file(path, "application/zip", as_attachment=True, download_name=f"{number}.zip")


@bp.get("/accounts")
@login_required
def accounts() -> str:
    return _register("accounts", queries.account_list(wiring.look(), me(), page=_page()))


@bp.get("/lendings")
@login_required
def lendings() -> str:
    return _register("lendings", queries.lending_list(wiring.look(), me(), now=wiring.now(), page=_page()))


@bp.get("/incidents")
@login_required
def incidents() -> str:
    return render_template("registers/incidents.html", incidents=queries.incident_list(wiring.look(), me()))


@bp.post("/incidents/<int:incident_id>/retry")
@login_required
def retry(incident_id: int) -> ResponseReturnValue:
    try:
        wiring.act(me().id, lambda desk: actions.retry(desk, incident_id))
    except Conflict as error:
        flash(in_language(error.text), "danger")
    else:
        flash(gettext("已重试。"), "success")
    return redirect(url_for("registers.incidents"), 303)
