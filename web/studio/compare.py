"""比较: a draft beside the version it was opened from, or any two versions of a procedure, in words and drawn."""

from flask import Response, render_template, request, url_for
from flask_login import login_required

from engine import queries
from engine.procedures.comparing.labels import kind_of_component, label_of, name_of, value_of
from engine.queries import Compared
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp, draft_of, page, plain

SHOWN = 200  # differences in the table; all of them stand in words


@bp.get("/<int:draft_id>/compare")
@login_required
def compare(draft_id: int) -> str:
    view = draft_of(draft_id)
    found = queries.draft_comparison(wiring.look(), view, *_asked())
    addresses = [url_for("studio.compare_diagram", draft_id=draft_id, which=one.key or 0) for one in _sides(found)]
    return page("studio/compare.html", view, "studio.compare", **_shown(found, addresses))


@bp.get("/<int:draft_id>/compare/<which>.bpmn")
@login_required
def compare_diagram(draft_id: int, which: str) -> Response:
    return plain(queries.draft_drawing(wiring.look(), draft_of(draft_id), which))


@bp.get("/procedures/<slug>/compare")
@login_required
def compare_versions(slug: str) -> str:
    found = queries.version_comparison(wiring.look(), me(), slug, *_asked())
    addresses = [url_for("studio.version_diagram", slug=slug, no=one.no) for one in _sides(found)]
    return render_template("studio/version_comparison.html", **_shown(found, addresses))


@bp.get("/procedures/<slug>/versions/<int:no>.bpmn")
@login_required
def version_diagram(slug: str, no: int) -> Response:
    return plain(queries.version_drawing(wiring.look(), me(), slug, no))


def _asked() -> tuple[str, str]:
    """The two sides that the address names."""
    return request.args.get("from", "").strip(), request.args.get("to", "").strip()


def _sides(found: Compared) -> tuple[queries.Side, queries.Side]:
    return found.old, found.new


def _shown(found: Compared, addresses: list[str]) -> dict[str, object]:
    """What the templates of a comparison ask for."""
    there = [found.diagram in files for files in found.files]
    drawings = [address if drawn else None for address, drawn in zip(addresses, there, strict=True)]
    words = {"name_of": name_of, "label_of": label_of, "value_of": value_of, "kind_of_component": kind_of_component}
    return {"found": found, "drawings": drawings, "shown": SHOWN, **words}
