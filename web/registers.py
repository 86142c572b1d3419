"""The registers: one frame for all of them, an entry each, what proves a publication, and what needs mending."""

from datetime import date
from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.archive import package_path
from engine.errors import Conflict, Invalid
from web import times, wiring
from web.language import in_language
from web.sessions import me

bp = Blueprint("registers", __name__)

# The page of one entry, by the register it belongs to; an official account looks like any other.
ENTRIES = {
    "accounts": "account",
    "platforms": "account",
    "designations": "designation",
    "filings": "filing",
    "lendings": "lending",
    "materials": "material",
}


@bp.get("/registers")
@login_required
def index() -> ResponseReturnValue:
    return redirect(url_for("registers.publications"))


def _asked(register: queries.Register) -> queries.Asked:
    """What the address asks for; what it asks wrongly is not asked."""
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 10_000))
    search = request.args.get("search", "").replace("\0", "").strip()[:100] or None
    show = request.args.get("show", "")
    as_of = request.args.get("as_of", type=_day) if register.dated else None
    return queries.Asked(wiring.now(), page, search, show if show in register.shows else "", as_of)


def _day(text: str) -> date | None:
    return times.day(text)  # a ValueError means that nothing was asked


def _list(name: str) -> str:
    register = queries.REGISTERS[name]
    asked = _asked(register)
    items, more = register.list(wiring.look(), me(), asked)
    page = {"items": items, "page": asked.page, "more": more}
    gone = queries.gone_lines(wiring.look(), me(), name, asked)
    return render_template(f"registers/{name}.html", name=name, register=register, asked=asked, page=page, gone=gone)


def _entry(name: str, entry_id: int) -> str:
    register = queries.REGISTERS[name]
    entry = register.entry(wiring.look(), me(), entry_id, queries.Asked(wiring.now()))
    return render_template(f"registers/{ENTRIES[name]}.html", name=name, entry=entry)


for name in queries.REGISTERS:
    bp.add_url_rule(f"/{name}", name, login_required(partial(_list, name)))
for name in ENTRIES:
    path = f"/{name}/<int(max=9223372036854775807):entry_id>"
    bp.add_url_rule(path, name.removesuffix("s"), login_required(partial(_entry, name)))


@bp.get("/publications/<path:number>")
@login_required
def publication(number: str) -> str:
    entry = queries.publication(wiring.look(), me(), number)
    takes = entry["package_sha256"] and queries.takes_package(wiring.look(), me(), entry)
    return render_template("registers/publication.html", entry=entry, takes=takes)


@bp.get("/publications/<path:number>/package")
@login_required
def package(number: str) -> Response:
    """What proves the entry, to keep and to verify elsewhere."""
    entry = queries.published_package(wiring.look(), me(), number)
    wiring.on_record(me(), entry["case_id"], "downloaded", package=number, sha256=entry["package_sha256"])
    path = package_path(wiring.house().office.data / "packages", entry["package_sha256"])
    return send_file(path, "application/zip", as_attachment=True, download_name=f"{number}.zip")


@bp.post("/lendings/<int:entry_id>/take-back")
@login_required
def take_back(entry_id: int) -> ResponseReturnValue:
    try:
        wiring.act(me().id, lambda desk: actions.take_back(desk, entry_id))
    except Conflict as error:
        flash(in_language(error.text), "danger")
    else:
        flash(gettext("已登记收回。"), "success")
    return redirect(url_for("registers.lending", entry_id=entry_id), 303)


@bp.get("/incidents")
@login_required
def incidents() -> str:
    found = queries.incident_list(wiring.look(), me(), wiring.now())
    return render_template("registers/incidents.html", incidents=found)


@bp.post("/incidents/<int:incident_id>/retry")
@login_required
def retry(incident_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        asked = wiring.act(me().id, lambda desk: actions.retry(desk, incident_id, reason))
    except Conflict as error:
        flash(in_language(error.text), "danger")
    except Invalid as error:
        flash(in_language(next(iter(error.fields.values()))[0]), "danger")
    else:
        flash(gettext("已提出,等第二人同意。") if asked else gettext("已重试。"), "success")
    return redirect(url_for("registers.incidents"), 303)
