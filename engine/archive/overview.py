"""The pages of packages: of a case an overview that leads to everything else, and one for every revision; of an account
one page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from engine.archive.package import Attachment

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
ZONE = ZoneInfo("Asia/Shanghai")
ACCOUNT_STATES = {"registered": "已登记未运营", "active": "使用中", "suspended": "已暂停", "closed": "已注销"}
STYLE = (
    "body{max-width:64em;margin:2em auto;padding:0 1em;font-family:sans-serif;line-height:1.6;color:#1f2937}"
    "h1{margin-bottom:.2em}h2{margin-top:2em;border-bottom:1px solid #d1d5db}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid #e5e7eb}th{color:#6b7280;"
    "font-weight:normal}.f th{width:30%}td{overflow-wrap:anywhere}.s{overflow-x:auto}.s table{min-width:46em}"
    ".w{white-space:pre-wrap}.g{color:#6b7280}"
    "code{font-size:.8em;color:#6b7280;word-break:break-all}.d{overflow-x:auto;border:1px solid #e5e7eb}"
    "@media print{.d,.s{overflow:visible}.d svg{width:100%}}"
)


def overview(case: Mapping[str, Any], files: Sequence[tuple[Attachment, str]]) -> str:
    """index.html; nothing in it runs or is fetched."""
    facts = case["facts"]
    drawings = "".join(f'<div class="d">{svg}</div>' for svg in case["drawings"].values())
    parts = [
        _table([], _facts(facts)),
        _section("流程图(绿色为走过的步骤)", drawings),
        _listed("审批意见", "步骤 办理人 时间 结论 意见 所依据的内容", map(_opinion, case["opinions"])),
        _section("申请内容", _contents(case["contents"])),
        _listed("附件", "文件 字节 SHA-256", (_file(*one) for one in files)),
        _listed("发布登记", "编号 标题 链接 发布时间", map(_publication, case["publications"])),
        _listed("评论", "谁 时间 说了什么", (_cells(one, "name", "made_at", "body") for one in case["comments"])),
        _listed("抄送", "谁 送达 阅读", (_cells(one, "name", "sent_at", "read_at") for one in case["copies"])),
        _listed("异常", "说明 发生 解决", (_cells(one, "zh", "opened_at", "resolved_at") for one in case["incidents"])),
        _listed("审计轨迹", "序号 时间 谁 步骤 事项 结论 说明", map(_line, case["timeline"])),
        _section("核验", _proof(case)),
    ]
    return _page(str(facts["title"]), f"{facts['procedure']} · {facts['number']}", "".join(parts))


def _listed(title: str, heads: str, rows: Iterable[Sequence[str]]) -> str:
    return _section(title, _table(heads.split(), rows))


def _cells(one: Mapping[str, Any], *keys: str) -> list[str]:
    return [_at(one[key]) if key.endswith("_at") else _w(one[key]) for key in keys]


def revision(facts: Mapping[str, Any], content: Mapping[str, Any], places: Mapping[str, str]) -> str:
    """The page of one revision, with links to its files."""
    rows = []
    for one in content["shown"]:
        links = "".join(
            f'<div><a href="../{escape(places[file["sha256"]])}">{escape(file["name"])}</a></div>'
            if file["sha256"] in places
            else f"<div>{escape(file['name'])} <code>{escape(file['sha256'])}</code></div>"
            for file in one["files"]
        )
        rows.append([_t(one["label"]), _w("\n".join(one["lines"])) + links])
    head = f"{facts['number']} · 第 {content['no']} 版 · {content['author']} · {_at(content['made_at'])}"
    back = '<p><a href="../index.html">返回案卷首页</a></p>'
    hash = f"<p><code>SHA-256 {escape(str(content['sha256']))}</code></p>"
    return _page(str(facts["title"]), head, back + _table([], rows) + hash)


def account_page(account: Mapping[str, Any]) -> str:
    """index.html of an account: what it was from term to term, and in whose hands."""
    facts = account["facts"]
    official = "官方账号" if facts["official"] else "员工账号"
    rows = [
        ["登记号", _t(facts["id"])],
        ["所属", _t(facts["organisation"])],
        ["登记", _at(facts["opened_at"])],
        ["注销", _at(facts["closed_at"])],
    ]
    terms = "起 止 名称 状态 单位 持有人或管理员 运营者 密码保管人 外部使用人 权限 有效期至 原因 申请"
    verified = "<p>安装有 Python 的电脑上运行 <code>python verify.py 归档包.zip</code>,可核对每个文件与清单一致。</p>"
    parts = [
        _table([], rows),
        _listed("变更记录", terms, map(_term, account["terms"])),
        _listed("借用", "借用人 单位 起 止 收回 操作人员 申请", map(_lending, account["lendings"])),
        _listed(
            "密码交付", "交给 交付 查看", (_cells(one, "person", "made_at", "shown_at") for one in account["handovers"])
        ),
        _section("核验", verified),
    ]
    return _page(str(facts["name"]), f"{official} · {facts['kind']}", "".join(parts))


def _term(one: Mapping[str, Any]) -> list[str]:
    state = _t(ACCOUNT_STATES.get(one["state"], one["state"]))
    names = [one["unit"], one["holder"] or one["administrator"], one["operator"], one["custodian"], one["user_name"]]
    texts = [*names, "、".join(map(str, one["rights"])), one["valid_until"], one["reason"], one["number"]]
    return [_at(one["since"]), _at(one["until"]), _t(one["name"]), state, *map(_t, texts)]


def _lending(one: Mapping[str, Any]) -> list[str]:
    times = [_at(one[key]) for key in ("since", "until", "returned_at")]
    return [_t(one["borrower"]), _t(one["unit"]), *times, _w(one["operators"]), _t(one["number"])]


def _page(title: str, under: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f'<h1>{escape(title)}</h1><p class="g">{escape(under)}</p>{body}</body></html>\n'
    )


def _section(title: str, body: str) -> str:
    return f"<h2>{title}</h2>{body}" if body else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are HTML; without heads the first cell of a row is its head. Empty without rows."""
    lines = [
        "<tr>"
        + "".join(f"<th>{one}</th>" if not heads and no == 0 else f"<td>{one}</td>" for no, one in enumerate(row))
        for row in rows
    ]
    top = "<tr>" + "".join(f"<th>{head}</th>" for head in heads) + "</tr>" if heads else ""
    table = f"<table>{top}{''.join(lines)}</table>"
    return f'<div class="{"s" if heads else "f"}">{table}</div>' if lines else ""


def _facts(facts: Mapping[str, Any]) -> list[list[str]]:
    outcome = f" ({facts['outcome']})" if facts.get("outcome") else ""
    return [
        ["编号", _t(facts["number"])],
        ["流程", _t(f"{facts['procedure']},第 {facts['version']} 版")],
        ["申请人", _t(f"{facts['applicant']}({facts['unit']})")],
        ["状态", _t(facts["state_zh"] + outcome)],
        ["发起", _at(facts["started_at"])],
        ["结束", _at(facts["ended_at"])],
    ]


def _opinion(one: Mapping[str, Any]) -> list[str]:
    who = f"{one['actor']} 代 {one['acting_for']}" if one["acting_for"] else one["actor"]
    hash = f"<code>{escape(str(one['content_sha256'] or '')[:16])}</code>"
    return [_t(one["name"]), _t(who), _at(one["closed_at"]), _t(one["decision_zh"]), _w(one["comment"]), hash]


def _contents(contents: Sequence[Mapping[str, Any]]) -> str:
    """The newest revision in full, and a link to each."""
    if not contents:
        return ""
    links = " · ".join(f'<a href="content/{one["no"]}.html">第 {one["no"]} 版</a>' for one in contents)
    newest = contents[-1]
    rows = (
        [_t(one["label"]), _w("\n".join([*one["lines"], *(file["name"] for file in one["files"])]))]
        for one in newest["shown"]
    )
    return f"<p>{links}</p>{_table([], rows)}<p><code>SHA-256 {escape(str(newest['sha256']))}</code></p>"


def _file(attachment: Attachment, place: str) -> list[str]:
    size = f"{attachment.path.stat().st_size:,}"
    return [f'<a href="{escape(place)}">{escape(attachment.name)}</a>', size, f"<code>{attachment.sha256}</code>"]


def _publication(one: Mapping[str, Any]) -> list[str]:
    return [_t(one["number"]), _t(one["title"]), _t(one["link"]), _at(one["published_at"])]


def _line(one: Mapping[str, str]) -> list[str]:
    return [_t(one[key]) for key in ("seq", "at", "who", "step", "what", "decision")] + [_w(one["comment"])]


def _proof(case: Mapping[str, Any]) -> str:
    last = case["trail"][-1]["hash"] if case["trail"] else ""
    return (
        "<p>本归档包不依赖任何系统即可打开。安装有 Python 的电脑上运行 "
        "<code>python verify.py 归档包.zip</code>,可核对每个文件与清单一致、审计轨迹逐行成链、"
        "各版内容和发布登记与轨迹所记的相同。</p>"
        f"<p>轨迹末行 <code>{escape(last)}</code></p>"
    )


def _t(value: Any) -> str:
    return escape("" if value is None else str(value))


def _w(value: Any) -> str:
    return f'<div class="w">{_t(value)}</div>' if value else ""


def _at(text: str | None) -> str:
    return f"{datetime.fromisoformat(text).astimezone(ZONE):%Y-%m-%d %H:%M}" if text else ""
