"""The pages of the audit stand on one blueprint; each tab is a module beside this one."""

from typing import Any

from flask import Blueprint, render_template

from engine.scope import Scope, check_scope
from engine.text import Text
from web import wiring
from web.sessions import me

bp = Blueprint("audit", __name__, url_prefix="/audit")
# The tabs: endpoint and title; a module that brings a tab adds its line.
TABS: tuple[tuple[str, Text], ...] = (
    ("audit.index", Text("全部申请", "All cases")),
    ("audit.log", Text("审计日志", "Audit log")),
    ("audit.anchors", Text("锚点与验证", "Anchors")),
)


def scope() -> Scope:
    """What this reader looks over; NotAllowed where that is nothing."""
    return check_scope(wiring.look(), me())


def page(template: str, here: str, **more: Any) -> str:
    """A page of the audit, with its head and tabs; `here` is the endpoint of the tab."""
    return render_template(template, tabs=TABS, here_tab=here, **more)
