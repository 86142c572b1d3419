"""A story out of a real case: who did what and when, with sample files instead of those that were uploaded."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import PurePath
from typing import Any

import orjson
import sqlalchemy as sa

from engine import queries
from engine.errors import Conflict
from engine.people import Person
from engine.queries import CaseView
from engine.text import Text
from engine.walks.samples import KINDS
from models import cases, contents, people, tasks, trail, uploads

# Acts of people that stories have no word for.
UNTOLD = {
    "return": Text("退回到", "return to a step"),
    "recall": Text("拿回", "take back"),
    "sign_after": Text("加签", "sign after"),
    "sign": Text("加签", "sign after"),
    "sign_before": Text("加签", "sign before"),
    "delegate": Text("委派", "delegate"),
    "answer": Text("委派、加签的答复", "the answer of who was asked"),
    "rework": Text("改后直接回到我", "come straight back"),
    "add_signer": Text("会签加签", "add a signer"),
    "remove_signer": Text("会签减签", "take a signer away"),
    "suspend": Text("挂起", "suspend"),
    "resume": Text("恢复", "resume"),
    "cancel": Text("终止", "cancel"),
    "outside_ask": Text("外部审批人", "an outside approver"),
}
ENDINGS = {"jpg": "jpeg", **{kind: kind for kind in KINDS}}


class NoStory(Conflict):
    """What happened in the case cannot be told as a story."""

    code = "no_story"
    message = Text(
        "这件申请不能改写成演练:其中用过「{act}」,演练里没有这样的步骤。",
        "This case cannot be told as a story: it used “{act}”, which stories have no step for.",
    )


def story_of_case(conn: sa.Connection, person: Person, case_id: int, now: datetime) -> dict[str, Any]:
    """The case as a walk of walks.json, without its id and title; NotFound for who may not see the case, NoStory."""
    view = queries.case_view(conn, person, case_id, now)
    return _Telling(conn, view).told()


class _Telling:
    def __init__(self, conn: sa.Connection, view: CaseView):
        self.conn, self.view = conn, view
        self.logins = {row.id: row.login for row in conn.execute(sa.select(people.c.id, people.c.login))}
        here = uploads.c.case_id == view.id
        self.files = {row.sha256: row for row in conn.execute(sa.select(uploads).where(here))}
        mine = contents.c.case_id == view.id
        self.revisions = {row.no: row.fields for row in conn.execute(sa.select(contents).where(mine))}
        self.now = view.started_at

    def told(self) -> dict[str, Any]:
        rows = self.conn.execute(sa.select(trail).where(trail.c.chain == self.view.id).order_by(trail.c.seq)).all()
        first, *steps = list(self._steps(rows)) or [{"answers": {}}]
        if "task" not in first:
            first, steps = {"answers": {}}, [first, *steps]
        story: dict[str, Any] = {"at": self.view.started_at.isoformat(), "applicant": self.view.applicant_login}
        return {
            **story,
            "start": first["answers"],
            **self._before(),
            "steps": [*steps, *self._last()],
            "expect": self._end(),
        }

    def _steps(self, rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
        for row in rows:
            facts = orjson.loads(row.facts)
            if row.verb in UNTOLD or facts.get("asked"):
                raise NoStory(act=UNTOLD.get(row.verb, UNTOLD["rework"]))
            if row.verb not in ("submit", "decide", "withdraw", "retry"):
                continue
            if row.at > self.now:
                self.now = row.at
                yield {"clock": row.at.isoformat()}
            who = {"as": self.logins[row.for_id or row.actor_id]}
            if row.verb in ("withdraw", "retry"):
                yield {row.verb: True, **who}
                continue
            answers = self.revisions[facts["content_no"]] if "content_no" in facts else facts.get("answers", {})
            yield {"task": row.step, **who, "answers": self._sampled(answers)}

    def _sampled(self, value: Any) -> Any:
        """The answers with a sample in the place of every file."""
        if isinstance(value, dict) and isinstance(value.get("sha256"), str):
            return self._sample(value)
        if isinstance(value, dict):
            return {key: self._sampled(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._sampled(inner) for inner in value]
        return value

    def _sample(self, file: dict[str, Any]) -> dict[str, Any]:
        ending = PurePath(str(file.get("name", ""))).suffix.lstrip(".").lower()
        kind, known = ENDINGS.get(ending, "pdf"), self.files.get(file["sha256"])
        made: dict[str, Any] = {"make": kind, "bytes": int(file.get("size") or 0)}
        facts = known.facts if known is not None else {}
        return made | {name: facts[name] for name in ("width", "height") if facts.get(name)}

    def _before(self) -> dict[str, Any]:
        """The switches as they were."""
        told = self.conn.execute(sa.select(cases.c.snapshot).where(cases.c.id == self.view.id)).scalar_one()
        level = orjson.loads(told)["wf"]
        data = level["data"] or (level["tasks"][0][3] if level["tasks"] else {})
        switches = data.get("switches") or {}
        return {"switches": switches} if switches else {}

    def _last(self) -> list[dict[str, Any]]:
        """Where the case stands, of one that still runs; until when the clock went, of one it ended."""
        if self.view.ended_at is None:
            here = (tasks.c.case_id == self.view.id) & (tasks.c.state == "open")
            return [{"open": sorted(self.conn.execute(sa.select(tasks.c.step).where(here)).scalars())}]
        return [{"clock": self.view.ended_at.isoformat()}] if self.view.ended_at > self.now else []

    def _end(self) -> dict[str, Any]:
        ended = {"ended": [self.view.outcome]} if self.view.outcome else {"ended": []}
        return {"state": self.view.state, **(ended if self.view.ended_at else {})}
