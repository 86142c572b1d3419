"""流程图: the drawing board of a draft, the words it may use, and what is wrong with what is drawn."""

from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine import queries
from engine.errors import BadInput
from engine.text import Text
from web import wiring
from web.language import language
from web.studio.blueprint import bp, draft_of, page


@bp.get("/<int:draft_id>/diagram")
@login_required
def diagram(draft_id: int) -> str:
    return page("studio/diagram.html", draft_of(draft_id), "studio.diagram")


@bp.get("/<int:draft_id>/diagram.bpmn")
@login_required
def diagram_file(draft_id: int) -> Response:
    view = draft_of(draft_id)
    told = Response(view.files.get(view.diagram, ""), mimetype="application/xml")
    told.headers["Content-Disposition"] = f'attachment; filename="{view.diagram}"'
    return told


@bp.get("/<int:draft_id>/diagram/desk")
@login_required
def diagram_desk(draft_id: int) -> Response:
    """What the board begins with: the drawing with its revision, the manifest, and the vocabulary."""
    view = draft_of(draft_id)
    return jsonify(
        revision=view.revision,
        file=view.diagram,
        xml=view.files.get(view.diagram, ""),
        manifest=view.files.get("procedure.json", "{}"),
        words=_spoken(queries.vocabulary(wiring.look(), view)),
    )


@bp.post("/<int:draft_id>/diagram/check")
@login_required
def diagram_check(draft_id: int) -> ResponseReturnValue:
    """{"files": {"<slug>.bpmn": "..."}} -> {"findings": [{"code", "level", "element", "name", "line", "text"}]}."""
    view = draft_of(draft_id)
    told: Any = request.get_json(silent=True)
    files = told.get("files") if isinstance(told, dict) else None
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise BadInput()
    english = language() == "en"
    found = queries.draft_findings(wiring.look(), view, files)
    told = [one.as_json() for one in found]
    return jsonify(findings=[one | {"text": one["en"] if english else one["zh"]} for one in told])


def _spoken(value: Any) -> Any:
    """Plain data with every Text in the reader's language."""
    if isinstance(value, Text):
        return value.in_language(language())
    if isinstance(value, dict):
        return {key: _spoken(one) for key, one in value.items()}
    return [_spoken(one) for one in value] if isinstance(value, list | tuple) else value
