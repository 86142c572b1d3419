"""Separation of duties on four levels: drawn, assigned, acted, told afterwards; what is planted is found, no more."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
import sqlalchemy as sa

from engine.actions.publish import publish
from engine.errors import QianfaError, SameHand
from engine.kernel.document import Document
from engine.people import person_by_login
from engine.procedures.checks import Context, run_checks
from engine.procedures.duties import role_pairs
from engine.procedures.package import load_package
from engine.queries.audit.both import both_today, pairs_today
from engine.queries.audit.checking import check_cases
from models import cases, reading, tasks
from tests.bpmn.drawing import CATALOGUE
from tests.engine.checks.drawing import REVIEW, SUBMIT, Drawing
from tests.support.databases import Database
from tests.support.story import APPROVE, CHAIN, RETURN, Story

FORMS = {"submit": SUBMIT, "review": REVIEW}
SLUG = "pub-company-info"
UNIT, GATE, LAST = (step for step, _ in CHAIN)


# --- drawn


def chain(*steps: tuple[str, str, str, str]) -> Drawing:
    """submit, then steps of (id, kind, who, separate) one after the other."""
    drawing = Drawing(forms=FORMS).start().task("submit", form="submit", kind="submit")
    for id, kind, who, separate in steps:
        drawing.task(id, who=who, kind=kind, separate=separate, **({"form": "review"} if kind == "decide" else {}))
    return drawing.end().path("start", "submit", *(one[0] for one in steps), "end")


HEAD, OFFICE, LEAD = "head_of(applicant.unit)", 'role("企管办")', 'role("企管部负责人")'
FAULTY = {
    "one decision": ([("a", "decide", HEAD, "")], {("duty_own", "a")}),
    "separate from another step only": (
        [("a", "decide", HEAD, "submit"), ("b", "decide", OFFICE, "a")], {("duty_own", "b")}),
    "all of three": (
        [("a", "decide", HEAD, ""), ("b", "decide", OFFICE, ""), ("c", "decide", LEAD, "")],
        {("duty_own", "a"), ("duty_own", "b"), ("duty_own", "c")}),
    "one post twice": (
        [("a", "decide", OFFICE, "submit"), ("b", "decide", OFFICE, "submit")], {("duty_twice", "b")}),
    "one post twice with a step between": (
        [("a", "decide", LEAD, "submit"), ("x", "do", OFFICE, ""), ("b", "decide", LEAD, "submit")],
        {("duty_twice", "b")}),
    "heads of one unit": (
        [("a", "decide", HEAD, "submit"), ("b", "decide", HEAD, "submit")], {("duty_twice", "b")}),
    "who approves publishes": (
        [("a", "decide", LEAD, "submit"), ("p", "do", 'role("企管部文字编辑员")', "submit")], {("duty_roles", "p")}),
    "by the ids of the roles": (
        [("a", "decide", 'role("enterprise_mgmt_head")', "submit"), ("p", "do", 'role("text_editor")', "")],
        {("duty_roles", "p")}),
    "who publishes is asked first": (
        [("p", "do", 'role("企管部文字编辑员")', ""), ("a", "decide", LEAD, "submit")], {("duty_roles", "a")}),
    "who keeps the password approves its use": (
        [("k", "do", 'role("专门管理人")', ""), ("a", "decide", LEAD, "submit")], {("duty_roles", "a")}),
}  # fmt: skip
SOUND = (
    [("a", "decide", HEAD, "submit"), ("b", "decide", OFFICE, "submit,a"), ("c", "decide", LEAD, "submit, b")],
    [("a", "decide", OFFICE, "submit"), ("b", "decide", OFFICE, "submit,a")],
    [("a", "decide", LEAD, "submit"), ("p", "do", 'role("企管部文字编辑员")', "submit,a")],
)


def told(drawing: Drawing) -> set[tuple[str, str]]:
    found = run_checks(Document.read(drawing.xml()), Context(forms=FORMS))
    assert {one.code for one in found if one.level == "error"} <= {"decision_not_drawn"}, "no gateways are drawn here"
    return {(one.code, one.element) for one in found if one.code.startswith("duty_")}


def test_ten_diagrams_that_leave_two_duties_to_one_hand_are_told_and_sound_ones_are_not() -> None:
    assert {name: told(chain(*steps)) for name, (steps, _) in FAULTY.items()} == {
        name: expected for name, (_, expected) in FAULTY.items()
    }
    assert [told(chain(*steps)) for steps in SOUND] == [set(), set(), set()]


# --- assigned


@pytest.fixture(scope="module")
def story(templates: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    database, remove = templates("sqlite").copy()
    engine = database.engine()
    yield Story(engine, tmp_path_factory.mktemp("office"))
    engine.dispose()
    remove()


def today(story: Story) -> set[tuple[str, str, str, str | None]]:
    """Step, other step, who, as whose stand-in at one of the two."""
    with reading(story.engine) as conn:
        found = both_today(conn, person_by_login(conn, "tian.ye", story.now), "pub-company-info", story.now)
    return {
        (one.step.zh, one.other.zh, first.name, first.for_name or second.for_name)
        for one in found
        for first, second in one.people
    }


def doubled(story: Story) -> set[tuple[str, str]]:
    with reading(story.engine) as conn:
        found = pairs_today(conn, person_by_login(conn, "tian.ye", story.now), story.now)
    return {(one.name, " + ".join(role.zh for role in one.roles)) for one in found}


def test_who_could_do_both_today_is_told_by_posts_units_and_stand_ins(story: Story) -> None:
    before, pairs = today(story), doubled(story)
    story.give_post("fang.cheng", "enterprise_mgmt_head", "EMD")  # approves and publishes: two roles nobody should hold
    story.give_post("lin.xia", "unit_head", "SALES")  # submits and reviews for one unit
    story.give_post("pan.yi", "unit_head", "MKT")  # of another unit than the own: no case of the own is reviewed there
    story.give_post("zeng.ming", "administrator", "HQ")
    story.stand_in("he.sui", "zhou.ning")
    now, more = today(story) - before, doubled(story) - pairs
    submit, head, office, lead, post = "提出发布申请", "审核本单位信息", "审核把关", "批准发布", "发布微博并留证"
    who = {name for *_, name, _ in now}
    assert {(submit, head, "林夏", None), (lead, post, "方澄", None)} <= now
    assert (office, lead, "方澄", None) not in now, "the office is not hers"
    assert (head, office, "周宁", "何穗") in now, "the own post at one step, the absent's at the other"
    assert (submit, head, "潘一", None) not in now
    assert who <= {"林夏", "方澄", "周宁", "潘一", "曾鸣"}
    assert more == {("方澄", "企管部负责人 + 企管部文字编辑员"), ("曾鸣", "系统管理员 + 审计员")}
    for login, role in (("fang.cheng", "enterprise_mgmt_head"), ("lin.xia", "unit_head"), ("pan.yi", "unit_head")):
        story.end_posts(role, login=login)


# --- acted


@pytest.fixture
def changed(sqlite: Database, tmp_path: Path) -> Iterator[Story]:
    """The form names the first reviewer; what is kept apart stands behind a space or a full-width comma."""
    engine = sqlite.engine()
    story, home = Story(engine, tmp_path), tmp_path / "publishing" / SLUG
    copytree(next(CATALOGUE.glob(f"*/{SLUG}")), home)
    drawn, file = (home / f"{SLUG}.bpmn").read_text("utf-8"), home / f"{SLUG}.bpmn"
    wanted = {
        'value="head_of(applicant.unit)"': 'value="person(form.contact)"',
        'value="submit,review_by_unit_head"': 'value="submit review_by_unit_head"',
        'value="submit,review_by_unit_head,review_by_enterprise_office"': (
            'value="submit\uff0creview_by_unit_head\uff0creview_by_enterprise_office"'
        ),
    }
    for old, new in wanted.items():
        assert old in drawn
        drawn = drawn.replace(old, new)
    file.write_text(drawn, "utf-8")
    story.once(None, lambda desk: publish(desk, load_package(home, CATALOGUE / "parts"), trusted=True))
    yield story
    engine.dispose()


def test_nobody_comes_to_review_the_own_request_by_a_field_and_no_sign_between_loosens_a_rule(changed: Story) -> None:
    story = changed
    own = story.start(contact="lin.xia")
    assert story.case(own).state == "incident", "the applicant named herself"
    case_id = story.start(contact="zhou.ning")
    first = story.task(case_id, UNIT)
    with pytest.raises(QianfaError):
        story.decide("lin.xia", first, {**APPROVE, "contact": "lin.xia"})
    story.decide("zhou.ning", first, RETURN)
    story.decide("lin.xia", story.task(case_id, "submit"), {**story.case_content(case_id), "contact": "lin.xia"})
    assert story.case(case_id).state == "incident", "and anew after the return"
    held = story.read(sa.select(tasks.c.offered_to).where(tasks.c.case_id == case_id, tasks.c.state == "open"))
    assert [row.offered_to for row in held] == [None]
    story.give_post("zhou.ning", "enterprise_mgmt_office", "EMO")
    other = story.start(contact="zhou.ning")
    story.decide("zhou.ning", story.task(other, UNIT), APPROVE)
    with pytest.raises(SameHand):
        story.decide("zhou.ning", story.task(other, GATE), APPROVE)
    story.decide("he.sui", story.task(other, GATE), APPROVE)
    story.give_post("he.sui", "enterprise_mgmt_head", "EMD")
    with pytest.raises(SameHand):
        story.decide("he.sui", story.task(other, LAST), APPROVE)
    with reading(story.engine) as conn:
        assert [one.duties for one in check_cases(conn, [own, case_id, other], story.now)] == [[], [], []]


# --- told afterwards


def approved(story: Story) -> int:
    """Approved by all and published."""
    case_id = story.start()
    story.approve(case_id, *CHAIN)
    return case_id


def set_hands(story: Story, case_id: int, step: str, actor: str, behalf: str | None = None) -> None:
    here = (tasks.c.case_id == case_id) & (tasks.c.step == step)
    hands = {"actor_id": story.id_of(actor), "for_id": story.id_of(behalf) if behalf else None}
    story.write(tasks.update().where(here).values(hands))


HISTORY: list[tuple[list[tuple[str, ...]], set[tuple[str, str]]]] = [
    ([(UNIT, "lin.xia")], {("own_submission", UNIT)}),
    ([(UNIT, "lin.xia", "zhou.ning")], {("own_submission", UNIT)}),
    ([(UNIT, "su.qing", "lin.xia")], {("own_submission", UNIT)}),
    ([(LAST, "lin.xia")], {("own_submission", LAST)}),
    ([(GATE, "zhou.ning")], {("same_person", GATE)}),
    ([(GATE, "tao.ran", "zhou.ning")], {("same_person", GATE)}),
    ([(LAST, "he.sui")], {("same_person", LAST)}),
    ([(UNIT, "shen.yan", "zhou.ning")], {("same_person", LAST)}),
    ([(GATE, "shen.yan", "he.sui"), (LAST, "he.sui", "shen.yan")], {("same_person", LAST), ("stand_in_loop", LAST)}),
    ([("submit", "zhou.ning", "lin.xia")], {("own_submission", UNIT)}),
]


def test_ten_written_past_the_rules_are_told_with_steps_people_and_times_and_no_other(story: Story) -> None:
    made = [approved(story) for _ in range(len(HISTORY) + 2)]
    for case_id, (hands, _) in zip(made, HISTORY, strict=False):
        for one in hands:
            set_hands(story, case_id, *one)
    other = approved(story)
    story.write(cases.update().where(cases.c.id == other).values(applicant_id=story.id_of("he.sui")))
    with reading(story.engine) as conn:
        found = {one.case_id: one.duties for one in check_cases(conn, [*made, other], story.now)}
    assert [{(one.kind, one.step) for one in found[case]} for case in made[: len(HISTORY)]] == [
        expected for _, expected in HISTORY
    ]
    assert found[made[-1]] == found[made[-2]] == []
    assert {(one.kind, one.step) for one in found[other]} == {("own_submission", GATE)}
    (twice,) = found[made[4]]
    assert twice.person_id == story.id_of("zhou.ning") and twice.facts["with"] == UNIT and twice.seq
    for case_id in made[:4]:
        (one,) = found[case_id]
        assert story.id_of("lin.xia") == one.person_id and one.at


def test_every_pair_is_of_roles_there_are_and_says_why() -> None:
    assert len(role_pairs()) >= 5
    assert all(len(one.roles) == 2 and one.why.zh and one.why.en for one in role_pairs())
