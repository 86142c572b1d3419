"""案卷: everything of one case as its archive package wants it, in Chinese and in plain data."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.archive import CaseFile
from engine.kernel.errors import DiagramError
from engine.people import Person
from engine.procedures.plate import plate
from engine.procedures.version import Version, load_version
from engine.queries.answers import moment
from engine.queries.masking import check_original
from engine.queries.sheet import DECISIONS, STATES, VERBS, fields_of
from engine.trail.register import COLUMNS
from engine.work import row_of_case
from models import cases, comments, contents, copies, incidents, people, publications, tasks, trail, units, uploads

MORE_VERBS = {
    "start": "发起", "claim": "认领", "put_back": "退还", "copy": "抄送", "comment": "评论", "wake": "到时",
    "late": "超时", "escalate": "上报", "end": "流程结束", "incident": "异常", "retry": "重试",
    "archive": "登记存档", "open_account": "开通账号", "hand_over_password": "交付密码", "lend": "借出",
    "take_back": "收回", "read_secret": "查看密码", "outside_open": "外部人员已打开链接",
    "outside_wrong_code": "外部人员输错验证码", "outside_refused": "外部链接被拒", "outside_answer": "外部意见",
    "outside_revoke": "外部链接已收回", "urge": "催办", "migrate": "迁移到新版本", "migrate_back": "迁移已撤销",
    "print": "打印审批单", "change_account": "变更账号", "suspend_account": "暂停账号",
    "restore_account": "恢复账号", "close_account": "关闭账号", "register_custody": "登记保管",
    "register_platform": "登记平台", "certify_platform": "登记认证", "operate_platform": "平台投入运营",
    "change_platform": "变更平台", "designate": "指定专人", "end_designation": "结束指定",
    "file_record": "备案", "list_material": "素材上架", "delist_material": "素材下架", "take_down": "撤下",
    "book_slot": "预订推送时段", "confirm_slot": "确认推送时间", "release_slot": "退还推送时段",
    "move_slot": "调整推送时间", "change_calendar": "调整推送日历",
}  # fmt: skip
CLOCK = "系统"
MIGRATED = ("migrate", "migrate_back")

_FACTS = (
    sa.select(
        cases.c.number, cases.c.title, cases.c.state, cases.c.outcome, cases.c.started_at, cases.c.ended_at,
        cases.c.content_sha256, cases.c.trail_seq, cases.c.trail_hash,
        people.c.name.label("applicant"), units.c.name.label("unit"),
    )
    .join(people, people.c.id == cases.c.applicant_id)
    .join(units, units.c.id == cases.c.applicant_unit_id)
)  # fmt: skip
_PUBLICATIONS = sa.select(*COLUMNS)
_AUTHOR = people.alias("author")
_ACTOR, _FOR = people.alias("actor"), people.alias("for_whom")


def case_file(conn: sa.Connection, case_id: int) -> CaseFile:
    """The whole case; NotFound when there is none. A dozen statements. Who may have it is asked by the caller."""
    facts = conn.execute(_FACTS.where(cases.c.id == case_id)).first()
    row, version, _ = row_of_case(conn, case_id)
    rows = conn.execute(sa.select(trail).where(trail.c.chain == case_id).order_by(trail.c.seq)).mappings().all()
    names = _names(conn, rows)
    passed = _passed(conn, case_id, rows)
    form = version.manifest.get("content", {}).get("form")
    files = _all(conn, sa.select(*uploads.c["name", "sha256", "size", "type"]), uploads, case_id)
    known = {one["sha256"]: one for one in files}
    revisions = _revisions(conn, case_id)
    for one in revisions:
        one["shown"] = list(fields_of(version, form, one["fields"], known))
    head = plain(facts._mapping) if facts else {}
    head |= {"procedure": version.title.zh, "version": version.no, "state_zh": STATES.get(row.state, row.state)}
    return CaseFile(
        facts=head,
        contents=revisions,
        files=files,
        opinions=_opinions(conn, case_id),
        timeline=[_said(line, names, version_) for line, version_ in _by_version(conn, rows, version)],
        comments=_comments(conn, case_id),
        copies=_copies(conn, case_id),
        incidents=_all(conn, sa.select(*incidents.c["kind", "zh", "opened_at", "resolved_at"]), incidents, case_id),
        publications=_all(conn, _PUBLICATIONS, publications, case_id),
        drawings=dict(_drawings(version, passed)),
        documents=version.documents,
        trail=[plain({key: line[key] for key in line if key not in ("id", "previous")}) for line in rows],
    )


def own_case_file(conn: sa.Connection, person: Person, case_id: int) -> CaseFile:
    """The same for who may take the package; NotFound for who may not know of the case.

    NotAllowed while it runs, and while its personal data is masked for the reader.
    """
    check_original(conn, person, case_id, "archive")
    return case_file(conn, case_id)


def plain(row: Any) -> dict[str, Any]:
    """The row as JSON has it, times as the trail hashes them."""
    return {f"{key}": _text(value) if isinstance(value, datetime) else value for key, value in row.items()}


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _all(conn: sa.Connection, statement: Any, table: sa.Table, case_id: int) -> list[dict[str, Any]]:
    found = conn.execute(statement.where(table.c.case_id == case_id).order_by(table.c.id)).mappings()
    return [plain(row) for row in found]


def _names(conn: sa.Connection, rows: Sequence[Any]) -> dict[int | None, str]:
    hands = {row[key] for row in rows for key in ("actor_id", "for_id")} - {None}
    found = conn.execute(sa.select(people.c.id, people.c.name).where(people.c.id.in_(hands)))
    return {row.id: row.name for row in found}


def _by_version(conn: sa.Connection, rows: Sequence[Any], version: Version) -> list[tuple[Any, Version]]:
    """Every line with the version the case was on: before a migration the steps are those of another one."""
    found = []
    for row in reversed(rows):
        found.append((row, version))
        if row["verb"] in MIGRATED:
            version = load_version(conn, orjson.loads(row["facts"])["from_id"])
    return found[::-1]


def _said(row: Any, names: dict[int | None, str], version: Version) -> dict[str, str]:
    facts = orjson.loads(row["facts"])
    actor = names.get(row["actor_id"], CLOCK)
    behalf = names.get(row["for_id"])
    answers = facts.get("answers") or {}
    decision = answers.get("decision") or facts.get("decision") or ""
    return {
        "seq": str(row["seq"]),
        "at": moment(row["at"]),
        "who": f"{actor} 代 {behalf}" if behalf else actor,
        "step": version.step_name(row["step"]) if row["step"] else "",
        "what": VERBS.get(row["verb"]) or MORE_VERBS.get(row["verb"], row["verb"]),
        "decision": DECISIONS.get(str(decision), str(decision)),
        "comment": str(
            answers.get("comment") or facts.get("comment") or facts.get("body") or facts.get("reason") or ""
        ),
        "hash": row["hash"],
    }


def _revisions(conn: sa.Connection, case_id: int) -> list[dict[str, Any]]:
    found = conn.execute(
        sa.select(*contents.c["no", "sha256", "fields", "made_at"], _AUTHOR.c.name.label("author"))
        .join(_AUTHOR, _AUTHOR.c.id == contents.c.author_id)
        .where(contents.c.case_id == case_id)
        .order_by(contents.c.no)
    ).mappings()
    return [plain(row) for row in found]


def _opinions(conn: sa.Connection, case_id: int) -> list[dict[str, Any]]:
    """Every human step that was done, with what its holder decided and said, and about which content."""
    done = conn.execute(
        sa.select(
            *tasks.c["name", "opened_at", "claimed_at", "closed_at", "decision", "comment", "content_sha256"],
            _ACTOR.c.name.label("actor"),
            _FOR.c.name.label("acting_for"),
        )
        .outerjoin(_ACTOR, _ACTOR.c.id == tasks.c.actor_id)
        .outerjoin(_FOR, _FOR.c.id == tasks.c.for_id)
        .where(tasks.c.case_id == case_id, tasks.c.state == "done")
        .order_by(tasks.c.id)
    ).mappings()
    return [{**plain(row), "decision_zh": DECISIONS.get(row["decision"] or "", row["decision"] or "")} for row in done]


def _comments(conn: sa.Connection, case_id: int) -> list[dict[str, Any]]:
    here = sa.select(people.c.name, *comments.c["body", "made_at"]).join(people, people.c.id == comments.c.person_id)
    return _all(conn, here, comments, case_id)


def _copies(conn: sa.Connection, case_id: int) -> list[dict[str, Any]]:
    here = sa.select(people.c.name, *copies.c["sent_at", "read_at"]).join(people, people.c.id == copies.c.person_id)
    return _all(conn, here, copies, case_id)


def _passed(conn: sa.Connection, case_id: int, rows: Sequence[Any]) -> set[str]:
    """The elements the case went through: its steps, and what the diagram passed by itself."""
    found = set(
        conn.execute(sa.select(tasks.c.step).where(tasks.c.case_id == case_id, tasks.c.state == "done")).scalars()
    )
    for row in rows:
        found.update(orjson.loads(row["facts"]).get("passed", ()))
    return found


def _drawings(version: Version, passed: set[str]) -> Iterator[tuple[str, str]]:
    for name, text in version.documents.items():
        if name.endswith(".bpmn"):
            try:
                yield name, plate(text, passed)
            except DiagramError:
                continue
