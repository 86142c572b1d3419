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
    ("audit.figures", Text("统计", "Figures")),
    ("audit.heat", Text("热力图", "Heat map")),
    ("audit.conformance", Text("合规检查", "Conformance")),
    ("audit.duties", Text("职责分离", "Separation of duties")),
    ("audit.log", Text("审计日志", "Audit log")),
    ("audit.reads", Text("阅读记录", "Read records")),
    ("audit.rights", Text("权限与任职", "Rights and posts")),
    ("audit.repairs", Text("修复", "Repairs")),
    ("audit.keeping", Text("保存与销毁", "Keeping")),
    ("audit.find", Text("按链接查审批", "Find by link")),
    ("audit.report", Text("月报", "Monthly report")),
    ("audit.anchors", Text("锚点与验证", "Anchors")),
)


def scope() -> Scope:
    """What this reader looks over; NotAllowed where that is nothing."""
    return check_scope(wiring.look(), me())


def page(template: str, here: str, **more: Any) -> str:
    """A page of the audit, with its head and tabs; `here` is the endpoint of the tab."""
    return render_template(template, tabs=TABS, here_tab=here, **more)
