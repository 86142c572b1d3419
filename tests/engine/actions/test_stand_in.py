"""代理: named by oneself, one level only, never round in a circle, on record and told."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import orjson
import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from models import jobs, stand_ins, trail
from tests.support.story import APPROVE, CHAIN, Story

DAY = timedelta(days=1)


def appoint(story: Story, who: str, by: str, first: int = 0, last: int = 7, slugs: tuple[str, ...] = ()) -> list[int]:
    """`who` is away from day `first` to day `last`."""
    since, until = story.now + first * DAY, story.now + last * DAY
    made: list[int] = story.act(who, lambda desk: actions.appoint_stand_in(desk, by, since, until, slugs, "出差"))
    return made


def refused(call: Callable[[], object], place: str, word: str) -> None:
    with pytest.raises(Invalid) as error:
        call()
    assert word in error.value.fields[place][0].zh


def test_who_stands_in_acts_for_the_absent_and_the_record_shows_both(story: Story):
    appoint(story, "zhou.ning", "pan.yi")
    case_id = story.start()
    story.decide("pan.yi", story.task(case_id), APPROVE)
    row = next(one for one in story.trail(case_id) if one.verb == "decide")
    assert (row.actor_id, row.for_id) == (story.id_of("pan.yi"), story.id_of("zhou.ning"))


def test_several_rules_of_one_person_hold_beside_each_other(story: Story):
    appoint(story, "zhou.ning", "pan.yi", slugs=("pub-company-info",))
    appoint(story, "zhou.ning", "ren.ke", slugs=("acc-open-staff", "pub-takedown"))
    assert len(story.read(sa.select(stand_ins))) == 3
    assert any(one.for_id == story.id_of("zhou.ning") for one in story.person("ren.ke").principals)


@pytest.mark.parametrize(
    ("to", "first", "last", "place", "word"),
    [
        ("zhou.ning", 0, 7, "to", "自己"),
        ("nobody", 0, 7, "to", "没有这个人"),
        ("", 0, 7, "to", "选择"),
        ("pan.yi", 7, 0, "until", "晚于"),
        ("pan.yi", -7, -1, "until", "过去"),
        ("pan.yi", 0, 400, "until", "366"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(story: Story, to, first, last, place, word):
    refused(lambda: appoint(story, "zhou.ning", to, first, last), place, word)


def test_somebody_disabled_an_unknown_procedure_and_no_reason_are_refused(story: Story):
    story.disable("pan.yi")
    refused(lambda: appoint(story, "zhou.ning", "pan.yi"), "to", "停用")
    refused(lambda: appoint(story, "zhou.ning", "ren.ke", slugs=("nothing",)), "procedures", "nothing")
    until = story.now + DAY
    refused(
        lambda: story.act("zhou.ning", lambda desk: actions.appoint_stand_in(desk, "ren.ke", None, until, (), " ")),
        "reason",
        "原因",
    )


@pytest.mark.parametrize("way", [("zhou.ning", "pan.yi"), ("zhou.ning", "pan.yi", "ren.ke", "he.sui", "tao.ran")])
def test_a_circle_of_any_length_is_refused_and_shown(story: Story, way):
    for absent, by in itertools.pairwise(way):
        story.stand_in(absent, by)
    with pytest.raises(Invalid) as error:
        appoint(story, way[-1], way[0])
    (text,) = error.value.fields["to"]
    names = [story.person(login).name for login in (way[-1], *way)]
    assert " → ".join(names) in text.zh


def test_rules_that_never_hold_at_once_are_no_circle(story: Story):
    appoint(story, "zhou.ning", "pan.yi", 0, 3)
    appoint(story, "pan.yi", "zhou.ning", 3, 6)
    appoint(story, "he.sui", "tao.ran", slugs=("pub-company-info",))
    appoint(story, "tao.ran", "he.sui", slugs=("acc-open-staff",))
    refused(lambda: appoint(story, "pan.yi", "zhou.ning", 2, 4), "to", "环")
    refused(lambda: appoint(story, "tao.ran", "he.sui"), "to", "环")


def test_somebody_who_is_away_does_not_stand_in(story: Story):
    appoint(story, "pan.yi", "ren.ke")
    refused(lambda: appoint(story, "zhou.ning", "pan.yi", 6, 9), "to", "往下传")
    appoint(story, "zhou.ning", "pan.yi", 7, 9)


def test_who_stands_in_says_so_first_before_being_away(story: Story):
    (rule,) = appoint(story, "zhou.ning", "pan.yi")
    refused(lambda: appoint(story, "pan.yi", "ren.ke"), "to", "周宁")
    story.act("pan.yi", lambda desk: actions.end_stand_in(desk, rule))
    appoint(story, "pan.yi", "ren.ke")


def test_two_who_name_each_other_at_once_do_not_both_succeed(story: Story):
    barrier, done, names = Barrier(2), [], (("zhou.ning", "pan.yi"), ("pan.yi", "zhou.ning"))
    for login, _ in names:
        story.id_of(login)

    def press(who: str, by: str) -> None:
        barrier.wait()
        try:
            done.append(appoint(story, who, by))
        except Invalid as error:
            done.append(error)

    threads = [Thread(target=press, args=pair) for pair in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(one, Invalid) for one in done) == [False, True]


def test_a_rule_is_on_record_told_and_ends_by_one_of_the_two_alone(story: Story):
    (rule,) = appoint(story, "zhou.ning", "pan.yi")
    with pytest.raises(NotFound):
        story.act("ren.ke", lambda desk: actions.end_stand_in(desk, rule))
    story.act("zhou.ning", lambda desk: actions.end_stand_in(desk, rule))
    with pytest.raises(Conflict):
        story.act("zhou.ning", lambda desk: actions.end_stand_in(desk, rule))
    assert not any(one.for_id == story.id_of("zhou.ning") for one in story.person("pan.yi").principals)
    rows = story.read(sa.select(trail).where(trail.c.verb.in_(("appoint_stand_in", "end_stand_in"))))
    assert [orjson.loads(row.facts)["rules"] for row in rows] == [[rule], [rule]]
    told = story.read(sa.select(jobs.c.payload).where(jobs.c.kind == "message").order_by(jobs.c.id))
    assert [one.payload["to"] for one in told] == [[f"p:{story.id_of('pan.yi')}"]] * 2


def test_a_stand_in_does_not_bring_separation_to_fall(story: Story):
    """Who submitted cannot review as the head's stand-in."""
    appoint(story, "zhou.ning", "lin.xia")
    case_id = story.start()
    with pytest.raises(NotAllowed):
        story.decide("lin.xia", story.task(case_id), APPROVE)
    assert CHAIN[0][0] in story.steps(case_id)
