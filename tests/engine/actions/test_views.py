"""Kept views: of one's own, shared with those below a unit, and never more than the reader's own lines."""

import pytest

import models
from engine import actions, queries
from engine.errors import BadInput, Invalid, NotAllowed, NotFound
from engine.queries import directory
from tests.support.story import CHAIN, Story


def keep(story: Story, login: str, name: str, shared: str = "", box: str = "todo", **query: str) -> int:
    return int(story.act(login, lambda desk: actions.keep_view(desk, box, name, query, shared)))


def seen(story: Story, login: str) -> dict[str, int | None]:
    with models.reading(story.engine) as conn:
        return {view.name: view.count for view in queries.views(conn, story.person(login), story.now)}


def test_a_shared_view_shows_each_reader_only_his_own(story: Story):
    case_id = story.start()
    keep(story, "tian.ye", "发布会", "house", search="发布会", sort="due")
    keep(story, "zhou.ning", "只给自己", state="running")
    keep(story, "zhou.ning", "本单位的", "unit", search="发布会")
    assert seen(story, "zhou.ning") == {"发布会": 1, "只给自己": 1, "本单位的": 1}
    assert seen(story, "lin.xia") == {"发布会": 0, "本单位的": 0}
    assert seen(story, "he.sui") == {"发布会": 0}
    story.approve(case_id, CHAIN[0])
    assert (seen(story, "he.sui"), seen(story, "zhou.ning")["发布会"]) == ({"发布会": 1}, 0)


def test_a_view_is_shared_with_one_s_organisation_and_not_with_another(story: Story):
    keep(story, "tian.ye", "发布会", "house", search="发布会")
    with models.reading(story.engine) as conn:
        people = {one.organisation: one.login for one in directory.cast(conn, story.now)}
        home = next(one.organisation for one in directory.cast(conn, story.now) if one.login == "zhou.ning")
    strangers = [login for organisation, login in people.items() if organisation != home]
    assert strangers and all(seen(story, login) == {} for login in strangers)


def test_only_its_owner_deletes_a_view(story: Story):
    view = keep(story, "tian.ye", "发布会", "house", search="发布会")
    with pytest.raises(NotFound):
        story.act("lin.xia", lambda desk: actions.drop_view(desk, view))
    story.act("tian.ye", lambda desk: actions.drop_view(desk, view))
    assert seen(story, "lin.xia") == seen(story, "tian.ye") == {}
    with pytest.raises(NotFound):
        story.act("tian.ye", lambda desk: actions.drop_view(desk, view))


def test_nobody_puts_a_view_into_everybodys_side_column_who_may_not(story: Story):
    """A head shares with the unit, a process owner and an administrator with the whole organisation."""
    for login, shared in (("lin.xia", "unit"), ("lin.xia", "house"), ("zhou.ning", "house")):
        with pytest.raises(NotAllowed):
            keep(story, login, "挤占", shared, search="发布会")
    story.stand_in("zhou.ning", "lin.xia")
    with pytest.raises(NotAllowed):
        keep(story, "lin.xia", "挤占", "unit", search="发布会")
    assert seen(story, "pan.yi") == {}
    assert keep(story, "zhou.ning", "本单位的", "unit", search="发布会")
    assert keep(story, "tian.ye", "全机构的", "house", search="发布会")


@pytest.mark.parametrize("name", ["", " ", "长" * 41, "发布会"])
def test_a_view_needs_a_name_of_its_own(story: Story, name: str):
    keep(story, "zhou.ning", "发布会", search="发布会")
    with pytest.raises(Invalid):
        keep(story, "zhou.ning", name, search="发布会")
    assert keep(story, "lin.xia", "发布会", search="发布会"), "another person's names are another matter"


@pytest.mark.parametrize(
    ("box", "shared", "query"), [("nothing", "", {}), ("todo", "all", {}), ("mine", "", {"overdue": "yes"})]
)
def test_a_question_that_no_list_answers_is_not_kept(story: Story, box: str, shared: str, query: dict[str, str]):
    with pytest.raises(BadInput):
        keep(story, "zhou.ning", "发布会", shared, box, **query)


def test_thirty_views_are_enough(story: Story):
    for number in range(30):
        keep(story, "zhou.ning", f"视图{number}", search="发布会")
    with pytest.raises(Invalid):
        keep(story, "zhou.ning", "又一个", search="发布会")
