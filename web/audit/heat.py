"""热力图: the figures of a procedure's steps on its drawing, and the same numbers beside it."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine import queries
from engine.queries.audit import figures as query
from engine.queries.audit.heat import BY, Warm, heat
from web import course, wiring
from web.audit import figure_tables as tables
from web.audit.blueprint import bp
from web.audit.figures import asked, shown
from web.language import span
from web.sessions import me


def _by() -> str:
    by = request.args.get("by", "")
    return by if by in BY else BY[0]


def _said(one: Warm, by: str) -> str:
    if by == "late":
        return f"{one.value:.1f}%"
    return str(int(one.value)) if by == "count" else span(one.value, fine=True)


@bp.get("/heat", endpoint="heat")
@login_required
def show() -> ResponseReturnValue:
    conn, wanted, by = wiring.look(), asked(), _by()
    version = query.version_asked(conn, me(), wanted)
    view = query.figures(conn, me(), wanted, now=wiring.now())
    if version is None:
        return shown("audit/heat_choice.html", view, [], "audit.heat", by_procedure=query.by_procedure(view))
    return shown(
        "audit/heat.html",
        view,
        [tables.steps(view, query.by_step(view))],
        "audit.heat",
        by=by,
        warm=[(one, _said(one, by)) for one in heat(view, by)],
        drawings=course.drawings(version),
        part=request.args.get("part"),
        back=tables.here(),
    )


@bp.get("/heat.json")
@login_required
def heat_marks() -> Response:
    """What the drawing shows: element, how warm, in words."""
    by, view = _by(), query.figures(wiring.look(), me(), asked(), ("step",), now=wiring.now())
    found = [{"id": one.row.key, "level": one.level, "text": _said(one, by)} for one in heat(view, by) if one.level]
    return jsonify({"heat": found})


@bp.get("/heat.bpmn")
@login_required
def heat_drawing() -> Response:
    """The drawing of the version that is asked for, or of the newest."""
    version = query.version_asked(wiring.look(), me(), asked())
    if version is None:
        return Response("", mimetype="text/plain")
    return Response(queries.drawing(version, request.args.get("part")), mimetype="text/plain")
