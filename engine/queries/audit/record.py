"""合规检查 against the record: rows that say otherwise than the trail, and publications that cannot have been then."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.errors import BadInput
from engine.operations.moments import moment
from engine.operations.published import FIELD, too_early, too_late
from engine.queries.history import Whole
from engine.rules.content import content_sha256, named_files
from engine.text import Text

CLOSES = ("submit", "decide", "return", "answer", "sign", "sign_after", "rework")
NO_HAND = Text(
    "待办上没有办理人,或所代的人与轨迹不同", "the task names nobody, or another person acted for, than the trail"
)
OTHER_WORDS = Text("待办上的意见或时间与轨迹不同", "the task says other words or another time than the trail")
NO_WORD = Text("待办上没有轨迹所记的决定", "the task lacks the decision that the trail says")
OTHER_OBJECT = Text("待办所依据的内容与轨迹不同", "the task is about other content than the trail says")
OTHER_CONTENT = Text("第 {no} 版内容与轨迹所记的指纹不符", "revision {no} is not what the trail says by its SHA-256")
OTHER_START = Text("申请人或发起时间与轨迹不同", "the case names another applicant or beginning than the trail")
EARLY = Text("发布时间早于审批", "it was published before it was approved")
LATE = Text("所填的发布时间当时还没有到", "the time of publication was still to come when it was told")

# kind, at, seq, step, person, other, facts: what deviations.Found is made of.
One = tuple[str, datetime, int | None, str | None, int | None, int | None, dict[str, Any]]


def against_record(case: Whole) -> Iterator[One]:
    """What neither the diagram nor its steps tell: each row is compared with its line."""
    rows = {one.id: one for one in case.tasks}
    approved: datetime | None = None
    noted: dict[int, str] = {}
    closed: dict[int | None, tuple[Any, dict[str, Any], dict[str, Any]]] = {}
    for entry, facts in case.entries:
        answers = facts["answers"] if isinstance(facts.get("answers"), dict) else {}
        begun = (entry.for_id or entry.actor_id, entry.at)
        if entry.verb == "start" and begun != (case.row.applicant_id, case.row.started_at):
            yield _found("record", entry, OTHER_START)
        if "content_no" in facts:
            noted[facts["content_no"]] = facts.get("content", "")
        if entry.verb == "submit":
            approved = None
        if entry.verb in CLOSES:
            closed[entry.task_id] = entry, facts, answers
        why = _dated(answers, approved, entry.at)
        if why is not None:
            yield _found("dated", entry, why)
        if answers.get("decision") == "approve":
            approved = entry.at
    for task_id, (entry, facts, answers) in closed.items():
        row = rows.get(task_id)
        why = _otherwise(row, entry, facts, answers) if row is not None and row.state == "done" else None
        if why is not None:
            yield _found("record", entry, why)
    yield from _contents(case, noted)


def _otherwise(row: Any, entry: Any, facts: dict[str, Any], answers: dict[str, Any]) -> Text | None:
    if row.actor_id is None or row.for_id != entry.for_id:
        return NO_HAND
    if row.decision is None and answers.get("decision") is not None:
        return NO_WORD
    if row.closed_at != entry.at or (row.comment or "") != (answers.get("comment") or row.comment or ""):
        return OTHER_WORDS
    return OTHER_OBJECT if facts.get("content", row.content_sha256) != row.content_sha256 else None


def _dated(answers: dict[str, Any], approved: datetime | None, told: datetime) -> Text | None:
    if not isinstance(answers.get(FIELD), str) or not answers[FIELD]:
        return None
    try:
        published = moment(answers[FIELD])
    except BadInput:
        return None
    if approved is not None and too_early(published, approved):
        return EARLY
    return LATE if too_late(published, told) else None


def _contents(case: Whole, noted: dict[int, str]) -> Iterator[One]:
    for one in case.contents:
        if {content_sha256(one.fields, set(named_files(one.fields))), noted.get(one.no, one.sha256)} != {one.sha256}:
            text = OTHER_CONTENT.fill(no=one.no)
            at = case.row.started_at
            yield ("record", at, None, None, None, None, {"why": {"zh": text.zh, "en": text.en}})


def _found(kind: str, entry: Any, why: Text) -> One:
    facts = {"why": {"zh": why.zh, "en": why.en}}
    return (kind, entry.at, entry.seq, entry.step, entry.actor_id, entry.for_id, facts)
