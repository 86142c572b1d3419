"""阅读记录: who read what of the cases one looks over, as a list, by person, and as a table to keep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, request
from flask_login import login_required

from engine.queries.audit.reads import MOST, MOST_READERS, AskedReads, Read, all_reads, read_list, readers
from engine.sheets import csv_file
from engine.text import Text
from web import times, wiring
from web.audit.blueprint import bp, page
from web.language import ZONE, in_language
from web.sessions import me

KINDS = {
    "opened": Text("打开", "opened"),
    "downloaded": Text("下载文件", "file read"),
    "printed": Text("打印", "printed"),
    "exported": Text("导出", "exported"),
    "shown": Text("查看密码", "password seen"),
    "unmasked": Text("显示原文", "unmasked"),
}
PAGES = {
    "case": Text("申请页", "case page"),
    "task": Text("待办页", "task page"),
    "preview": Text("列表预览", "preview in a list"),
    "outside": Text("外部链接", "outside link"),
    "story": Text("改写成演练", "made a story"),
    "trail": Text("审计轨迹", "audit trail"),
    "figures": Text("统计的清单", "list behind a figure"),
    "log": Text("审计日志", "audit log"),
    "report": Text("月报", "monthly report"),
    "repairs": Text("修复", "repairs"),
    "conformance": Text("合规检查", "conformance"),
}
REPORTS = {
    "reads": Text("阅读记录", "reads on record"),
    "rights": Text("权限与任职", "rights and posts"),
    "figures": Text("统计", "figures"),
}
CUT = Text(
    "只到这里:最多{most}行,更早的请缩短日期再取。", "Cut here at {most} lines: take shorter spans for older ones."
)
REVISION = Text("第{no}版", "revision {no}")
OUTSIDE = Text("{name}(外部链接)", "{name} (outside link)")
EXPORT = Text("第{no}号导出", "export no. {no}")
INTERFACE = Text("接口", "interface")
COLUMNS = (
    Text("时间", "time"),
    Text("阅读人", "reader"),
    Text("登录名", "login"),
    Text("单位", "unit"),
    Text("方式", "kind"),
    Text("申请编号", "case"),
    Text("标题", "title"),
    Text("内容", "what"),
)


def _asked() -> AskedReads:
    """What the address asks for; without a wish the last thirty days."""
    today = wiring.now().astimezone(ZONE).date()
    since = times.day_in(request.args.get("since", ""), today - timedelta(days=30))
    until = times.day_in(request.args.get("until", ""), today)
    number, who = (request.args.get(name, "").replace("\0", "").strip()[:100] for name in ("number", "who"))
    what, before = request.args.get("what", ""), request.args.get("before", type=int)
    return AskedReads(
        times.starts(since), times.after(until), number, who, what if what in KINDS else "",
        before if before and 0 < before < 2**63 else None,
    )  # fmt: skip


def _days(asked: AskedReads) -> dict[str, str]:
    last = asked.until.astimezone(ZONE).date() - timedelta(days=1)
    return {"since": asked.since.astimezone(ZONE).date().isoformat(), "until": last.isoformat()}


def query(asked: AskedReads) -> dict[str, str]:
    """The address of the same without the place in the list."""
    named = {"number": asked.number, "who": asked.who, "what": asked.what}
    return _days(asked) | {name: text for name, text in named.items() if text}


def about(read: Read) -> str:
    """What was read, in words: the page and revision, the file, the sheet."""
    detail = read.detail
    said: list[Any] = [PAGES.get(detail.get("page", "")) if detail.get("page") != "outside" else None]
    said.append(REVISION.fill(no=detail["revision"]) if detail.get("revision") else None)
    said.append(EXPORT.fill(no=detail["export"]) if detail.get("export") else None)
    said.append(REPORTS.get(detail.get("report", ""), detail.get("report")))
    said += [detail.get(name) for name in ("file", "package", "code", "account", "reason")]
    said.append(INTERFACE if detail.get("api") else None)
    return " · ".join(in_language(one) if isinstance(one, Text) else str(one) for one in said if one)


def reader(read: Read) -> str:
    """Who read; of an outside link only the name is known that it was made for."""
    return read.reader or in_language(OUTSIDE.fill(name=read.detail.get("name", "?")))


@bp.get("/reads")
@login_required
def reads() -> str:
    asked = _asked()
    found, before = read_list(wiring.look(), me(), asked)
    return page(
        "audit/reads.html", "audit.reads", asked=asked, days=_days(asked), items=found, kinds=KINDS, about=about,
        reader=reader, query=query(asked), older=before, most=MOST,
    )  # fmt: skip


@bp.get("/reads/people")
@login_required
def readers_() -> str:
    asked = _asked()
    found = readers(wiring.look(), me(), asked)
    return page(
        "audit/readers.html", "audit.reads", asked=asked, days=_days(asked), items=found[:MOST_READERS], kinds=KINDS,
        query=query(asked), most=MOST, cut=len(found) > MOST_READERS,
    )  # fmt: skip


@bp.get("/reads.csv")
@login_required
def reads_csv() -> Response:
    """Everything asked for, MOST lines at most, for office programs; that it was taken is on record first."""
    asked, count = _asked(), Count()
    file = csv_file(_lines(asked, count))
    cut = {"cut": True} if count.cut else {}
    wiring.on_record(me(), None, "exported", report="reads", rows=count.rows, **cut, **query(asked))
    return times.table(file, f"reads-{_days(asked)['since']}-{_days(asked)['until']}.csv")


@dataclass
class Count:
    """How many lines a table has, and whether it was cut."""

    rows: int = 0
    cut: bool = False


def _lines(asked: AskedReads, count: Count) -> Iterator[Sequence[Any]]:
    yield [in_language(one) for one in COLUMNS]
    for read in all_reads(wiring.look(), me(), asked):
        if read is None:
            count.cut = True
            yield [in_language(CUT.fill(most=MOST))]
        else:
            count.rows += 1
            yield _row(read)


def _row(read: Read) -> tuple[Any, ...]:
    kind = in_language(KINDS[read.what]) if read.what in KINDS else read.what
    who = (reader(read), read.login, read.unit)
    return times.local(read.at), *who, kind, read.number, read.title, about(read)
