"""Tasks that were given out of hand and came back, or were taken back: all their time counts, each of them once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import etree

import models
from engine import actions
from engine.exporting import export_now
from engine.figures import Figures, read_period
from engine.figures.closing import canonical
from engine.figures.reading import live
from engine.people import person_by_login
from engine.queries.audit.figure_cases import Behind, figure_cases
from engine.queries.audit.figures import Asked, figures
from engine.queries.audit.report import month_report
from engine.queries.audit.workload import workload
from models import tasks
from tests.support.story import APPROVE, REJECT, Story

STEP, HEAD = "review_by_unit_head", "zhou.ning"
OPINION = {"decision": "reject", "comment": "我的意见是不行"}


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


class Scene:
    """One case at its first review; each act `after` so many hours."""

    def __init__(self, story: Story):
        self.story, self.case_id = story, story.start()

    def after(self, hours: float) -> "Scene":
        self.story.now += timedelta(hours=hours)
        return self

    @property
    def task(self) -> int:
        return self.story.task(self.case_id)

    def head(self, call: Callable[..., Any], *more: Any) -> "Scene":
        self.story.act(HEAD, lambda desk: call(desk, self.task, *more))
        return self

    def answer(self, who: str = "pan.yi", answers: dict[str, Any] = OPINION) -> "Scene":
        (mine,) = (row for row in self.story.open(self.case_id) if row.assignee_id == self.story.id_of(who))
        self.story.decide(who, mine.id, answers)
        return self

    def decide(self, answers: dict[str, Any] = APPROVE) -> "Scene":
        self.story.decide(HEAD, self.task, answers)
        return self

    def whole(self, call: Callable[..., Any], *more: Any, login: str = HEAD) -> "Scene":
        self.story.act(login, lambda desk: call(desk, self.case_id, *more))
        return self


# What happens -> the hours it waited and was in hand, for each decision of the step.
Lives = list[tuple[Callable[[Scene], Any], list[tuple[int, int | None]]]]
LIVES: Lives = [
    (lambda one: one.after(3).decide(), [(3, None)]),
    (lambda one: one.after(1).head(actions.claim).after(5).decide(), [(1, 5)]),
    # claimed, delegated, answered the next day, decided
    (
        lambda one: one.after(1)
        .head(actions.claim)
        .after(1)
        .head(actions.delegate, "pan.yi", "请看")
        .after(20)
        .answer()
        .after(1)
        .decide(),
        [(1, 22)],
    ),
    # nobody had claimed it; two in turn sign before
    (
        lambda one: one.after(22)
        .head(lambda desk, task: actions.sign_before(desk, task, ["pan.yi", "ren.ke"], "请把关", in_turn=True))
        .after(4)
        .answer()
        .after(3)
        .answer("ren.ke")
        .after(2)
        .decide(),
        [(22, 9)],
    ),
    # suspended while it was delegated; nobody answers, it is taken back from him
    (
        lambda one: one.after(2)
        .head(actions.delegate, "pan.yi", "请看")
        .after(1)
        .whole(actions.suspend, "等", login="shen.yan")
        .after(50)
        .whole(actions.resume, "好", login="shen.yan")
        .after(3)
        .head(actions.unask)
        .after(1)
        .decide(),
        [(2, 5)],
    ),
    # claimed, decided, taken back, decided otherwise
    (
        lambda one: one.after(1)
        .head(actions.claim)
        .after(2)
        .decide()
        .after(1)
        .whole(actions.recall)
        .after(3)
        .decide(REJECT),
        [(1, 6)],
    ),
    # signed after: once approved, once refused, which is the end of it
    (
        lambda one: one.after(4)
        .head(actions.sign_after, APPROVE, ["pan.yi"], "请复核")
        .after(5)
        .answer(answers=APPROVE),
        [(4, None)],
    ),
    (
        lambda one: one.after(4).head(actions.sign_after, APPROVE, ["pan.yi"], "请复核").after(5).answer(),
        [(4, None)],
    ),
    # withdrawn while it was delegated: nobody decided it
    (
        lambda one: one.head(actions.delegate, "pan.yi", "请看")
        .after(1)
        .whole(actions.withdraw, "不发了", login="lin.xia"),
        [],
    ),
]  # fmt: skip


def step_of(story: Story) -> Figures:
    with models.reading(story.engine) as conn:
        period = read_period("2026-11")
        assert period
        found = live(conn, period, kinds=("step",), now=story.now)
    return next(figures for key, figures in found.items() if key.subject == STEP)


def test_all_the_time_of_a_task_counts_once_whoever_it_was_with_and_an_opinion_decides_nothing(story: Story) -> None:
    """The figures, the export, the lists and the report of the month say the same of it."""
    hours: list[tuple[int, int | None]] = []
    late = 0
    for happens, took in LIVES:
        one = Scene(story)
        story.write(tasks.update().where(tasks.c.id == one.task).values(due_at=story.now + timedelta(hours=6)))
        happens(one)
        hours += took
        rows = [row for row in story.read(sa.select(tasks).where(tasks.c.case_id == one.case_id)) if row.step == STEP]
        last = max((row for row in rows if row.parent_id is None), key=lambda row: int(row.id))
        late += last.closed_at > last.due_at
        assert all(row.claimed_at is None or row.claimed_at >= row.opened_at for row in rows)
    step = step_of(story)
    assert sorted(step.lengths["waiting"]) == sorted(3600 * waited for waited, _ in hours)
    assert sorted(step.lengths["work"]) == sorted(3600 * worked for _, worked in hours if worked is not None)
    assert step.counts["done"] == len(hours) == 8 and step.counts["closed"] == 1
    assert (step.counts["said:approve"], step.counts["said:reject"]) == (7, 2)
    check_export(story, hours)
    check_month(story, late)
    check_older(story, step)


def check_export(story: Story, hours: list[tuple[int, int | None]]) -> None:
    made = export_now(story.engine, story.office, story.id_of("tian.ye"), {}, "xes", story.now)
    log = etree.fromstring(made.path.read_bytes())
    made.path.unlink()
    told, decided = [], sa.select(models.trail.c.chain).where(models.trail.c.verb == "recall")
    (recalled,) = {row.chain for row in story.read(decided)}
    number = story.case(recalled).number
    for trace in log.findall("{*}trace"):
        name = next(one.get("value") for one in trace if one.get("key") == "concept:name")
        events = [{one.get("key"): one.get("value") for one in event} for event in trace.findall("{*}event")]
        mine = [one for one in events if one["verb"] in ("decide", "sign_after") and one["step"] == STEP]
        for one in mine[1:] if name == number else mine:  # what was taken back is told in its own right too
            told.append((float(one["waited"]), float(one["worked"]) if "worked" in one else None))
        assert all(float(one["waited"]) == 0 for one in events if one["verb"] in ("answer", "sign"))
    assert sorted(told, key=str) == sorted(
        ((3600 * waited, None if worked is None else 3600 * worked) for waited, worked in hours), key=str
    )


def check_month(story: Story, late: int) -> None:
    period = read_period("2026-11")
    assert period
    with models.reading(story.engine) as conn:
        head = person_by_login(conn, HEAD, story.now)
        assert head
        found = month_report(conn, head, "2026-11", story.now)
        asked = Asked(period, period)
        refused = figure_cases(conn, head, asked, Behind("reject"), story.now).rows
        done = figure_cases(conn, head, asked, Behind("done", STEP), story.now).rows
    reviews = [one for one in found.overdue if one["step"].zh == "审核本单位信息"]
    assert len(reviews) == late > 3
    assert found.figures["refused"] == len(found.refused) == len(refused) == 2
    assert {one["comment"] for one in found.refused} == {REJECT["comment"], OPINION["comment"]}
    assert len(done) == 8
    check_open(story)


def check_open(story: Story) -> None:
    """What is with somebody who was asked is open with him alone."""
    Scene(story).head(actions.delegate, "pan.yi", "请看")
    period = read_period("2026-11")
    assert period
    asked = Asked(period, period)
    with models.reading(story.engine) as conn:
        head = story.person(HEAD)
        view = figures(conn, head, asked, ("person",), now=story.now)
        loads = workload(conn, head, view, story.now)
        listed = figure_cases(conn, head, asked, Behind("open"), story.now).rows
    waits = {one.id: one.open for one in loads if one.id}
    assert (waits[story.id_of("pan.yi")], waits.get(story.id_of(HEAD), 0)) == (1, 0)
    assert sum(one.open for one in loads) == len(listed) == len({one["case_id"] for one in listed})


def check_older(story: Story, step: Figures) -> None:
    """Rows of before said of what came back that it was claimed before it opened: they count the same."""
    back = tasks.alias("back")
    claimed = sa.select(sa.func.min(back.c.claimed_at)).where(back.c.uuid == tasks.c.uuid).scalar_subquery()
    before = story.read(sa.select(tasks.c.id).where(tasks.c.claimed_at > claimed))
    assert len(before) == 2
    story.write(tasks.update().where(tasks.c.id.in_([row.id for row in before])).values(claimed_at=claimed))
    assert canonical(step_of(story)) == canonical(step)
