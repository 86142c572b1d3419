"""What of a case is not what its trail says: shown in red, for it is no longer what was approved."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from engine.rules.content import content_sha256, named_files
from engine.text import Text
from engine.trail import is_said
from engine.trail.register import COLUMNS
from engine.trail.stored import facts_of
from models import publications

OTHER_CONTENT = Text(
    "下面的内容不是审计轨迹所记的内容(指纹不符):有人绕过系统改动过它,不能当作批准过的内容。",
    "The content below is not what the trail says (its SHA-256 differs): somebody changed it behind the system's back. "
    "It is not what was approved.",
)
OTHER_ENTRY = Text(
    "发布登记与审计轨迹所记的不同:有人绕过系统改动过批准人、链接或时间。",
    "The entry in the register of publications is not what the trail says: somebody changed its approvers, link or "
    "time behind the system's back.",
)


def doubts(conn: sa.Connection, case: Any, lines: Sequence[Any], newest: Any) -> Iterator[Text]:
    """`lines`: the trail of the case as it lies there; `newest`: its last revision. One statement if published."""
    told = [(line.verb, facts_of(line.facts)) for line in lines]
    if newest is not None:
        noted = {facts["content_no"]: facts.get("content") for _, facts in told if "content_no" in facts}
        shown = content_sha256(newest.fields, set(named_files(newest.fields)))
        if {shown, newest.sha256, noted.get(newest.no, shown)} != {case.content_sha256}:
            yield OTHER_CONTENT
    archived = [facts for verb, facts in told if verb == "archive"]
    if archived:
        entry = conn.execute(sa.select(*COLUMNS).where(publications.c.case_id == case.id)).mappings().first()
        if entry is None or is_said(entry, archived) is False:
            yield OTHER_ENTRY
