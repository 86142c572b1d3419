"""模板库: every procedure of the catalogue as a card with its drawing, to look at and to begin from."""

from flask import Response, current_app, render_template, request
from flask_login import login_required

from engine import queries
from engine.policy import may_in_house
from engine.procedures.thumbnail import LOOK, thumbnail
from engine.procedures.wizard import FAMILIES
from engine.queries.gallery import gallery as templates_of
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp


@bp.get("/gallery")
@login_required
def gallery() -> str:
    """Narrowed by the address alone: words, family and organisation."""
    words, family, organisation = (request.args.get(name, "").strip()[:60] for name in ("q", "family", "organisation"))
    found = templates_of(wiring.look(), me())
    shown = [
        one
        for one in found
        if words.casefold() in one.entry.words
        and family in ("", one.family)
        and organisation in ("", one.entry.organisation)
    ]
    return render_template(
        "studio/gallery.html",
        templates=shown,
        families=FAMILIES,
        organisations={one.entry.organisation: one.organisation for one in found if one.entry.organisation},
        asked={"q": words, "family": family, "organisation": organisation},
        copies="studio.copy" in current_app.view_functions and may_in_house(me().roles, "publish"),
    )


@bp.get("/gallery/<slug>.svg")
@login_required
def thumbnail_of(slug: str) -> Response:
    version = queries.procedure(wiring.look(), me(), slug).version
    response = Response(mimetype="image/svg+xml")
    response.set_etag(f"{LOOK}-{version.id}")
    if response.make_conditional(request).status_code != 304:
        response.set_data(thumbnail(queries.drawing(version, None)))
    return response
