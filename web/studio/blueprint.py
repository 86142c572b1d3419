"""The pages of the studio stand on one blueprint; each tab of a draft is a module beside this one."""

from typing import Any

from flask import Blueprint, Response, render_template

from engine import queries
from engine.queries import DraftView
from engine.text import Text
from web import wiring
from web.sessions import me

bp = Blueprint("studio", __name__, url_prefix="/studio")
# The tabs of a draft: endpoint and title; a module that brings a tab adds its line.
TABS: tuple[tuple[str, Text], ...] = (
    ("studio.draft", Text("概览", "Overview")),
    ("studio.diagram", Text("流程图", "Diagram")),
    ("studio.forms", Text("表单", "Forms")),
    ("studio.tables", Text("决策表", "Decision tables")),
    ("studio.try_", Text("试运行", "Try")),
    ("studio.stories", Text("演练", "Stories")),
    ("studio.history", Text("历史回放", "Dry run")),
    ("studio.compare", Text("比较", "Compare")),
    ("studio.rights", Text("权限", "Rights")),
    ("studio.release", Text("发布", "Release")),
)


def draft_of(draft_id: int) -> DraftView:
    """The draft of the address; NotFound where it is not for this reader."""
    return queries.procedure_draft(wiring.look(), me(), draft_id)


def page(template: str, view: DraftView, here: str, **more: Any) -> str:
    """A page of one draft, with its head and tabs; `here` is the endpoint of the tab."""
    return render_template(template, draft=view, tabs=TABS, here_tab=here, **more)


def plain(diagram: str) -> Response:
    """A draft may hold anything: no browser shall take it for a document of this house."""
    return Response(diagram, mimetype="text/plain")
