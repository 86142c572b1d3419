"""How a case goes on reaches whom it concerns, each once: never the actor, never who may not act."""

import random
import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.desk import Office
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, claim, due, run
from engine.messages import Told, tell
from engine.people import held
from engine.text import Text
from models import incidents, jobs, messages, people, posts
from tests.faults.wire import tapped
from tests.support.story import APPROVE, CHAIN, POST, REJECT, RETURN, Story

TITLE = POST["title"]


class House(Story):
    """A story with a worker beside it."""

    def work(self, **more) -> None:
        place = Place(self.engine, self.office, now=lambda: self.now)
        while found := self.read(sa.select(jobs.c.id).where(jobs.c.state == "waiting", jobs.c.kind != "build_package")):
            for (job,) in found:
                run(place, KINDS, job)
        assert self.read(sa.select(incidents.c.zh)) == []

    def told(self, kind: str | None = None) -> dict[str, list[str]]:
        """Login -> what was told, in the order in which it was told."""
        found: dict[str, list[str]] = {}
        query = sa.select(people.c.login, messages.c.zh, messages.c.kind).join(
            people, people.c.id == messages.c.person_id
        )
        for row in self.read(query.order_by(messages.c.id)):
            if kind in (None, row.kind):
                found.setdefault(row.login, []).append(row.zh)
        return found


@pytest.fixture
def house(engine, tmp_path):
    return House(engine, tmp_path)


def test_a_task_is_told_of_to_who_holds_the_post_and_who_stands_in_and_to_nobody_else(house):
    house.stand_in("zhou.ning", "su.qing")
    house.stand_in("zhou.ning", "pan.yi", "pub-company-info")
    house.stand_in("zhou.ning", "ye.zhou", "acc-open-staff")
    number = house.case(house.start()).number
    house.work()
    said = [f"请办理「审核本单位信息」:{TITLE}({number})"]
    assert house.told() == {"zhou.ning": said, "su.qing": said, "pan.yi": said}


def test_of_those_who_hold_a_post_who_had_a_hand_in_it_is_not_told(house):
    """Who stands in for the head and submitted, and for whom it was submitted: neither may act."""
    house.stand_in("zhou.ning", "lin.xia")
    house.start()
    house.work()
    assert set(house.told()) == {"zhou.ning"}


def test_a_disabled_stand_in_and_one_of_yesterday_are_not_told(house):
    house.stand_in("zhou.ning", "su.qing")
    house.stand_in("zhou.ning", "pan.yi")
    house.disable("su.qing")
    house.write(models.stand_ins.update().where(models.stand_ins.c.stand_in_id == house.id_of("pan.yi")).values(
        until=house.now))  # fmt: skip
    house.start()
    house.work()
    assert set(house.told()) == {"zhou.ning"}


def test_a_task_that_was_acted_on_or_taken_before_the_worker_came_is_not_told_of(house):
    case_id = house.start()
    house.approve(case_id, CHAIN[0])
    house.act("he.sui", lambda desk: actions.claim(desk, house.task(case_id)))
    house.work()
    assert house.told() == {}


def test_a_case_that_ended_is_told_of_to_the_applicant_and_who_was_sent_a_copy(house):
    case_id = house.start()
    house.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["bai.lu", "pan.yi"]))
    house.decide("zhou.ning", house.task(case_id), REJECT)
    house.work()
    said = [f"申请被拒绝:{TITLE}({house.case(case_id).number})。意见:不宜发布"]
    assert house.told("outcome") == {"lin.xia": said, "bai.lu": said, "pan.yi": said}


def test_who_ends_a_case_is_not_told_of_it_but_the_others_are(house):
    mine, theirs = house.start(), house.start()
    for case_id in (mine, theirs):
        house.act("lin.xia", lambda desk, case_id=case_id: actions.copy(desk, case_id, ["bai.lu"]))
    house.act("lin.xia", lambda desk: actions.withdraw(desk, mine, "不发了"))
    house.act("shen.yan", lambda desk: actions.cancel(desk, theirs, "活动取消"))
    house.work()
    told = house.told("outcome")
    assert [text[:4] for text in told["lin.xia"]] == ["申请已被"]
    assert [text[:7] for text in told["bai.lu"]] == ["申请已由申请人", "申请已被终止:"]


def test_a_return_is_told_to_the_applicant_once_with_the_opinion(house):
    case_id = house.start()
    house.decide("zhou.ning", house.task(case_id), RETURN)
    house.work()
    number = house.case(case_id).number
    assert house.told() == {"lin.xia": [f"您的申请被退回,请修改后重新提交:{TITLE}({number})。意见:请补充来源"]}


def test_a_return_to_a_colleague_is_told_to_both(house):
    case_id = house.start()
    house.approve(case_id, *CHAIN[:2])
    house.work()
    call = lambda desk: actions.return_to(desk, house.task(case_id), "review_by_unit_head", "请再核实")  # noqa: E731
    house.act("shen.yan", call)
    house.work()
    told = house.told()
    assert told["lin.xia"] == [
        f"您的申请被退回到「审核本单位信息」:{TITLE}({house.case(case_id).number})。意见:请再核实"
    ]
    assert len(told["zhou.ning"]) == 1, "told of the second round; the first was over before the worker came"


def test_every_round_is_told_of_anew(house):
    case_id = house.start()
    house.work()
    house.decide("zhou.ning", house.task(case_id), RETURN)
    house.work()
    house.decide("lin.xia", house.task(case_id), house.case_content(case_id) | {"body": "改过。"})
    house.work()
    assert [len(texts) for texts in house.told().values()] == [2, 1]


def test_a_reminder_of_a_task_reaches_who_may_act_and_nobody_once_it_is_done(house):
    house.stand_in("zhou.ning", "su.qing", "pub-company-info")
    case_id = house.start()
    task_id = house.task(case_id)
    offered = house.row(task_id).offered_to

    def urge(key):
        with models.writing(house.engine) as conn:
            told = Told("urge", Text("请尽快", "please hurry"), (offered,), case_id, task_id)
            tell(conn, told, key, now=house.now)

    urge("first")
    house.work()
    assert set(house.told("urge")) == {"zhou.ning", "su.qing"}
    urge("second")
    house.decide("zhou.ning", task_id, APPROVE)
    house.work()
    assert {login: len(texts) for login, texts in house.told("urge").items()} == {"zhou.ning": 1, "su.qing": 1}


def test_a_superior_is_told_of_a_late_task_though_he_acted_before_and_who_may_not_act_is_not_reminded(house):
    house.stand_in("zhou.ning", "lin.xia")  # who submitted
    case_id = house.start()
    task_id = house.task(case_id)
    to = (house.row(task_id).offered_to, f"p:{house.id_of('lin.xia')}")
    with models.writing(house.engine) as conn:
        tell(conn, Told("overdue", Text("超时", "late"), to[:1], case_id, task_id), "holders", now=house.now)
        tell(conn, Told("overdue", Text("升级", "escalated"), to[1:], case_id, task_id), "superior", now=house.now)
    house.work()
    assert house.told("overdue") == {"zhou.ning": ["超时"], "lin.xia": ["升级"]}


def test_a_step_that_was_offered_again_after_the_post_was_filled_is_told_of(house):
    house.end_posts("enterprise_mgmt_office")
    case_id = house.start()
    house.approve(case_id, CHAIN[0])
    (incident,) = house.incidents(case_id)
    house.give_post("pan.yi", "enterprise_mgmt_office", "EMO")
    house.retry("shen.yan", incident.id)
    house.write(incidents.delete())
    house.work()
    assert list(house.told("task")) == ["pan.yi"]


def test_naughty_titles_are_told_as_they_are(house):
    title = "{0.__class__} %s <b>粗</b> {title}"
    house.start(title=title)
    house.work()
    assert title in house.told()["zhou.ning"][0]


def test_whoever_is_to_be_told_a_decision_writes_one_row_more(house, monkeypatch):
    house.decide("zhou.ning", house.task(house.start()), APPROVE)  # what is read once and kept
    case_id = house.start()
    said = []
    with tapped(house.engine, monkeypatch) as wire:
        monkeypatch.setattr(wire, "before", said.append)
        house.decide("zhou.ning", house.task(case_id), APPROVE)
    jobs_made = [statement for statement in said if statement.startswith("INSERT INTO jobs")]
    reads_of_the_test, begin = 1, house.engine.dialect.name == "sqlite"
    assert len(jobs_made) == 1
    assert len(said) - 2 * begin - reads_of_the_test <= 9


def test_the_outside_hears_of_tasks_opened_and_done_and_of_the_end(engine, tmp_path, receiver):
    house = House(engine, tmp_path)
    house.office = Office(tmp_path, webhook="https://example.com")
    case_id = house.start()
    house.decide("zhou.ning", house.task(case_id), REJECT)
    payloads = []
    place = Place(engine, house.office, now=lambda: house.now)
    for (job,) in house.read(sa.select(jobs.c.id).order_by(jobs.c.id)):
        run(place, KINDS, job)
    payloads = [row.payload for row in house.read(sa.select(jobs.c.payload).where(jobs.c.kind == "webhook"))]
    number, head, officer = house.case(case_id).number, house.id_of("zhou.ning"), house.id_of("lin.xia")
    (unit_head,) = [one["to"] for one in payloads if one.get("step") == "review_by_unit_head" and "to" in one]
    assert sorted(payloads, key=str) == sorted(
        [
            {"event": "task_opened", "case": number, "step": "submit", "to": f"p:{officer}"},
            {"event": "task_done", "case": number, "step": "submit", "decision": None, "by": f"p:{officer}"},
            {"event": "task_opened", "case": number, "step": "review_by_unit_head", "to": unit_head},
            {
                "event": "task_done",
                "case": number,
                "step": "review_by_unit_head",
                "decision": "reject",
                "by": f"p:{head}",
            },
            {"event": "case_ended", "case": number, "state": "rejected"},
        ],
        key=str,
    )


def test_of_500_events_everybody_has_each_message_once(house):
    """Workers die with jobs in hand, two take the same job, half of what they wrote is lost: still once."""
    chance = random.Random(7)
    logins = [row.login for row in house.read(sa.select(people.c.login).where(people.c.disabled_at.is_(None)))]
    holds = sa.select(posts.c.role_id, posts.c.unit_id, posts.c.person_id).where(held(posts, house.now))
    offices = house.read(holds)
    wanted = Counter()
    events = []
    for number in range(500):
        to = {f"p:{house.id_of(login)}" for login in chance.sample(logins, chance.randint(0, 4))}
        everyone = {int(one[2:]) for one in to}
        if chance.random() < 0.5:
            role, unit, _ = chance.choice(offices)
            to.add(f"r:{role}:{unit}")
            everyone |= {person for one, where, person in offices if (one, where) == (role, unit)}
        kind = chance.choice(["copy", "mention", "outcome", "account"])
        events.append(Told(kind, Text(f"第{number}件", f"no. {number}"), tuple(sorted(to))))
        wanted.update((person, f"e:{number}") for person in everyone)
    with models.writing(house.engine) as conn:
        for number, told in enumerate(events):
            tell(conn, told, f"e:{number}", now=house.now)
    place = Place(house.engine, house.office, now=lambda: house.now)
    _work_badly(house, place, chance)
    with models.reading(house.engine) as conn:
        got = Counter((row.person_id, row.key) for row in conn.execute(sa.select(messages)))
        assert {row.state for row in conn.execute(sa.select(jobs.c.state))} == {"done"}
    assert got == wanted
    assert max(got.values()) == 1


def _work_badly(house, place, chance):
    fragile = KINDS | {"message": replace_act(KINDS["message"], chance)}
    while True:
        with models.reading(house.engine) as conn:
            waiting = due(conn, house.now, 1_000)
        if not waiting and not house.read(sa.select(jobs.c.id).where(jobs.c.state != "done").limit(1)):
            return
        for job in chance.sample(waiting, len(waiting) // 10):
            claim(place, job)  # and the worker is gone
        halves = [chance.sample(waiting, len(waiting)), chance.sample(waiting, len(waiting) // 3)]
        hands = [threading.Thread(target=each, args=(place, fragile, half)) for half in halves]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        house.now += timedelta(minutes=3)


def each(place, kinds, waiting):
    for job in waiting:
        run(place, kinds, job)


def replace_act(kind, chance):
    def act(place, job):
        finish = kind.act(place, job)

        def broken(conn):
            finish(conn)
            if chance.random() < 0.2:
                raise ConnectionError("the power is gone before the commit")

        return broken

    return kind._replace(act=act)
