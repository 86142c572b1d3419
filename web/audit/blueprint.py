"""The pages of the audit stand on one blueprint, in groups; each page is a module beside this one."""

from typing import Any, NamedTuple

from flask import Blueprint, render_template, request, url_for

from engine.scope import Scope, check_scope
from engine.text import Text
from web import wiring
from web.sessions import me

bp = Blueprint("audit", __name__, url_prefix="/audit")
PERIOD = ("grain", "from", "to", "procedure", "version", "unit")


class Tab(NamedTuple):
    """A page by its endpoint; `carries`: what of the address goes along from a page of the same group."""

    endpoint: str
    title: Text
    carries: tuple[str, ...] = ()

    @property
    def href(self) -> str:
        named: dict[str, Any] = {name: request.args[name] for name in self.carries if request.args.get(name)}
        return url_for(self.endpoint, **named)


class Group(NamedTuple):
    title: Text
    tabs: tuple[Tab, ...]

    def has(self, endpoint: str) -> bool:
        return any(tab.endpoint == endpoint for tab in self.tabs)


# A module that brings a page adds its line to a group; the first page of a group is where the group leads.
GROUPS: tuple[Group, ...] = (
    Group(
        Text("申请", "Cases"),
        (
            Tab("audit.index", Text("全部申请", "All cases")),
            Tab("audit.find", Text("按链接查审批", "Find by link")),
            Tab("audit.exports", Text("我的导出", "My exports")),
        ),
    ),
    Group(
        Text("统计", "Figures"),
        (
            Tab("audit.figures", Text("流程与步骤", "Procedures and steps"), PERIOD),
            Tab("audit.workload", Text("人员工作量", "Workload"), PERIOD),
            Tab("audit.figure_registers", Text("发布、渠道与账号", "Publications, channels, accounts"), PERIOD),
            Tab("audit.heat", Text("热力图", "Heat map"), PERIOD),
            Tab("audit.report", Text("月报", "Monthly report")),
        ),
    ),
    Group(
        Text("检查", "Checks"),
        (
            Tab("audit.conformance", Text("合规检查", "Conformance")),
            Tab("audit.duties", Text("职责分离", "Separation of duties")),
            Tab("audit.both", Text("今天谁能兼办", "Who could do both today")),
            Tab("audit.rights", Text("权限与任职", "Rights and posts")),
        ),
    ),
    Group(
        Text("日志", "Log"),
        (
            Tab("audit.log", Text("审计日志", "Audit log")),
            Tab("audit.reads", Text("阅读记录", "Read records")),
            Tab("audit.anchors", Text("锚点与验证", "Anchors")),
        ),
    ),
    Group(
        Text("处置", "Measures"),
        (
            Tab("audit.repairs", Text("修复", "Repairs")),
            Tab("audit.keeping", Text("到期销毁", "Due for disposal")),
            Tab("audit.holds", Text("冻结保存", "Legal holds")),
            Tab("audit.disposals", Text("销毁记录", "Disposals")),
            Tab("audit.bundles", Text("归档包", "Archive packages")),
        ),
    ),
)


def scope() -> Scope:
    """What this reader looks over; NotAllowed where that is nothing."""
    return check_scope(wiring.look(), me())


def page(template: str, here: str, **more: Any) -> str:
    """A page of the audit, with its head, groups and the pages of its group; `here` is the endpoint of its tab."""
    group = next(group for group in GROUPS if group.has(here))
    return render_template(template, groups=GROUPS, here_group=group, here_tab=here, **more)
