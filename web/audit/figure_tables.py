"""The tables of the figures: one shape for the page, where numbers lead to their cases, and for the file to keep."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import gettext

from engine.figures import Spread
from engine.figures.closing import Closed
from engine.queries.audit.figures import TOTAL, Asked, Names, Row, View, whole
from engine.queries.audit.standing import Accounts, Publishing, Quota
from engine.queries.audit.workload import Load
from web.language import in_language, span

HOUR = 3600


class Cell(NamedTuple):
    """`value`: what a file says and a page sorts by, where it is otherwise; `mark`: how the page shows it.

    `under`: a second line, (text, where it leads); `title`: what is said when one points at it.
    """

    text: str
    href: str | None = None
    value: Any = None
    mark: str = ""
    under: tuple[str, str] | None = None
    title: str = ""


class Table(NamedTuple):
    """`head`: labels; of the columns in `hours` a file says hours; `foot`: the line of all, not in the file.

    `aside`: columns that only a file has.
    """

    key: str
    title: str
    head: list[str]
    rows: list[list[Cell]]
    hours: frozenset[int] = frozenset()
    foot: list[Cell] | None = None
    aside: frozenset[int] = frozenset()

    def sheet(self) -> list[list[Any]]:
        head = [f"{name}({gettext('小时')})" if at in self.hours else name for at, name in enumerate(self.head)]
        rows = [[cell.text if cell.value is None else cell.value for cell in row] for row in self.rows]
        return [head, *rows]


def number(count: float, href: str | None = None) -> Cell:
    return Cell(str(count), href if count else None)


def length(seconds: float | None) -> Cell:
    return Cell("–", value="") if seconds is None else Cell(span(seconds, fine=True), value=round(seconds / HOUR, 2))


def share(percent: float | None, href: str | None = None) -> Cell:
    return Cell("–", value="") if percent is None else Cell(f"{percent:.1f}%", href)


WORST, BAD = 70, 90  # of a hundred deadlines fewer kept than this are marked


def kept(row: Row, href: str | None) -> Cell:
    """How many deadlines were kept; a bottleneck is marked, and leads to what was missed."""
    cell = share(row.kept, href if row.count("missed") else None)
    if row.kept is None or row.kept >= BAD:
        return cell
    return cell._replace(mark="worst" if row.kept < WORST else "bad", value=cell.text, text=f"⚠ {cell.text}")


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


def here() -> str:
    """This page as it was asked for: where the list behind a number leads back to."""
    return request.full_path.rstrip("?")


def to_tasks(asked: Asked, what: str, **more: Any) -> str:
    return url_for("audit.figure_cases", **address(asked, what=what, back=here(), **more))


def to_lines(asked: Asked, what: str, **more: Any) -> str:
    """The lines behind a number that counts no tasks."""
    return url_for("audit.figure_lines", **address(asked, what=what, back=here(), **more))


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
    running = number(row.count("running"), to_lines(asked, "running"))
    return [started, number(row.ended, to_cases(asked, ended=when)), *states, running]


def _count_heads() -> list[str]:
    ends = [gettext("已完成"), gettext("已拒绝"), gettext("已撤回"), gettext("已终止")]
    return [gettext("发起"), gettext("办结"), *ends, gettext("期末在办")]


def _closed(closed: Closed | None, changed: bool) -> Cell:
    """The hash with which a period was closed; that of what is stored is another where somebody wrote in it."""
    if closed is None:
        return Cell(gettext("实时"))
    if changed:
        return Cell(gettext("✗ 被改动过"))
    return Cell(gettext("✓ 已封存"), value=closed.sha256, title=f"SHA-256 {closed.sha256}")


def periods(view: View, rows: Iterable[Row]) -> Table:
    head = [gettext("期间"), *_count_heads(), gettext("时长中位数"), "P75", "P90", "P95", gettext("平均时长")]
    head += [gettext("按时率"), gettext("封存")]
    lines, total = [], whole(view)
    for row, period in zip(rows, view.asked.periods, strict=True):
        own = view.asked._replace(first=period, last=period)
        closed = view.closed.get(period.key)
        lines.append(
            [
                Cell(row.key, url_for("audit.figures", **address(own))),
                *_counts(row, own),
                *_spreads(row.spread("cycle"), "median", "p75", "p90", "p95", "mean"),
                kept(row, to_tasks(own, "missed")),
                _closed(closed, period.key in view.changed),
            ]
        )
    lengths = _spreads(total.spread("cycle"), "median", "p75", "p90", "p95", "mean")
    foot = [_total(), *_counts(total, view.asked), *lengths]
    foot += [kept(total, to_tasks(view.asked, "missed")), Cell("")]
    return Table("periods", gettext("各期"), head, lines, frozenset(range(8, 13)), foot, frozenset({9, 11}))


def _total() -> Cell:
    return Cell(in_language(TOTAL))


def summed(numbers: Iterable[Any], href: str | None = None) -> Cell:
    return number(sum(numbers), href)


def groups(key: str, title: str, label: str, view: View, rows: Iterable[Row]) -> Table:
    """Procedures, versions or units; `key` is what an address names one of them by."""
    head = [label, *_count_heads(), gettext("时长中位数"), "P90", gettext("平均时长")]
    lines = []
    for row in rows:
        own = _narrower(view.asked, key, row.key)
        name = Cell(in_language(row.name), url_for("audit.figures", **address(own)))
        lines.append([name, *_counts(row, own), *_spreads(row.spread("cycle"), "median", "p90", "mean")])
    total = whole(view)
    foot = [_total(), *_counts(total, view.asked), *_spreads(total.spread("cycle"), "median", "p90", "mean")]
    return Table(f"{key}s", title, head, lines, frozenset({8, 9, 10}), foot)


def _narrower(asked: Asked, key: str, value: str) -> Asked:
    if key == "version":
        return asked._replace(version=int(value) if value.isdigit() else None)
    return asked._replace(procedure=value) if key == "procedure" else asked._replace(unit=value)


def outcomes(view: View, rows: Iterable[Row]) -> Table:
    """Where the cases ended; those that got to no end of the diagram in one line, so that all are there."""
    ended = whole(view).ended
    told = [(in_language(row.name), row.key, row.count("number")) for row in rows]
    nowhere = ended - sum(count for *_, count in told)
    told += [(gettext("未到结局(撤回、终止)"), "", nowhere)] if nowhere > 0 else []
    lines = [
        [Cell(name), number(count, to_lines(view.asked, "outcome", end=end or None)), share(100 * count / ended)]
        for name, end, count in told
        if ended
    ]
    head = [gettext("结束于"), gettext("件数"), gettext("占比")]
    foot = [_total(), number(ended, to_cases(view.asked, ended=days(view.asked))), share(100.0)]
    return Table("outcomes", gettext("结局"), head, lines, foot=foot)


def steps(view: View, rows: list[Row]) -> Table:
    head = [gettext("步骤"), gettext("次数"), gettext("等待中位数"), gettext("等待P90")]
    head += [gettext("处理中位数"), gettext("处理P90"), gettext("合计用时"), gettext("按时"), gettext("超时")]
    head += [gettext("按时率"), gettext("退回率"), gettext("拒绝率"), gettext("无人办理"), gettext("流程")]
    lines = []
    for row in rows:
        slug, step = row.key.split("/", 1)
        own = view.asked._replace(procedure=slug)
        procedure = in_language(view.names.procedure(view.names.procedure_id(slug)))

        heat = url_for("audit.heat", **address(own))

        def behind(what: str, own: Asked = own, step: str = step) -> str:
            return to_tasks(own, what, step=step)

        lines.append(
            [
                Cell(in_language(row.name), under=None if view.asked.procedure else (procedure, heat)),
                number(row.count("done"), behind("done")),
                *_spreads(row.spread("waiting"), "median", "p90"),
                *_spreads(row.spread("work"), "median", "p90"),
                length(row.busy),
                number(row.count("met"), behind("met")),
                number(row.count("missed"), behind("missed")),
                kept(row, behind("missed")),
                share(row.share("return"), behind("return") if row.count("said:return") else None),
                share(row.share("reject"), behind("reject") if row.count("said:reject") else None),
                number(row.count("closed"), behind("closed")),
                Cell(procedure, heat),
            ]
        )
    total = whole(view)
    foot = [_total(), number(total.count("done"), to_tasks(view.asked, "done")), *[Cell("")] * 4]
    foot += [length(sum(row.busy for row in rows)), number(total.count("met"), to_tasks(view.asked, "met"))]
    foot.append(number(total.count("missed"), to_tasks(view.asked, "missed")))
    foot += [kept(total, to_tasks(view.asked, "missed")), share(total.share("return")), share(total.share("reject"))]
    foot += [number(total.count("closed"), to_tasks(view.asked, "closed")), Cell("")]
    return Table("steps", gettext("步骤与瓶颈"), head, lines, frozenset(range(2, 7)), foot, frozenset({7, 13}))


def people(view: View, loads: Iterable[Load]) -> Table:
    head = [gettext("人员"), gettext("本期办理"), gettext("本期超时"), gettext("现在待办"), gettext("现在逾期")]
    lines, loads = [], list(loads)
    for one in loads:
        who = {"post": one.post, "procedure": one.procedure, "step": one.step} if one.post else {"person": one.id}

        def behind(what: str, who: dict[str, Any] = who) -> str:
            return to_tasks(view.asked, what, **who)

        lines.append(
            [
                Cell(in_language(one.name)),
                number(one.done, behind("done")),
                number(one.missed, behind("missed")),
                number(one.open, behind("open")),
                number(one.overdue, behind("overdue")),
            ]
        )
    foot = [_total(), *(summed(one[at] for one in loads) for at in range(2, 6))]
    return Table("people", gettext("人员工作量"), head, lines, foot=foot)


def units(view: View, found: Iterable[Publishing]) -> Table:
    keys = [one.key for one in view.asked.periods]
    head = [gettext("单位"), gettext("合计"), gettext("不足的期数"), *keys]
    lines, found = [], list(found)
    for one in found:
        key = one.row.key
        counts = [
            number(count, to_lines(view.asked._replace(first=period, last=period), "published", of=key))
            for count, period in zip(one.counts, view.asked.periods, strict=True)
        ]
        lines.append(
            [
                Cell(in_language(one.row.name), to_cases(view.asked, unit=key)),
                number(one.row.count("published"), to_lines(view.asked, "published", of=key)),
                Cell(f"{one.below} ⚠" if one.below else "0", value=one.below),
                *counts,
            ]
        )
    foot = [_total(), summed((one.row.count("published") for one in found), to_lines(view.asked, "published"))]
    foot.append(summed(one.below for one in found))
    for at, period in enumerate(view.asked.periods):
        own = to_lines(view.asked._replace(first=period, last=period), "published")
        foot.append(summed((one.counts[at] for one in found), own))
    return Table("publishing", gettext("各单位发布数"), head, lines, foot=foot)


def quota(found: list[Quota]) -> Table:
    places, booked = sum(one.places for one in found), sum(one.booked for one in found)
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
    foot = [_total(), number(places), number(booked), share(100 * booked / places if places else None)]
    return Table("quota", gettext("渠道篇幅占用"), head, lines, foot=foot)


ACCOUNTS = ("opened", "ended", "lent", "unreturned", "in_use", "out", "late")  # what is behind each number of a line


def accounts(view: View, found: Iterable[Accounts]) -> Table:
    head = [gettext("单位"), gettext("本期开通"), gettext("本期注销"), gettext("本期借出"), gettext("本期逾期未还")]
    head += [gettext("现有账号"), gettext("现借出"), gettext("现逾期")]
    lines, found = [], list(found)
    for one in found:
        told = zip(one[2:], ACCOUNTS, strict=True)
        counts = [number(count, to_lines(view.asked, what, of=one.key)) for count, what in told]
        lines.append([Cell(in_language(one.name)), *counts])
    foot = [_total()]
    foot += [summed((one[at] for one in found), to_lines(view.asked, what)) for at, what in enumerate(ACCOUNTS, 2)]
    return Table("accounts", gettext("账号与借用"), head, lines, foot=foot)


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
