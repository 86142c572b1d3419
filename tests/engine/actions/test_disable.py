"""停用: out at once everywhere; what waited for the person lies with the post or with an owner, never unseen."""

from threading import Barrier, Thread

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.actions import hand_over
from engine.errors import Conflict, NotAllowed
from engine.people import person_by_token
from models import people, posts, sessions, stand_ins, tokens, trail
from tests.support.story import APPROVE, CHAIN, RETURN, Story

ADMIN = "tian.ye"


def disable(story: Story, login: str, by: str = ADMIN) -> dict[str, int]:
    person_id = story.id_of(login)
    gone: dict[str, int] = story.act(by, lambda desk: actions.disable_person(desk, person_id))
    return gone


def test_a_claimed_task_returns_to_its_post(story: Story):
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    assert disable(story, "he.sui")["returned"] == 1
    row = story.row(task_id)
    assert (row.assignee_id, row.offered_to) == (None, "r:enterprise_mgmt_office:*")
    story.decide("tao.ran", task_id, APPROVE)
    story.check()


def test_a_task_by_name_becomes_an_incident_that_is_mended_by_handing_it_over(story: Story):
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), RETURN)
    task_id = story.task(case_id)
    assert disable(story, "lin.xia")["vacant"] == 1
    (incident,) = story.incidents(case_id)
    assert (incident.kind, incident.task_id, story.case(case_id).state) == ("vacant_post", task_id, "incident")
    assert "林夏" in incident.zh
    giver = story.id_of("lin.xia")
    done = story.act(ADMIN, lambda desk: hand_over(desk, giver, task_id, "pan.yi", "b", "本人离职"))
    assert done.result == "moved"
    assert (story.incidents(case_id), story.case(case_id).state) == ([], "running")
    story.decide("pan.yi", task_id, story.case_content(case_id) | {"body": "改过的正文。"})
    story.check()


def test_what_waits_for_a_post_that_nobody_holds_any_more_becomes_an_incident(story: Story):
    case_id = story.start()
    disable(story, "zhou.ning")
    assert story.row(story.task(case_id)).offered_to is None
    assert len(story.incidents(case_id)) == 1
    story.give_post("pan.yi", "unit_head", "SALES")
    story.retry("shen.yan", story.incidents(case_id)[0].id)
    story.decide("pan.yi", story.task(case_id), APPROVE)
    story.check()


def test_sessions_tokens_posts_and_rules_end_and_enabling_brings_none_of_them_back(story: Story):
    me = story.id_of("he.sui")
    with models.writing(story.engine) as conn:
        digest = actions.token_digest(actions.create_token(conn, "he.sui", "t", 9, story.now))
    browser = actions.Session("d" * 64, "Firefox", "10.0.0.9")
    actions.sign_in(story.engine, "he.sui", "Qianfa-demo-2026", story.now, browser)
    story.stand_in("he.sui", "pan.yi")
    story.stand_in("ren.ke", "he.sui")
    gone = disable(story, "he.sui")
    assert (gone["sessions"], gone["tokens"], gone["posts"], gone["stand_ins"]) == (1, 1, 2, 2)
    story.act(ADMIN, lambda desk: actions.enable_person(desk, me))
    person = story.person("he.sui")
    assert not person.disabled
    assert person.roles == frozenset()
    with models.reading(story.engine) as conn:
        assert person_by_token(conn, digest, story.now) is None
    assert story.read(sa.select(sessions.c.ended_at))[0].ended_at == story.now
    assert not any(one.for_id == me for one in story.person("pan.yi").principals)
    assert all(row.ended_at == story.now for row in story.read(sa.select(stand_ins)))
    assert story.read(sa.select(tokens.c.revoked_at))[0].revoked_at == story.now
    verbs = [row.verb for row in story.read(sa.select(trail).where(trail.c.chain == 0).order_by(trail.c.seq))]
    assert verbs[-2:] == ["disable_person", "enable_person"]


def test_nobody_disables_oneself_the_last_administrator_or_somebody_twice(story: Story):
    with pytest.raises(NotAllowed):
        disable(story, ADMIN)
    story.give_post("pan.yi", "administrator", "ITD")
    disable(story, ADMIN, by="pan.yi")
    with pytest.raises(NotAllowed):
        disable(story, "pan.yi", by="pan.yi")
    disable(story, "lin.xia", by="pan.yi")
    with pytest.raises(Conflict):
        disable(story, "lin.xia", by="pan.yi")


def test_of_two_administrators_who_disable_each_other_at_once_one_stays(story: Story):
    story.give_post("pan.yi", "administrator", "ITD")
    barrier, done = Barrier(2), []
    pairs = ((ADMIN, "pan.yi"), ("pan.yi", ADMIN))
    for who, _ in pairs:
        story.id_of(who)

    def press(who: str, whom: str) -> None:
        barrier.wait()
        try:
            done.append(disable(story, whom, by=who))
        except Exception as error:
            done.append(error)

    threads = [Thread(target=press, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in done if isinstance(one, dict)]) == 1
    left = sa.select(people.c.id).join(posts, posts.c.person_id == people.c.id)
    live = story.read(left.where(posts.c.role_id == "administrator", people.c.disabled_at.is_(None)))
    assert len(live) == 1


@pytest.mark.parametrize("who", ["shen.yan", "zhou.ning", "lu.qing"])
def test_only_an_administrator_may(story: Story, who: str):
    person_id = story.id_of("lin.xia")
    for call in (
        lambda desk: actions.disable_person(desk, person_id),
        lambda desk: actions.enable_person(desk, person_id),
        lambda desk: actions.make_reset_link(desk, person_id),
        lambda desk: actions.give_post(desk, "lin.xia", "administrator", "ITD"),
        lambda desk: actions.end_post(desk, 1),
        lambda desk: actions.import_people(desk, {}),
    ):
        with pytest.raises(NotAllowed):
            story.act(who, call)


def test_a_post_is_given_and_ended_with_its_facts_on_record(story: Story):
    made = story.act(ADMIN, lambda desk: actions.give_post(desk, "pan.yi", "text_editor", "EMD"))
    assert "text_editor" in story.person("pan.yi").roles
    story.act(ADMIN, lambda desk: actions.end_post(desk, made))
    assert "text_editor" not in story.person("pan.yi").roles
    with pytest.raises(Conflict):
        story.act(ADMIN, lambda desk: actions.end_post(desk, made))
    rows = story.read(sa.select(trail).where(trail.c.verb.in_(("give_post", "end_post"))))
    assert [orjson.loads(row.facts)["post"] for row in rows] == [made, made]


def test_nobody_gives_oneself_a_post_and_the_last_administrator_keeps_it(story: Story):
    with pytest.raises(NotAllowed):
        story.act(ADMIN, lambda desk: actions.give_post(desk, ADMIN, "unit_head", "SALES"))
    mine = sa.select(posts.c.id).where(posts.c.role_id == "administrator")
    post_id = story.read(mine)[0].id
    with pytest.raises(NotAllowed):
        story.act(ADMIN, lambda desk: actions.end_post(desk, post_id))


def test_a_post_whose_last_holder_goes_leaves_incidents(story: Story):
    case_id = story.start()
    head = sa.select(posts.c.id).where(posts.c.person_id == story.id_of("zhou.ning"), posts.c.role_id == "unit_head")
    post_id = story.read(head)[0].id
    assert story.act(ADMIN, lambda desk: actions.end_post(desk, post_id)) == 1
    assert len(story.incidents(case_id)) == 1
    story.check()


def asked(story: Story, act: str = "delegate") -> tuple[int, int, int]:
    """A case whose reviewer asked somebody; the waiting task and the asked one."""
    case_id = story.start()
    task_id = story.task(case_id)
    story.act("zhou.ning", lambda desk: getattr(actions, act)(desk, task_id, "ren.ke", "请看"))
    both = story.read(sa.select(models.tasks).where(models.tasks.c.case_id == case_id).order_by(models.tasks.c.id))
    return case_id, task_id, both[-1].id


def test_who_was_asked_and_leaves_keeps_nobody_waiting(story: Story):
    case_id, _, _ = asked(story)
    assert disable(story, "ren.ke")["unasked"] == 1
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    story.check()


def test_who_asked_and_leaves_is_answered_no_more_and_the_task_is_not_lost(story: Story):
    case_id, _, other = asked(story)
    disable(story, "zhou.ning")
    assert story.row(other).state == "closed"
    assert len(story.incidents(case_id)) == 1
    assert [task.offered_to for task in story.open(case_id)] == [None]


def test_an_asked_and_a_waiting_task_are_handed_over_but_never_to_one_of_the_two(story: Story):
    _, waiting, other = asked(story)

    def move(giver: str, task_id: int, to: str) -> str:
        giver_id = story.id_of(giver)
        done = story.act(ADMIN, lambda desk: hand_over(desk, giver_id, task_id, to, f"{task_id}-{to}", "本人离职"))
        return str(done.result)

    assert [move("zhou.ning", waiting, to) for to in ("ren.ke", "lin.xia", "pan.yi")] == ["refused", "refused", "moved"]
    assert [move("ren.ke", other, to) for to in ("pan.yi", "lin.xia", "tao.ran")] == ["refused", "refused", "moved"]
    story.act("tao.ran", lambda desk: actions.decide(desk, other, {"decision": "approve", "comment": "可以"}))
