"""The tables of the figures: one shape for the page, where numbers lead to their cases, and for the file to keep."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext

from engine.figures import Spread
from engine.figures.closing import Closed
from engine.queries.audit.figures import Asked, Names, Row, View
from engine.queries.audit.standing import Accounts, Load, Publishing, Quota
from web.language import in_language, span

HOUR = 3600


class Cell(NamedTuple):
    """`value`: what a file says, where it is otherwise."""

    text: str
    href: str | None = None
    value: Any = None


class Table(NamedTuple):
    """`head`: labels; of the columns in `hours` a file says hours."""

    key: str
    title: str
    head: list[str]
    rows: list[list[Cell]]
    hours: frozenset[int] = frozenset()

    def sheet(self) -> list[list[Any]]:
        head = [f"{name}({gettext('小时')})" if at in self.hours else name for at, name in enumerate(self.head)]
        rows = [[cell.text if cell.value is None else cell.value for cell in row] for row in self.rows]
        return [head, *rows]


def number(count: float, href: str | None = None) -> Cell:
    return Cell(str(count), href if count else None)


def length(seconds: float | None) -> Cell:
    return Cell("–", value="") if seconds is None else Cell(span(seconds), value=round(seconds / HOUR, 2))


def share(percent: float | None, href: str | None = None) -> Cell:
    return Cell("–", value="") if percent is None else Cell(f"{percent:.1f}%", href)


def address(asked: Asked, **more: Any) -> dict[str, Any]:
    """What an address must say to ask the same, or something narrower."""
    same = {"grain": asked.first.grain, "from": asked.first.key, "to": asked.last.key}
    return same | {"procedure": asked.procedure, "version": asked.version, "unit": asked.unit} | more


def to_cases(asked: Asked, **more: Any) -> str:
    """The list of all cases, narrowed to what a number counted."""
    own = {"procedure": asked.procedure, "version": asked.version, "unit": asked.unit}
    return url_for("audit.index", **(own | more))


def days(asked: Asked) -> str:
    return f"{asked.periods[0].first.isoformat()}..{asked.periods[-1].last.isoformat()}"


def to_tasks(asked: Asked, what: str, **more: Any) -> str:
    return url_for("audit.figure_cases", **address(asked, what=what, **more))


def _spreads(found: Spread | None, *names: str) -> list[Cell]:
    return [length(getattr(found, name) if found else None) for name in names]


def _counts(row: Row, asked: Asked) -> list[Cell]:
    """Started, ended and how, still running."""
    when = days(asked)
    states = [
        number(row.count(f"state:{state}"), to_cases(asked, state=state, ended=when))
        for state in ("done", "rejected", "withdrawn", "cancelled")
    ]
    started = number(row.count("started"), to_cases(asked, started=when))
    return [started, number(row.ended, to_cases(asked, ended=when)), *states, number(row.count("running"))]


def _count_heads() -> list[str]:
    ends = [gettext("已完成"), gettext("已拒绝"), gettext("已撤回"), gettext("已终止")]
    return [gettext("发起"), gettext("办结"), *ends, gettext("期末在办")]


def _closed(closed: Closed | None, changed: bool) -> Cell:
    """The hash with which a period was closed; that of what is stored is another where somebody wrote in it."""
    if closed is None:
        return Cell(gettext("实时"))
    return Cell(gettext("✗ 被改动过")) if changed else Cell(f"✓ {closed.sha256[:12]}", value=closed.sha256)


def periods(view: View, rows: Iterable[Row]) -> Table:
    head = [gettext("期间"), *_count_heads(), gettext("时长中位数"), "P75", "P90", "P95", gettext("平均时长")]
    head += [gettext("按时率"), gettext("封存")]
    lines = []
    for row, period in zip(rows, view.asked.periods, strict=True):
        own = view.asked._replace(first=period, last=period)
        closed = view.closed.get(period.key)
        lines.append(
            [
                Cell(row.key, url_for("audit.figures", **address(own))),
                *_counts(row, own),
                *_spreads(row.spread("cycle"), "median", "p75", "p90", "p95", "mean"),
                share(row.kept, to_tasks(own, "missed")),
                _closed(closed, period.key in view.changed),
            ]
        )
    return Table("periods", gettext("各期"), head, lines, frozenset(range(8, 13)))


def groups(key: str, title: str, label: str, view: View, rows: Iterable[Row]) -> Table:
    """Procedures, versions or units; `key` is what an address names one of them by."""
    head = [label, *_count_heads(), gettext("时长中位数"), "P90", gettext("平均时长")]
    lines = []
    for row in rows:
        own = _narrower(view.asked, key, row.key)
        name = Cell(in_language(row.name), url_for("audit.figures", **address(own)))
        lines.append([name, *_counts(row, own), *_spreads(row.spread("cycle"), "median", "p90", "mean")])
    return Table(f"{key}s", title, head, lines, frozenset({8, 9, 10}))


def _narrower(asked: Asked, key: str, value: str) -> Asked:
    if key == "version":
        return asked._replace(version=int(value) if value.isdigit() else None)
    return asked._replace(procedure=value) if key == "procedure" else asked._replace(unit=value)


def outcomes(rows: Iterable[Row]) -> Table:
    lines = [[Cell(in_language(row.name)), number(row.count("number"))] for row in rows]
    return Table("outcomes", gettext("结局"), [gettext("结束于"), gettext("件数")], lines)


def steps(view: View, rows: Iterable[Row]) -> Table:
    head = [gettext("步骤"), gettext("次数"), gettext("等待中位数"), gettext("等待P90")]
    head += [gettext("处理中位数"), gettext("处理P90"), gettext("合计用时"), gettext("按时"), gettext("超时")]
    head += [gettext("按时率"), gettext("退回率"), gettext("拒绝率"), gettext("无人办理"), gettext("流程")]
    lines = []
    for row in rows:
        slug, step = row.key.split("/", 1)
        own = view.asked._replace(procedure=slug)
        procedure = in_language(view.names.procedure(view.names.procedure_id(slug)))

        def behind(what: str, own: Asked = own, step: str = step) -> str:
            return to_tasks(own, what, step=step)

        lines.append(
            [
                Cell(in_language(row.name)),
                number(row.count("done"), behind("done")),
                *_spreads(row.spread("waiting"), "median", "p90"),
                *_spreads(row.spread("work"), "median", "p90"),
                length(row.busy),
                number(row.count("met"), behind("met")),
                number(row.count("missed"), behind("missed")),
                share(row.kept),
                share(row.share("return"), behind("return") if row.count("said:return") else None),
                share(row.share("reject"), behind("reject") if row.count("said:reject") else None),
                number(row.count("closed")),
                Cell(procedure, url_for("audit.heat", **address(own))),
            ]
        )
    return Table("steps", gettext("步骤与瓶颈"), head, lines, frozenset(range(2, 7)))


def people(view: View, loads: Iterable[Load]) -> Table:
    head = [gettext("人员"), gettext("本期办理"), gettext("本期超时"), gettext("现在待办"), gettext("现在逾期")]
    lines = []
    for one in loads:
        who = {"person": one.id or None}

        def behind(what: str, who: dict[str, Any] = who) -> str | None:
            return to_tasks(view.asked, what, **who) if who["person"] else None

        lines.append(
            [
                Cell(in_language(one.name)),
                number(one.done, behind("done")),
                number(one.missed, behind("missed")),
                number(one.open, behind("open")),
                number(one.overdue, behind("overdue")),
            ]
        )
    return Table("people", gettext("人员工作量"), head, lines)


def units(view: View, found: Iterable[Publishing]) -> Table:
    keys = [one.key for one in view.asked.periods]
    head = [gettext("单位"), gettext("合计"), gettext("不足的期数"), *keys]
    lines = [
        [
            Cell(in_language(one.row.name), to_cases(view.asked, unit=one.row.key)),
            number(one.row.count("published")),
            Cell(f"{one.below} ⚠" if one.below else "0", value=one.below),
            *map(number, one.counts),
        ]
        for one in found
    ]
    return Table("publishing", gettext("各单位发布数"), head, lines)


def quota(found: Iterable[Quota]) -> Table:
    head = [gettext("渠道"), gettext("篇幅总数"), gettext("已占用"), gettext("占用率")]
    lines = [
        [
            Cell(in_language(one.name)),
            number(one.places),
            number(one.booked),
            share(100 * one.booked / one.places if one.places else None),
        ]
        for one in found
    ]
    return Table("quota", gettext("渠道篇幅占用"), head, lines)


def accounts(found: Iterable[Accounts]) -> Table:
    head = [gettext("单位"), gettext("本期开通"), gettext("本期注销"), gettext("本期借出"), gettext("本期逾期未还")]
    head += [gettext("现有账号"), gettext("现借出"), gettext("现逾期")]
    lines = [[Cell(in_language(one.name)), *map(number, one[1:])] for one in found]
    return Table("accounts", gettext("账号与借用"), head, lines)


def choices(names: Names, view: View) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]], list[int]]:
    """The procedures and units that the figures tell of, and the versions of the procedure asked for."""
    keys = {key for found in view.tallies.values() for key in found}
    mine = {key.procedure for key in keys} & names.procedures.keys()
    of_units = {key.unit for key in keys} & names.units.keys()
    procedures = [(names.procedures[id].slug, names.procedure(id)) for id in sorted(mine)]
    procedure = names.procedure_id(view.asked.procedure or "")
    if procedure and procedure not in mine:
        procedures.append((view.asked.procedure or "", names.procedure(procedure)))
    versions = sorted(row.no for row in names.versions.values() if row.procedure_id == procedure)
    return procedures, [(names.units[id].code, names.unit(id)) for id in sorted(of_units)], versions
