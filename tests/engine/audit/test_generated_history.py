"""A generated history is worth what its likeness is worth: each way lived through the real actions leaves the same."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions import Wish
from engine.kernel.repairing import stops
from engine.work import load_flow, row_of_case
from models import cases, contents, procedures, reading, repairs, tasks, trail
from tests.support.databases import Database
from tests.support.history import write_history
from tests.support.story import APPROVE, CHAIN, REJECT, RETURN, Story

PASSING = {"claim", "late", "suspend", "resume"}  # what befalls a generated case on its way
BESIDE = {"warnings"}  # of a submission without a picture
FILED = {"archived_material": ["application", "media"], "archive_place": "单位档案柜"}
HELD = {"custody": "accepted", "password_strong": True, "custody_promise": True}
OFFICE, FIRST = "review_by_enterprise_office", "review_by_unit_head"
Step = tuple[str, str, dict[str, Any]]  # who does which step with which answers


@pytest.fixture
def story(sqlite: Database, tmp_path: Path) -> Iterator[Story]:
    engine = sqlite.engine()
    yield Story(engine, tmp_path)
    engine.dispose()


def approved(*steps: tuple[str, str]) -> list[Step]:
    return [(step, login, APPROVE) for step, login in steps]


def posted(story: Story) -> list[Step]:
    return [("publish_post", "fang.cheng", story.published("fang.cheng")), ("archive_by_unit", "lin.xia", FILED)]


def do(story: Story, case_id: int, *steps: Step) -> int:
    for step, login, answers in steps:
        story.decide(login, story.task(case_id, step), answers)
    return case_id


def lived(story: Story) -> Iterator[int]:
    """One case of each way that is drawn, and of what may befall a case beside it."""
    test = {"test_reader": "邵文", "test_screenshot": story.picture("fang.cheng")}
    sent = {key: value for key, value in story.published("fang.cheng").items() if key != "publish_note"}
    yield do(story, story.start(), *approved(*CHAIN), *posted(story))
    yield do(
        story, story.start(channel="official_wechat"), *approved(*CHAIN),
        ("assemble", "fang.cheng", {"send_on": "2026-12-01"}), ("send_test", "fang.cheng", test),
        ("confirm_test", "shao.wen", {"test_result": "ok"}), ("mass_send", "fang.cheng", sent),
        ("archive_by_unit", "lin.xia", FILED),
    )  # fmt: skip
    yield do(
        story, story.start("ren.ke", "acc-open-staff"),
        *approved(("review_by_department_head", "su.qing"), ("review_by_administration", "yuan.he")),
        ("open_wechat_account", "ding.lan", {"account_id": "demo_renke"}), ("acknowledge_custody", "ren.ke", HELD),
    )  # fmt: skip
    lent = do(
        story, story.start(slug="acc-weibo-temp-login"),
        *approved(CHAIN[0], CHAIN[2]), ("grant_login", "fang.cheng", {"grant_way": "one_time_password"}),
    )  # fmt: skip
    refused, withdrawn, returned, back, moved = (story.start() for _ in range(5))
    do(story, refused, (FIRST, "zhou.ning", REJECT))
    story.act("lin.xia", lambda desk: actions.withdraw(desk, withdrawn, "不再需要"))
    do(story, returned, (FIRST, "zhou.ning", RETURN), ("submit", "lin.xia", story.case_content(returned)))
    do(story, returned, *approved(*CHAIN), *posted(story))
    do(story, back, (FIRST, "zhou.ning", APPROVE))
    task = story.task(back)
    story.act("he.sui", lambda desk: actions.return_to(desk, task, FIRST, "请再看"))
    do(story, back, *approved(*CHAIN), *posted(story))
    repaired(story, do(story, moved, (FIRST, "zhou.ning", APPROVE)))
    do(story, moved, *approved(*CHAIN), *posted(story))
    yield from (refused, withdrawn, returned, back, moved)
    story.clock(hours=80)  # the lending runs out
    report = {"report": "活动顺利。", "post_count": 5}
    closed = {"password_changed": True, "posts_checked": "与提纲一致"}
    yield do(story, lent, ("take_back_login", "fang.cheng", closed), ("report_event", "lin.xia", report))


def repaired(story: Story, case_id: int) -> None:
    with reading(story.engine) as conn:
        row, version, _ = row_of_case(conn, case_id)
        flow, _ = load_flow(row, version, story.now)
    wish = Wish("move", stops(flow)[0].id, FIRST)
    number = story.act("shen.yan", lambda desk: actions.ask_repair(desk, case_id, wish, "看错了稿件"))
    story.act("tian.ye", lambda desk: actions.approve_repair(desk, number))


def likeness(conn: sa.Connection) -> dict[int, tuple[str, ...]]:
    """All that a case left, as what names it carries and of what kind they are, without who and when."""
    said: dict[int, list[str]] = {}
    for row in conn.execute(sa.select(trail).where(trail.c.chain > 0).order_by(trail.c.chain, trail.c.seq)):
        if row.verb not in PASSING:
            facts = {key: value for key, value in orjson.loads(row.facts).items() if key not in BESIDE}
            way = [facts.pop(name, None) for name in ("flows", "passed")]
            said.setdefault(row.chain, []).append(f"{row.verb} {row.step} {row.task_id is None} {way} {kinds(facts)}")
    for row in conn.execute(sa.select(tasks).order_by(tasks.c.case_id, tasks.c.id)):
        named = row.offered_to.split(":")[:2] if row.offered_to[0] == "r" else "p"
        said[row.case_id].append(f"{row.step} {row.name} {row.state} {named} {row.separate} {row.properties}")
    for row in conn.execute(sa.select(contents).order_by(contents.c.case_id, contents.c.no)):
        said[row.case_id].append(kinds(row.fields))
    for row in conn.execute(sa.select(repairs)):
        said[row.case_id].append(f"{row.kind} {row.step} {row.target} {row.state} {kinds(row.before, row.after)}")
    known = sa.select(cases.c.id, cases.c.snapshot, cases.c.state, cases.c.outcome, procedures.c.slug)
    for row in conn.execute(known.join(procedures, procedures.c.id == cases.c.procedure_id)):
        kept = orjson.loads(row.snapshot).get("wf", {}).get("data")
        said[row.id].append(f"{row.slug} {row.state} {row.outcome} {kinds(kept)}")
    return {case_id: tuple(told) for case_id, told in said.items()}


def kinds(*values: Any) -> str:
    """Names and kinds of what is told, whatever the numbers and texts."""
    return repr([_kind(value) for value in values])


def _kind(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _kind(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_kind(one) for one in value] if value and isinstance(value[0], dict | list) else "list"
    return value if value is None or isinstance(value, bool) else type(value).__name__


def test_what_is_lived_through_the_actions_leaves_what_a_generated_case_leaves(story: Story) -> None:
    real = list(lived(story))
    with reading(story.engine) as conn:
        before = likeness(conn)
    write_history(story.engine, 500)
    with reading(story.engine) as conn:
        generated = {told: case_id for case_id, told in likeness(conn).items() if case_id not in before}
    for case_id in real:
        assert before[case_id] in generated, "\n".join(nearest(before[case_id], generated))


def nearest(told: tuple[str, ...], generated: Any) -> list[str]:
    """Where the likest of them differs, to be read."""
    likest = max(generated, key=lambda one: len({*one} & {*told}))
    return [f"- {one}" for one in told if one not in likest] + [f"+ {one}" for one in likest if one not in told]
