"""The truth table of rights through the real actions: who tries what, and what he is told."""

from functools import partial

import pytest

import models
from engine import actions, queries
from engine.desk import Desk
from engine.errors import QianfaError
from engine.people import person_by_login
from tests.support.story import APPROVE, RETURN, Story

VERBS = (
    "claim", "put_back", "decide", "return", "transfer", "delegate", "before", "after", "unask", "see", "comment",
    "copy", "withdraw", "cancel", "recall", "urge", "suspend", "resume",
)  # fmt: skip

WHO = {
    "outsider": "pan.yi",
    "applicant": "lin.xia",
    "candidate": "he.sui",
    "holder": "tao.ran",
    "barred": "zhou.ning",  # reviewed as head of the unit, and is of the office too
    "lost": "qin.chuan",  # was of the office when the task was opened or claimed
    "disabled": "ren.ke",
    "stand_in": "su.qing",  # for the holder
    "elsewhere": "ye.zhou",  # stands in for the holder in another procedure only
    "barred_2nd": "bai.lu",  # stands in for the barred
    "receiver": "shi.xi",
    "owner": "shen.yan",
    "owner_2nd": "gu.ping",  # stands in for the owner
    "next_owner": "lu.qing",  # owns other procedures
    "auditor": "zeng.ming",
    "administr": "tian.ye",
}

# 200 done, 401 not signed in, 403 may not, hand: separation of duties, 404 knows of nothing, 409 gone or taken.
FREE = """
              claim put_back decide return transfer delegate before after unask see  comment copy withdraw cancel recall urge suspend resume
outsider      404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
applicant     403   403      403    403    403      403      403    403   403   200  200     200  200      403    403    200  403     403
candidate     200   403      200    200    200      200      200    200   403   200  200     200  403      403    403    403  403     403
holder        200   403      200    200    200      200      200    200   403   200  200     200  403      403    403    403  403     403
barred        hand  hand     hand   hand   hand     hand     hand   hand  403   200  200     200  403      403    200    200  403     403
lost          404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
disabled      401   401      401    401    401      401      401    401   401   401  401     401  401      401    401    401  401     401
stand_in      200   403      200    200    200      200      200    200   403   200  200     200  403      403    403    403  403     403
elsewhere     404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
barred_2nd    hand  hand     hand   hand   hand     hand     hand   hand  403   200  200     200  403      403    403    403  403     403
receiver      403   403      403    403    403      403      403    403   403   200  200     403  403      403    403    403  403     403
owner         403   403      403    403    403      403      403    403   403   200  200     200  403      200    403    200  200     403
owner_2nd     403   403      403    403    403      403      403    403   403   200  200     200  403      200    403    200  200     403
next_owner    404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
auditor       403   403      403    403    403      403      403    403   403   200  403     403  403      403    403    403  403     403
administr     403   403      403    403    403      403      403    403   403   200  200     403  403      200    403    403  200     403
"""  # noqa: E501
CLAIMED = """
              claim put_back decide return transfer delegate before after unask see  comment copy withdraw cancel recall urge suspend resume
outsider      404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
applicant     403   403      403    403    403      403      403    403   403   200  200     200  200      403    409    200  403     403
candidate     409   409      409    409    409      409      409    409   403   200  200     200  403      403    403    403  403     403
holder        403   200      200    200    200      200      200    200   403   200  200     200  403      403    403    403  403     403
barred        hand  hand     hand   hand   hand     hand     hand   hand  403   200  200     200  403      403    409    200  403     403
lost          404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
disabled      401   401      401    401    401      401      401    401   401   401  401     401  401      401    401    401  401     401
stand_in      403   200      200    200    200      200      200    200   403   200  200     200  403      403    403    403  403     403
elsewhere     404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
barred_2nd    hand  hand     hand   hand   hand     hand     hand   hand  403   200  200     200  403      403    403    403  403     403
receiver      403   403      403    403    403      403      403    403   403   200  200     403  403      403    403    403  403     403
owner         403   403      403    403    403      403      403    403   403   200  200     200  403      200    403    200  200     403
auditor       403   403      403    403    403      403      403    403   403   200  403     403  403      403    403    403  403     403
administr     403   403      403    403    403      403      403    403   403   200  200     403  403      200    403    403  200     403
"""  # noqa: E501
NAMED = """
              claim put_back decide return transfer delegate before after unask see  comment copy withdraw cancel recall urge suspend resume
outsider      404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
applicant     403   403      403    403    403      403      403    403   403   200  200     200  200      403    409    200  403     403
candidate     404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
holder        403   403      200    200    200      200      200    200   403   200  200     200  403      403    403    403  403     403
barred        403   403      403    403    403      403      403    403   403   200  200     200  403      403    409    200  403     403
lost          404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
disabled      401   401      401    401    401      401      401    401   401   401  401     401  401      401    401    401  401     401
stand_in      403   403      200    200    200      200      200    200   403   200  200     200  403      403    403    403  403     403
elsewhere     404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
auditor       403   403      403    403    403      403      403    403   403   200  403     403  403      403    403    403  403     403
administr     403   403      403    403    403      403      403    403   403   200  200     403  403      200    403    403  200     403
"""  # noqa: E501
LOST = """
              claim put_back decide return transfer delegate before after unask see  comment copy withdraw cancel recall urge suspend resume
lost          403   403      403    403    403      403      403    403   403   200  200     200  403      403    403    403  403     403
candidate     409   409      409    409    409      409      409    409   403   200  200     200  403      403    403    403  403     403
administr     403   403      403    403    403      403      403    403   403   200  200     403  403      200    403    403  200     403
"""  # noqa: E501
CARRYING_OUT = """
              claim put_back decide return transfer delegate before after unask see  comment copy withdraw cancel recall urge suspend resume
outsider      404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
applicant     403   403      403    403    403      403      403    403   403   200  200     200  403      403    403    200  403     403
editor        200   403      200    403    200      200      403    403   403   200  200     200  403      403    403    403  403     403
auditor       403   403      403    403    403      403      403    403   403   200  403     403  403      403    403    403  403     403
administr     403   403      403    403    403      403      403    403   403   200  200     403  403      200    403    403  200     403
owner         403   403      403    403    403      403      403    403   403   200  200     200  403      200    200    200  200     403
"""  # noqa: E501
ENDED = """
              claim put_back decide return transfer delegate before after unask see  comment copy withdraw cancel recall urge suspend resume
outsider      404   404      404    404    404      404      404    404   404   404  404     404  404      404    404    404  404     404
applicant     409   409      409    409    409      409      409    409   403   200  200     200  409      409    409    409  409     409
barred        409   409      409    409    409      409      409    409   403   200  200     200  409      409    409    409  409     409
candidate     409   409      409    409    409      409      409    409   404   404  404     404  404      404    404    404  404     404
auditor       409   409      409    409    409      409      409    409   403   200  409     409  409      409    409    409  409     409
administr     409   409      409    409    409      409      409    409   403   200  200     409  409      409    409    409  409     409
disabled      401   401      401    401    401      401      401    401   401   401  401     401  401      401    401    401  401     401
"""  # noqa: E501


def told(text: str) -> dict[str, dict[str, str]]:
    head, *lines = (line.split() for line in text.strip().splitlines())
    assert tuple(head) == VERBS
    return {who: dict(zip(VERBS, cells, strict=True)) for who, *cells in lines}


@pytest.fixture
def office(story: Story) -> Story:
    """Everybody of the table in place."""
    for login in ("zhou.ning", "ren.ke"):
        story.give_post(login, "enterprise_mgmt_office", "EMO")
    story.disable("ren.ke")
    story.stand_in("tao.ran", "su.qing")
    story.stand_in("tao.ran", "ye.zhou", "acc-open-staff")
    story.stand_in("zhou.ning", "bai.lu")
    story.stand_in("shen.yan", "gu.ping")
    return story


def at_the_office(story: Story) -> tuple[int, int]:
    case_id = story.start()
    story.approve(case_id, ("review_by_unit_head", "zhou.ning"))
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["shi.xi"]))
    return case_id, story.task(case_id, "review_by_enterprise_office")


def seen(story: Story, case_id: int, task_id: int, logins: dict[str, str]) -> dict[str, dict[str, str]]:
    return {who: attempts(story, login, case_id, task_id) for who, login in logins.items()}


def attempts(story: Story, login: str, case_id: int, task_id: int) -> dict[str, str]:
    """Every verb by one person, each in a transaction that is rolled back."""

    def see(desk: Desk) -> None:
        queries.case_view(desk.conn, desk.person, case_id, desk.now)

    tries = {
        "claim": lambda desk: actions.claim(desk, task_id),
        "put_back": lambda desk: actions.put_back(desk, task_id),
        "decide": lambda desk: actions.decide(desk, task_id, answers(story, login, task_id, desk)),
        "return": lambda desk: actions.return_to(desk, task_id, "submit", "请补充"),
        "transfer": lambda desk: actions.transfer(desk, task_id, "shao.wen", "出差"),
        "delegate": lambda desk: actions.delegate(desk, task_id, "shao.wen", "请看"),
        "before": lambda desk: actions.sign_before(desk, task_id, ["shao.wen"], "请看"),
        "after": lambda desk: actions.sign_after(desk, task_id, answers(story, login, task_id, desk), ["shao.wen"]),
        "unask": lambda desk: actions.unask(desk, task_id),
        "see": see,
        "comment": lambda desk: actions.comment(desk, case_id, "请尽快"),
        "copy": lambda desk: actions.copy(desk, case_id, ["jiang.yu"]),
        "withdraw": lambda desk: actions.withdraw(desk, case_id),
        "cancel": lambda desk: actions.cancel(desk, case_id, "不再需要"),
        "recall": lambda desk: actions.recall(desk, case_id),
        "urge": lambda desk: actions.urge(desk, case_id),
        "suspend": lambda desk: actions.suspend(desk, case_id, "核查"),
        "resume": lambda desk: actions.resume(desk, case_id),
    }
    assert tuple(tries) == VERBS
    return {verb: outcome(story, login, call) for verb, call in tries.items()}


def answers(story: Story, login: str, task_id: int, desk: Desk) -> dict:
    if story.row(task_id).step != "publish_post":
        return APPROVE
    import io

    from engine.walks import samples

    shot = actions.upload(desk, actions.receive(desk.office, io.BytesIO(samples.make("png", 0)), "截图.png"))
    return {
        "published_link": "https://weibo.com/demo/launch",
        "published_at": "2026-11-23T15:00:00+08:00",
        "screenshot": [{"sha256": shot["sha256"]}],
    }


def outcome(story: Story, login: str, call) -> str:
    with story.engine.connect().execution_options(writes=True) as conn:
        transaction = conn.begin()
        try:
            call(Desk(conn, person_by_login(conn, login, story.now), story.now, story.office))
            return "200"
        except QianfaError as error:
            return "hand" if error.code == "same_hand" else str(error.status)
        finally:
            transaction.rollback()


def chosen(text: str, **more: str) -> tuple[dict, dict]:
    expected = told(text)
    return expected, {who: (WHO | more)[who] for who in expected}


def test_a_task_that_nobody_took(office: Story):
    case_id, task_id = at_the_office(office)
    office.end_posts("enterprise_mgmt_office", login="qin.chuan")
    office.end_posts("unit_head", login="qin.chuan")
    expected, logins = chosen(FREE)
    assert seen(office, case_id, task_id, logins) == expected


def test_a_task_that_somebody_claimed(office: Story):
    case_id, task_id = at_the_office(office)
    office.act("tao.ran", lambda desk: actions.claim(desk, task_id))
    office.end_posts("enterprise_mgmt_office", login="qin.chuan")
    expected, logins = chosen(CLAIMED)
    assert seen(office, case_id, task_id, logins) == expected


def test_a_task_that_was_given_to_one_person_by_name(office: Story):
    case_id, task_id = at_the_office(office)
    office.act("qin.chuan", lambda desk: actions.transfer(desk, task_id, "tao.ran", "请代为把关"))
    expected, logins = chosen(NAMED)
    assert seen(office, case_id, task_id, logins) == expected


def test_who_claimed_a_task_and_then_lost_the_post(office: Story):
    case_id, task_id = at_the_office(office)
    office.act("qin.chuan", lambda desk: actions.claim(desk, task_id))
    office.end_posts("enterprise_mgmt_office", login="qin.chuan")
    expected, logins = chosen(LOST)
    assert seen(office, case_id, task_id, logins) == expected


def test_a_case_that_is_being_carried_out(office: Story):
    case_id = office.start()
    office.approve(
        case_id,
        ("review_by_unit_head", "zhou.ning"),
        ("review_by_enterprise_office", "he.sui"),
        ("approve_by_enterprise_head", "shen.yan"),
    )
    expected, logins = chosen(CARRYING_OUT, editor="fang.cheng")
    assert seen(office, case_id, office.task(case_id, "publish_post"), logins) == expected


def test_a_case_that_has_ended(office: Story):
    case_id, task_id = at_the_office(office)
    office.act("lin.xia", lambda desk: actions.withdraw(desk, case_id))
    expected, logins = chosen(ENDED)
    assert seen(office, case_id, task_id, logins) == expected


def test_a_post_that_ends_takes_the_right_with_it_between_offer_and_decision(office: Story):
    case_id, task_id = at_the_office(office)
    decide = partial(actions.decide, task_id=task_id, answers=APPROVE)
    assert outcome(office, "he.sui", decide) == "200"
    office.end_posts("enterprise_mgmt_office", login="he.sui")
    assert outcome(office, "he.sui", decide) == "404"
    assert "decide" not in office.verbs(case_id)[3:]


def test_nobody_signed_in_does_nothing(office: Story):
    case_id, task_id = at_the_office(office)
    for call in (
        lambda desk: actions.decide(desk, task_id, APPROVE),
        lambda desk: actions.withdraw(desk, case_id),
        lambda desk: actions.start(desk, "pub-company-info", {}),
        lambda desk: actions.show_password(desk, 1),
        lambda desk: actions.retry(desk, 1, "x"),
    ):
        with models.writing(office.engine) as conn, pytest.raises(QianfaError) as refused:
            call(Desk(conn, None, office.now, office.office))
        assert refused.value.status in (401, 404)


@pytest.mark.parametrize("number", [0, -1, 2**40])
def test_a_number_that_names_nothing_is_not_found(story: Story, number: int):
    for call in (
        lambda desk: actions.decide(desk, number, APPROVE),
        lambda desk: actions.claim(desk, number),
        lambda desk: actions.transfer(desk, number, "he.sui", "x"),
        lambda desk: actions.withdraw(desk, number),
        lambda desk: actions.comment(desk, number, "x"),
        lambda desk: actions.retry(desk, number, "x"),
        lambda desk: actions.show_password(desk, number),
        lambda desk: actions.download(desk, number),
    ):
        assert outcome(story, "tian.ye", call) == "404"


def test_a_field_the_form_does_not_declare_is_refused_and_reaches_nothing(story: Story):
    """S-18: mass assignment by unknown fields, by fields of another step, by what the engine sets."""
    case_id = story.start()
    task_id = story.task(case_id)
    before = story.dump()
    for extra in ("approval", "applicant", "case", "switches", "title", "form", "published_link", "__class__"):
        assert outcome(story, "zhou.ning", lambda desk, e=extra: actions.decide(desk, task_id, {**APPROVE, e: 1})) in (
            "400",
            "422",
        )
    for answers in ({}, {"decision": "maybe"}, {"decision": ["approve"]}, {"decision": "return"}, {"decision": None}):
        assert outcome(story, "zhou.ning", lambda desk, a=answers: actions.decide(desk, task_id, a)) == "422"
    assert story.dump() == before


def test_a_later_step_cannot_be_posted_and_a_done_one_not_replayed(story: Story):
    """S-20: step replay and the direct post of a step that is not open."""
    case_id = story.start()
    task_id = story.task(case_id)
    story.decide("zhou.ning", task_id, RETURN)
    again = story.task(case_id, "submit")
    assert outcome(story, "zhou.ning", lambda desk: actions.decide(desk, task_id, APPROVE)) == "409"
    assert outcome(story, "zhou.ning", lambda desk: actions.decide(desk, again, {})) == "403"
    assert story.steps(case_id) == ["submit"]
