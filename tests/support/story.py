"""A house to act in: people by login, cases by number, posts that are given and taken away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

import models
from engine import actions, trail
from engine.desk import Desk, Office
from engine.kernel import Flow
from engine.people import Person, person_by_login
from engine.procedures.version import load_version
from engine.walks import samples
from models import cases, contents, incidents, people, posts, procedures, repairs, stand_ins, tasks, units
from models import trail as trail_rows

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
SINCE = datetime(2026, 1, 1, tzinfo=UTC)

POST = {
    "title": "秋季新品发布会预告",
    "body": "示范集团将于十二月一日举办秋季新品发布会。",
    "channel": "official_weibo",
    "category": "1",
    "source": "销售部",
    "secrecy": "none",
    "contact": "分机 8021",
    "declaration": True,
}
ACCOUNT = {
    "purpose": "与供应商联系,维护行业微信群",
    "frequency": "daily",
    "post": "市场专员",
    "mobile": "021-60001234",
    "declaration": True,
}
EVENT = {
    "event": "新品发布会微博直播",
    "event_kind": "live",
    "channel": "official_weibo",
    "starts_at": "2026-11-25T14:00:00+08:00",
    "ends_at": "2026-11-25T17:00:00+08:00",
    "operators": "林夏:发布;潘一:回复评论",
    "outline": "14:00 开场图文;15:00 新品介绍三条;16:30 抽奖结果公布。",
    "moderation_plan": "评论先审后显,投诉转客服部,不当言论及时隐藏。",
    "declaration": True,
}
START = {"pub-company-info": POST, "acc-open-staff": ACCOUNT, "acc-weibo-temp-login": EVENT}
APPROVE = {"decision": "approve"}
RETURN = {"decision": "return", "comment": "请补充来源"}
REJECT = {"decision": "reject", "comment": "不宜发布"}
CHAIN = (
    ("review_by_unit_head", "zhou.ning"),
    ("review_by_enterprise_office", "he.sui"),
    ("approve_by_enterprise_head", "shen.yan"),
)


class Story:
    """One database with the demonstration company; `now` is moved by hand."""

    def __init__(self, engine: sa.Engine, folder: Path, now: datetime = NOW):
        self.engine, self.office, self.now = engine, Office(folder), now
        self.ids: dict[str, int] = {}

    # --- acting

    def act(self, login: str, call: Callable[[Desk], Any], **more: Any) -> Any:
        """One action by one person, as the pages and the API do it."""
        return actions.acting(self.engine, self.office, self.id_of(login), call, now=self.now, **more)

    def once(self, login: str | None, call: Callable[[Desk], Any]) -> Any:
        """One action in one transaction that is not tried again; without a login it is the clock."""
        with models.writing(self.engine) as conn:
            actor = person_by_login(conn, login, self.now) if login else None
            return call(Desk(conn, actor, self.now, self.office))

    def retry(self, login: str, incident_id: int) -> None:
        """Asked for by one who keeps the procedure and agreed to by a second one."""
        case_id = self.read(sa.select(incidents.c.case_id).where(incidents.c.id == incident_id))[0].case_id
        here = (repairs.c.case_id == case_id) & (repairs.c.revision == cases.c.revision)
        waits = sa.select(repairs.c.id).join(cases, cases.c.id == repairs.c.case_id).where(here)
        waits = waits.where(repairs.c.state == "asked")
        known = [row.id for row in self.read(waits.where(repairs.c.target == str(incident_id)))]
        asker = "shen.yan" if case_id and login == "tian.ye" else login
        asked = known[0] if known else self.act(asker, lambda desk: actions.retry(desk, incident_id, "已补任"))
        if asked is not None:
            self.act("tian.ye", lambda desk: actions.approve_repair(desk, asked))

    def start(self, login: str = "lin.xia", slug: str = "pub-company-info", **more: Any) -> int:
        answers = START.get(slug, {}) | more
        return int(self.act(login, lambda desk: actions.start(desk, slug, answers)).case_id)

    def decide(self, login: str, task_id: int, answers: dict[str, Any], revision: int | None = None) -> Any:
        return self.act(login, lambda desk: actions.decide(desk, task_id, answers, revision))

    def approve(self, case_id: int, *steps: tuple[str, str]) -> None:
        """Let the steps of the chain be approved one after the other; (step, login) each."""
        for step, login in steps or CHAIN:
            self.decide(login, self.task(case_id, step), APPROVE)

    def approved(self, **more: Any) -> int:
        """A case that was approved by the whole chain and waits to be carried out."""
        case_id = self.start(**more)
        self.approve(case_id)
        return case_id

    def wake(self, case_id: int) -> bool:
        return bool(self.once(None, lambda desk: actions.wake(desk, case_id)))

    def keep_time(self, task_id: int) -> bool:
        return bool(self.once(None, lambda desk: actions.keep_time(desk, task_id)))

    def clock(self, hours: float = 0) -> None:
        """So much time passes; then the clock looks once at everything that is due."""
        self.now += timedelta(hours=hours)
        with models.reading(self.engine) as conn:
            cases_due, tasks_due = actions.due_cases(conn, self.now), actions.due_tasks(conn, self.now)
        for case_id in cases_due:
            self.wake(case_id)
        for task_id in tasks_due:
            self.keep_time(task_id)

    def picture(self, login: str) -> list[dict[str, str]]:
        """A picture the person uploaded, as an answer refers to it."""
        import io

        done = self.act(
            login,
            lambda desk: actions.upload(
                desk, actions.receive(desk.office, io.BytesIO(samples.make("png", 0)), "截图.png")
            ),
        )
        return [{"sha256": done["sha256"]}]

    def published(self, login: str) -> dict[str, Any]:
        """The answers of who published on Weibo."""
        return {
            "published_link": "https://weibo.com/demo/launch",
            "published_at": self.now.isoformat(),
            "screenshot": self.picture(login),
        }

    # --- looking

    def read(self, statement: Any) -> list[Any]:
        with models.reading(self.engine) as conn:
            return list(conn.execute(statement).all())

    def person(self, login: str) -> Person:
        with models.reading(self.engine) as conn:
            found = person_by_login(conn, login, self.now)
        assert found, login
        return found

    def id_of(self, login: str) -> int:
        if login not in self.ids:
            self.ids[login] = int(self.read(sa.select(people.c.id).where(people.c.login == login))[0].id)
        return self.ids[login]

    def case(self, case_id: int) -> Any:
        return self.read(sa.select(cases).where(cases.c.id == case_id))[0]

    def open(self, case_id: int) -> list[Any]:
        return self.read(
            sa.select(tasks).where(tasks.c.case_id == case_id, tasks.c.state == "open").order_by(tasks.c.id)
        )

    def steps(self, case_id: int) -> list[str]:
        return [task.step for task in self.open(case_id)]

    def task(self, case_id: int, step: str | None = None) -> int:
        """The only open task of the case, or of the step in it."""
        (found,) = (task for task in self.open(case_id) if step in (None, task.step))
        return int(found.id)

    def newest_task(self, case_id: int) -> int:
        """The task the diagram opened last, open or not."""
        drawn = (tasks.c.case_id == case_id) & tasks.c.parent_id.is_(None)
        return int(self.read(sa.select(sa.func.max(tasks.c.id)).where(drawn))[0][0])

    def row(self, task_id: int) -> Any:
        return self.read(sa.select(tasks).where(tasks.c.id == task_id))[0]

    def case_content(self, case_id: int) -> dict[str, Any]:
        """The newest revision of what is asked for."""
        newest = sa.select(contents.c.fields).where(contents.c.case_id == case_id).order_by(contents.c.no.desc())
        return dict(self.read(newest.limit(1))[0].fields)

    def trail(self, case_id: int) -> list[Any]:
        return self.read(sa.select(trail_rows).where(trail_rows.c.chain == case_id).order_by(trail_rows.c.seq))

    def verbs(self, case_id: int) -> list[str]:
        return [row.verb for row in self.trail(case_id)]

    def incidents(self, case_id: int) -> list[Any]:
        """Those nobody has resolved yet."""
        return [one for one in self.all_incidents(case_id) if one.resolved_at is None]

    def all_incidents(self, case_id: int) -> list[Any]:
        return self.read(sa.select(incidents).where(incidents.c.case_id == case_id).order_by(incidents.c.id))

    def dump(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with models.reading(self.engine) as conn:
            return {
                table.name: sorted(map(repr, conn.execute(sa.select(table)).all()))
                for table in models.metadata.sorted_tables
            }

    # --- what must always hold

    def check(self) -> None:
        """Engine, tasks, cases and trail agree; the chains are intact."""
        with models.reading(self.engine) as conn:
            assert [*trail.verify(conn), *trail.verify_reads(conn)] == []
            for case in conn.execute(sa.select(cases)).all():
                _agree(conn, case, self.now)

    def agree(self, case_id: int) -> None:
        with models.reading(self.engine) as conn:
            _agree(conn, conn.execute(sa.select(cases).where(cases.c.id == case_id)).one(), self.now)

    # --- people come and go

    def write(self, statement: Any) -> None:
        with models.writing(self.engine) as conn:
            conn.execute(statement)

    def give_post(self, login: str, role: str, unit: str) -> None:
        self.write(
            posts.insert().values(
                person_id=self.id_of(login), role_id=role, unit_id=self.unit(unit), since=self.now - timedelta(hours=1)
            )
        )

    def end_posts(self, role: str, unit: str | None = None, login: str | None = None) -> None:
        """Nobody holds the role (in the unit, by this person) any longer."""
        held = posts.c.role_id == role
        if unit:
            held &= posts.c.unit_id == self.unit(unit)
        if login:
            held &= posts.c.person_id == self.id_of(login)
        self.write(posts.update().where(held).values(until=self.now))

    def disable(self, login: str) -> None:
        self.write(people.update().where(people.c.login == login).values(disabled_at=self.now))

    def stand_in(self, absent: str, by: str, slug: str | None = None) -> None:
        procedure = sa.select(procedures.c.id).where(procedures.c.slug == slug).scalar_subquery() if slug else None
        self.write(
            stand_ins.insert().values(
                person_id=self.id_of(absent),
                stand_in_id=self.id_of(by),
                procedure_id=procedure,
                since=SINCE,
                until=self.now + timedelta(days=30),
            )
        )

    def unit(self, code: str) -> int:
        return int(self.read(sa.select(units.c.id).where(units.c.code == code))[0].id)


ACTS = ("submit", "decide", "return", "answer", "sign", "sign_after", "rework")  # each closes the task it names


def _agree(conn: sa.Connection, case: Any, now: datetime) -> None:
    """The snapshot, the tasks and the trail of one case tell the same story."""
    rows = conn.execute(sa.select(tasks).where(tasks.c.case_id == case.id)).all()
    open_rows = {row.uuid for row in rows if row.state in ("open", "waiting") and row.parent_id is None}
    version = load_version(conn, case.version_id)
    flow = Flow.load(version.specification, case.snapshot, now=now)
    assert {task.id for task in flow.open_tasks} == open_rows, case.number
    standing = {row.id: row for row in rows if row.state in ("open", "waiting")}
    for row in standing.values():  # who was asked has somebody who waits, and who waits has somebody who was asked
        if row.parent_id is not None:
            assert standing[row.parent_id].state == "waiting", case.number
        elif row.state == "waiting":
            assert any(one.parent_id == row.id and one.state == "open" for one in rows), case.number
    if case.state not in ("running", "incident", "suspended"):
        assert not open_rows, (case.number, case.state)
        assert case.ended_at is not None
    entries = conn.execute(sa.select(trail_rows).where(trail_rows.c.chain == case.id)).all()
    acts = [row.task_id for row in entries if row.verb in ACTS]
    for row in entries:
        if row.verb == "recall":
            acts.remove(row.task_id)
    assert sorted(acts) == sorted(row.id for row in rows if row.state == "done"), case.number
    ends = [row for row in entries if row.verb == "end"]
    assert len(ends) == (case.state not in ("running", "incident", "suspended")), (case.number, case.state, len(ends))
    assert all(orjson.loads(row.facts)["state"] == case.state for row in ends)
