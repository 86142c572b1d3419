"""Real cases with the real clock: an account is taken back in time, a publication is told of and packed."""

import json
import zipfile
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

import models
from engine import trail
from engine.actions.found import CATALOGUE
from engine.archive import verify_package
from engine.connectors.webhook import Webhook
from engine.desk import Office
from engine.jobs.carrier import open_carrier
from engine.jobs.clock import Clock
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, due, run
from engine.procedures.package import load_package
from engine.walks.runner import START, Runner
from models import cases, incidents, jobs, lendings, publications, tasks


def walk(slug: str, name: str):
    (folder,) = CATALOGUE.glob(f"*/{slug}")
    return next(one for one in load_package(folder).walks if one["id"] == name)


class ByTheClock(Runner):
    """Lives a walk; time passes by the worker's clock, a quarter of an hour at a time."""

    clock: Clock

    def move_clock(self, to: str) -> None:
        end = self.now + timedelta(hours=60)
        while self.now < end and not self.late_or_moved():
            self.now += timedelta(minutes=15)
            self.clock.tick()

    def late_or_moved(self) -> bool:
        return any(task.step == "take_back_login" or task.late_at for task in self.open_tasks())


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path, webhook="https://example.com")


def test_the_clock_takes_an_account_back_when_the_lending_is_over(engine, office):
    story = ByTheClock(engine, office, "acc-weibo-temp-login")
    story.now = START
    story.clock = Clock(Place(engine, office, now=lambda: story.now), open_carrier("memory://", "secret"))
    told = walk("acc-weibo-temp-login", "taken_back_at_the_end")
    told["steps"] = told["steps"][: [*map(list, told["steps"])].index(["clock"]) + 1]
    story.live(told | {"expect": {"state": "running"}})
    with models.reading(engine) as conn:
        until = conn.execute(sa.select(lendings.c.until)).scalar()
        opened = conn.execute(sa.select(tasks.c.opened_at).where(tasks.c.step == "take_back_login")).scalar()
        assert list(trail.verify(conn)) == []
    assert until <= opened < until + timedelta(minutes=15)


def test_the_clock_marks_a_late_task_once_and_never_decides(engine, office):
    story = ByTheClock(engine, office, "pub-company-info")
    story.clock = Clock(Place(engine, office, now=lambda: story.now), open_carrier("memory://", "secret"))
    told = walk("pub-company-info", "late_review")
    story.live(told | {"steps": [{"clock": "P3D"}], "expect": {"state": "running"}})
    late = [task.late_at for task in story.open_tasks()]
    for _ in range(20):
        story.now += timedelta(days=1)
        story.clock.tick()
    assert [task.late_at for task in story.open_tasks()] == late
    assert None not in late
    with models.reading(engine) as conn:
        lines = conn.execute(sa.select(models.trail.c.verb).where(models.trail.c.chain == story.case_id)).scalars()
        assert list(lines).count("late") == 1


def waiting_jobs(engine, now):
    with models.reading(engine) as conn:
        return due(conn, now, 100)


def test_a_published_case_is_told_of_and_packed(engine, office, receiver):
    story = Runner(engine, office, "pub-company-info")
    story.live(walk("pub-company-info", "granted_on_wechat"))
    place = Place(engine, office, Webhook(receiver.url, b"shared", private=True), now=lambda: story.now)
    while waiting := waiting_jobs(engine, story.now):
        assert all(run(place, KINDS, job) for job in waiting)
    with models.reading(engine) as conn:
        states = conn.execute(sa.select(jobs.c.kind, jobs.c.state, jobs.c.error).distinct()).all()
        opened = conn.execute(sa.select(sa.func.count()).where(tasks.c.case_id == story.case_id)).scalar()
        acted = sa.select(sa.func.count()).where(tasks.c.case_id == story.case_id, tasks.c.state == "done")
        done = conn.execute(acted).scalar()
        entry = conn.execute(sa.select(publications)).one()
        number = conn.execute(sa.select(cases.c.number).where(cases.c.id == story.case_id)).scalar()
        assert conn.execute(sa.select(sa.func.count()).select_from(incidents)).scalar() == 0
        assert list(trail.verify(conn)) == []
    kinds = ("build_package", "news", "webhook")
    assert sorted(tuple(state) for state in states) == [(kind, "done", None) for kind in kinds]
    told = Counter(body["event"] for body in receiver.effects.values())
    assert told == {"task_opened": opened, "task_done": done, "case_ended": 1}
    path = office.data / "packages" / entry.package_sha256[:2] / f"{entry.package_sha256}.zip"
    assert verify_package(path) == []
    with zipfile.ZipFile(path) as package:
        names = package.namelist()
        facts = json.loads(package.read("publication.json"))
    assert (facts["number"], facts["case_number"], facts["content_sha256"]) == (
        entry.number,
        number,
        entry.content_sha256,
    )
    assert any(name.startswith("attachments/") for name in names)
    assert any(name.endswith(".bpmn") for name in names)
