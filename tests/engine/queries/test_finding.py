"""Every box is searched in all words of the content and narrowed by any field; what one may not see is not found."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.actions.reindex import reindex
from engine.errors import BadInput
from engine.finding.wanted import Sought
from engine.queries import Wanted, conditions, inbox_statements, list_wanted
from models import case_fields, case_words, tasks
from tests.engine.queries.test_inbox import box
from tests.support.story import ACCOUNT, APPROVE, CHAIN, RETURN, Story

COMPANY = "pub-company-info"


def asked(story: Story, login: str, name: str = "todo", /, **query: str) -> list[int]:
    """The lines of a box as an address asks for them; `f_x` is the field x."""
    query = {key.replace("f_", "f."): text for key, text in query.items()}
    with models.reading(story.engine) as conn:
        wanted = list_wanted(conn, name, query, story.now)
        page = queries.inbox(conn, story.person(login), wanted)
        assert queries.how_many(conn, story.person(login), wanted) == len(page.items)
    return [item.task_id or item.case_id for item in page.items]


@pytest.fixture(params=["few", "among", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The three ways a list is narrowed, whatever the number of hits: all give the same lines."""
    few, many = {"few": (1_000, 5_000), "among": (0, 5_000), "many": (0, 0)}[request.param]
    monkeypatch.setattr(conditions, "FEW", few)
    monkeypatch.setattr(conditions, "MANY", many)

    def forget() -> None:
        for made in (conditions.hits, inbox_statements.page_statement, inbox_statements.how_many_statement):
            made.cache_clear()

    forget()
    yield request.param
    forget()


def test_any_word_of_the_content_is_found_in_every_box(story: Story, way: str):
    case_id = story.start(body="新一代收银终端 Kassa 3000 亮相。", contact="分机 8021")
    other = story.start(title="节日问候", body="祝大家节日快乐。", contact="内线")
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["pan.yi"]))
    todo, _ = story.task(case_id), story.task(other)
    for search in ("收银终端", "kass", "3000", "8021", "销售部", "林夏", "收银 分机", "GS-2026-0001", "终", "官方微博"):
        found = {todo} if search not in ("销售部", "林夏", "官方微博") else {todo, story.task(other)}
        assert set(asked(story, "zhou.ning", search=search)) == found, search
        assert case_id in asked(story, "lin.xia", "mine", search=search), search
        assert asked(story, "pan.yi", "copied", search=search) == [case_id], search
    story.approve(case_id, CHAIN[0])
    assert asked(story, "zhou.ning", "done", search="收银终端") == [todo]
    assert asked(story, "he.sui", "claimable", search="收银终端") == [story.task(case_id)]
    for search in ("收终", "assa", "收银 没有", "021"):
        assert asked(story, "lin.xia", "mine", search=search) == [], search


def test_what_one_may_not_see_is_neither_found_nor_counted(story: Story, way: str):
    case_id = story.start(body="绝不外传的句子")
    for login in ("pan.yi", "shi.xi", "he.sui", "lu.qing"):
        for name in queries.BOXES:
            assert asked(story, login, name, search="绝不外传") == [], (login, name)
            assert asked(story, login, name, procedure=COMPANY, f_secrecy="none") == [], (login, name)
    story.approve(case_id, CHAIN[0])
    story.give_post("zhou.ning", "enterprise_mgmt_office", "EMO")
    assert asked(story, "zhou.ning", search="绝不外传") == [], "separation of duties keeps it away"


def test_a_new_revision_is_found_by_its_new_words_only(story: Story):
    case_id = story.start(body="旧的说法")
    story.decide("zhou.ning", story.task(case_id), RETURN)
    story.decide("lin.xia", story.task(case_id), story.case_content(case_id) | {"body": "新的句子", "secrecy": "none"})
    assert asked(story, "lin.xia", "mine", search="新的句子") == [case_id]
    assert asked(story, "lin.xia", "mine", search="旧的说法") == []
    assert len(story.read(sa.select(case_words))) == 1
    keys = [row.key for row in story.read(sa.select(case_fields))]
    assert len(keys) == len(set(keys)) and "title" in keys and "body" not in keys


def test_a_list_is_narrowed_by_the_fields_of_a_form(story: Story, way: str):
    one = story.start(category="1", requested_on="2026-12-05")
    two = story.start(category="2", requested_on="2026-12-20", source="市场部", contact="李同学 8099")
    three = story.start(slug="acc-open-staff")
    mine = {"procedure": COMPANY}
    for query, found in (
        ({}, [two, one]),
        ({"f_category": "2"}, [two]),
        ({"f_requested_on": "2026-12-05"}, [one]),
        ({"f_requested_on": "2026-12-06.."}, [two]),
        ({"f_requested_on": "..2026-12-31"}, [two, one]),
        ({"f_contact": "8099"}, [two]),
        ({"f_contact": "8099", "f_category": "1"}, []),
        ({"f_declaration": "yes"}, [two, one]),
        ({"f_declaration": "no"}, []),
        ({"search": "市场部", "f_category": "2"}, [two]),
    ):
        assert asked(story, "lin.xia", "mine", **mine, **query) == found, query
    assert asked(story, "lin.xia", "mine", procedure="acc-open-staff", f_mobile=ACCOUNT["mobile"]) == [three]


def test_numbers_are_compared_as_numbers(story: Story, way: str):
    cases = {amount: story.start(title=f"金额{amount}") for amount in (90, 1000, 10_000)}
    for amount, case_id in cases.items():
        row = {"case_id": case_id, "key": "amount", "no": 0, "number": amount}
        story.write(case_fields.insert().values(row))
    for span, found in (((1000, 1e17), [10_000, 1000]), ((-1e17, 999.5), [90]), ((90, 1000), [1000, 90])):
        with models.reading(story.engine) as conn:
            answers = (Sought("amount", "number", *span),)
            page = queries.inbox(conn, story.person("lin.xia"), Wanted(box="mine", answers=answers))
        assert [item.case_id for item in page.items] == [cases[amount] for amount in found]


def test_state_people_units_days_and_claims_narrow_a_list(story: Story, way: str):
    early = story.start()
    story.now += timedelta(days=2)
    late = story.start(slug="acc-open-staff")
    story.decide("zhou.ning", story.task(late), APPROVE)
    mine = "lin.xia", "mine"
    assert asked(story, *mine, state="running") == [late, early]
    assert asked(story, *mine, state="done") == []
    assert asked(story, *mine, applicant="林夏") == asked(story, *mine, applicant="lin.xia") == [late, early]
    assert asked(story, *mine, applicant="周宁") == []
    assert asked(story, *mine, unit="销售部") == asked(story, *mine, unit="SALES") == [late, early]
    assert asked(story, *mine, started="2026-11-23") == asked(story, *mine, started="..2026-11-24") == [early]
    assert asked(story, *mine, started="2026-11-25..2026-11-25") == [late]
    task_id = story.task(early)
    assert asked(story, "zhou.ning", opened="2026-11-23") == asked(story, "zhou.ning", overdue="yes") == [task_id]
    assert asked(story, "zhou.ning", opened="2026-11-24..") == []
    assert asked(story, "zhou.ning", claimed="no") == [task_id]
    story.act("zhou.ning", lambda desk: actions.claim(desk, task_id))
    assert (asked(story, "zhou.ning", claimed="no"), asked(story, "zhou.ning", claimed="yes")) == ([], [task_id])


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("todo", {"f_category": "1"}),
        ("todo", {"procedure": COMPANY, "f_nothing": "1"}),
        ("todo", {"procedure": COMPANY, "f_category": "no such option"}),
        ("todo", {"procedure": COMPANY, "f_requested_on": "2026-13-01"}),
        ("todo", {"procedure": COMPANY, "f_requested_on": "2026-12-02..2026-12-01"}),
        ("todo", {"procedure": COMPANY, "f_contact": "x" * 101}),
        ("todo", {"state": "running; --"}),
        ("todo", {"opened": "yesterday"}),
        ("todo", {"started": ".."}),
        ("todo", {"overdue": "1"}),
        ("todo", {"after": "x"}),
        ("todo", {"after": "20261123T020000000000Z~7"}),
        ("todo", {"after": "7", "sort": "due"}),
        ("todo", {"page": "0x10"}),
        ("todo", {"search": "x" * 101}),
        ("mine", {"overdue": "yes"}),
        ("mine", {"sort": "due"}),
        ("done", {"claimed": "yes"}),
        ("claimable", {"claimed": "yes"}),
    ],
)
def test_a_wrong_condition_is_said_and_not_left_out(story: Story, name: str, query: dict[str, str]):
    with pytest.raises(BadInput) as refused:
        asked(story, "lin.xia", name, **query)
    assert refused.value.text.zh and refused.value.text.en
    assert all(text.zh and text.en for texts in refused.value.fields.values() for text in texts)


@pytest.mark.parametrize("sort", ["-opened", "opened", "due", "late"])
def test_pages_follow_each_other_to_the_end_and_back_while_the_list_changes(story: Story, sort: str):
    ids = [story.task(story.start(title=f"信息{number}")) for number in range(7)]
    for number, task_id in enumerate(ids):
        due = story.now + timedelta(days=number % 3)
        late = story.now if number in (2, 5) else None
        story.write(tasks.update().where(tasks.c.id == task_id).values(due_at=due, late_at=late))
    expected = {
        "-opened": ids[::-1],
        "opened": ids,
        "due": [ids[n] for n in (0, 3, 6, 1, 4, 2, 5)],
        "late": [ids[n] for n in (2, 5, 0, 1, 3, 4, 6)],
    }[sort]

    def page(**where: str) -> queries.Page:
        with models.reading(story.engine) as conn:
            return queries.inbox(conn, story.person("zhou.ning"), Wanted(size=3, sort=sort, **where))

    first = page()
    assert [item.task_id for item in first.items] == expected[:3] and (first.more, first.earlier) == (True, False)
    second = page(after=first.last)
    assert [item.task_id for item in second.items] == expected[3:6] and (second.more, second.earlier) == (True, True)
    third = page(after=second.last)
    assert [item.task_id for item in third.items] == expected[6:] and (third.more, third.earlier) == (False, True)
    assert [item.task_id for item in page(before=third.first).items] == expected[3:6]
    story.decide("zhou.ning", expected[0], APPROVE)
    assert [item.task_id for item in page(after=first.last).items] == expected[3:6], "what went before shifts nothing"
    back = page(before=second.first)
    assert [item.task_id for item in back.items] == expected[1:4], "too little is left before: the first page"
    assert (back.more, back.earlier) == (True, False)


def test_a_search_and_a_filter_cost_one_statement(story: Story):
    story.start()
    told = []
    sa.event.listen(story.engine, "before_cursor_execute", lambda *args: told.append(args[2]))
    with models.reading(story.engine) as conn:
        person = story.person("zhou.ning")
        told.clear()
        cursors, real = [], conn.connection.cursor
        conn.connection.cursor = lambda *args: cursors.append(1) or real(*args)  # type: ignore[method-assign]
        queries.inbox(conn, person, Wanted(search="发布会", state="running", answers=(Sought("x", "number", 1, 2),)))
        assert (len(cursors), told) == (1, [])
        queries.inbox(conn, person, Wanted())
        queries.counts(conn, person)
        assert (len(cursors), told) == (3, [])


def test_cases_from_before_the_index_are_caught_up_with_once(story: Story):
    case_id = story.start(body="旧申请的正文")
    story.write(case_fields.delete())
    story.write(case_words.delete())
    assert asked(story, "lin.xia", "mine", search="旧申请") == []
    assert (reindex(story.engine), reindex(story.engine)) == (1, 0)
    assert asked(story, "lin.xia", "mine", search="旧申请") == [case_id]
    assert asked(story, "lin.xia", "mine", procedure=COMPANY, f_category="1") == [case_id]
    assert box(story, "zhou.ning", search="旧申请的正文") == [story.task(case_id)]
