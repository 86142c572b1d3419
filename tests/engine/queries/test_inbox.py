"""What stands in whose box: offered, claimed, barred, stood in for; found, sorted and paged."""

import pytest

import models
from engine import actions, queries
from engine.errors import BadInput, NotFound
from engine.queries import Wanted
from tests.support.story import APPROVE, CHAIN, RETURN, Story


def box(story: Story, login: str, name: str = "todo", **more) -> list[int]:
    """The numbers of the tasks (or cases) in a person's box."""
    with models.reading(story.engine) as conn:
        page = queries.inbox(conn, story.person(login), Wanted(box=name, **more))
    return [item.task_id or item.case_id for item in page.items]


def counted(story: Story, login: str) -> dict[str, int]:
    with models.reading(story.engine) as conn:
        return queries.counts(conn, story.person(login))


def at_the_office(story: Story) -> tuple[int, int]:
    case_id = story.start()
    story.approve(case_id, CHAIN[0])
    return case_id, story.task(case_id)


def test_a_task_is_offered_to_all_who_hold_the_post_and_to_nobody_else(story: Story):
    _, task_id = at_the_office(story)
    for login in ("qin.chuan", "he.sui", "tao.ran"):
        assert box(story, login) == box(story, login, "claimable") == [task_id]
        assert counted(story, login) == {"todo": 1, "claimable": 1, "copied": 0, "messages": 0}
    for login in ("lin.xia", "pan.yi", "zhou.ning", "shen.yan", "tian.ye", "zeng.ming"):
        assert box(story, login) == box(story, login, "claimable") == []
        assert counted(story, login)["todo"] == 0


def test_a_claimed_task_disappears_from_the_boxes_of_the_others(story: Story):
    _, task_id = at_the_office(story)
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    assert (box(story, "he.sui"), box(story, "he.sui", "claimable")) == ([task_id], [])
    assert box(story, "tao.ran") == box(story, "tao.ran", "claimable") == []
    story.act("he.sui", lambda desk: actions.put_back(desk, task_id))
    assert box(story, "tao.ran") == box(story, "tao.ran", "claimable") == [task_id]


def test_a_transferred_task_stands_in_one_box_and_cannot_be_claimed(story: Story):
    _, task_id = at_the_office(story)
    story.act("he.sui", lambda desk: actions.transfer(desk, task_id, "pan.yi", "出差"))
    assert (box(story, "pan.yi"), box(story, "pan.yi", "claimable")) == ([task_id], [])
    assert box(story, "he.sui") == box(story, "qin.chuan") == []


def test_a_task_one_is_barred_from_stands_in_no_box(story: Story):
    story.give_post("zhou.ning", "enterprise_mgmt_office", "EMO")
    story.stand_in("zhou.ning", "bai.lu")
    _, task_id = at_the_office(story)
    assert box(story, "zhou.ning") == box(story, "bai.lu") == []
    assert (
        counted(story, "zhou.ning")
        == counted(story, "bai.lu")
        == {"todo": 0, "claimable": 0, "copied": 0, "messages": 0}
    )
    assert box(story, "he.sui") == [task_id]


def test_who_stands_in_sees_the_tasks_with_the_absent_persons_name(story: Story):
    story.stand_in("he.sui", "pan.yi")
    story.stand_in("tao.ran", "ren.ke", "acc-open-staff")
    _, task_id = at_the_office(story)
    with models.reading(story.engine) as conn:
        (item,) = queries.inbox(conn, story.person("pan.yi"), Wanted()).items
    assert (item.task_id, item.acting_for) == (task_id, "何穗")
    assert box(story, "ren.ke") == [], "stands in for another procedure only"
    story.act("he.sui", lambda desk: actions.claim(desk, task_id))
    assert box(story, "pan.yi") == [task_id], "what the absent person had claimed too"
    assert box(story, "pan.yi", "claimable") == []
    assert box(story, "tao.ran") == []
    story.decide("pan.yi", task_id, APPROVE)
    assert story.row(task_id).actor_id == story.id_of("pan.yi")
    assert story.row(task_id).for_id == story.id_of("he.sui")


def test_what_was_done_begun_and_copied_is_found_again(story: Story):
    case_id, _ = at_the_office(story)
    (done,) = box(story, "zhou.ning", "done")
    assert story.row(done).step == "review_by_unit_head"
    assert box(story, "lin.xia", "mine") == [case_id]
    assert box(story, "pan.yi", "mine") == box(story, "pan.yi", "done") == []
    story.act("zhou.ning", lambda desk: actions.copy(desk, case_id, ["pan.yi", "ren.ke"]))
    assert box(story, "pan.yi", "copied") == [case_id]
    assert counted(story, "pan.yi")["copied"] == 1
    assert story.act("pan.yi", lambda desk: actions.mark_read(desk, case_id))
    assert not story.act("pan.yi", lambda desk: actions.mark_read(desk, case_id))
    assert (box(story, "pan.yi", "copied"), counted(story, "pan.yi")["copied"]) == ([case_id], 0)


def test_every_task_is_reached_page_by_page_and_once(story: Story):
    wanted = [story.task(story.start(title=f"信息{number}")) for number in range(7)]
    pages = [box(story, "zhou.ning", page=page, size=3) for page in (1, 2, 3, 4)]
    assert [task for page in pages for task in page] == wanted[::-1]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [task for page in (1, 2, 3) for task in box(story, "zhou.ning", page=page, size=3, sort="opened")] == wanted
    with models.reading(story.engine) as conn:
        more = [queries.inbox(conn, story.person("zhou.ning"), Wanted(page=n, size=3)).more for n in (1, 2, 3)]
    assert more == [True, True, False]


@pytest.mark.parametrize("search", ["发布会", "林夏", "GS-2026-0001", "新品发布"])
def test_a_search_finds_title_number_and_applicant(story: Story, search: str):
    task_id = story.task(story.start())
    assert box(story, "zhou.ning", search=search) == [task_id]


@pytest.mark.parametrize("search", ["%", "_", "\\", "'", '"', "{{7*7}}", "${7*7}", "%s", "/", "' OR 1=1 --", "😀"])
def test_what_means_something_to_a_database_is_only_text(story: Story, search: str):
    story.start()
    assert box(story, "zhou.ning", search=search) == box(story, "lin.xia", "mine", search=search) == []
    case_id = story.start(title=f"a{search}b")
    assert box(story, "lin.xia", "mine", search=search) == [case_id]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "all"},
        {"name": "todo; DROP TABLE tasks"},
        {"sort": "id"},
        {"sort": "title desc"},
        {"page": 0},
        {"page": -1},
        {"size": 0},
        {"size": 101},
    ],
)
def test_a_box_or_order_that_does_not_exist_is_bad_input(story: Story, wrong: dict):
    with pytest.raises(BadInput):
        box(story, "zhou.ning", **wrong)


def test_a_list_narrows_to_a_case_and_a_procedure(story: Story):
    one, other = story.task(story.start()), story.task(story.start(slug="acc-open-staff"))
    assert box(story, "zhou.ning", procedure="acc-open-staff") == [other]
    assert box(story, "zhou.ning", procedure="pub-company-info") == [one]
    assert box(story, "zhou.ning", case=story.row(one).case_id) == [one]
    assert box(story, "zhou.ning", procedure="unheard-of") == []


def test_a_task_says_what_may_be_done_and_a_stranger_finds_none(story: Story):
    case_id, task_id = at_the_office(story)
    with models.reading(story.engine) as conn:

        def view(login: str) -> queries.TaskView:
            return queries.task_view(conn, story.person(login), task_id, story.now)

        asks = ("delegate", "sign_before", "sign_after")
        assert view("he.sui").allowed == ("claim", "decide", "return", "transfer", *asks)
        assert view("lin.xia").allowed == view("zeng.ming").allowed == ()
        assert view("lin.xia").content["title"] == "秋季新品发布会预告"
        for login in ("pan.yi", "lu.qing", "su.qing"):
            with pytest.raises(NotFound):
                view(login)
            with pytest.raises(NotFound):
                queries.case_view(conn, story.person(login), case_id, story.now)
            with pytest.raises(NotFound):
                queries.timeline(conn, story.person(login), case_id)


def test_a_case_shows_its_path_versions_and_events(story: Story):
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), RETURN)
    story.decide("lin.xia", story.task(case_id), story.case_content(case_id) | {"body": "改过的正文。"})
    story.approve(case_id, CHAIN[0])
    with models.reading(story.engine) as conn:
        view = queries.case_view(conn, story.person("lin.xia"), case_id, story.now)
    assert [event.verb for event in view.timeline] == ["start", "submit", "decide", "submit", "decide"]
    assert [revision.no for revision in view.revisions] == [1, 2]
    assert view.revisions[1].changes == {"body": ["- 示范集团将于十二月一日举办秋季新品发布会。", "+ 改过的正文。"]}
    assert view.path["running"] == ["review_by_enterprise_office"]
    assert "review_by_unit_head" in view.path["done"]
    assert view.allowed == ("see", "comment", "copy", "print", "withdraw", "urge")
    assert set(view.waiting[0].who) == {"何穗", "秦川", "陶然"}


def listed(conn, story: Story, login: str) -> list:
    return queries.REGISTERS["publications"].list(conn, story.person(login), queries.Asked(story.now))[0]


def test_a_register_shows_what_is_ones_own_and_the_keepers_all(story: Story):
    case_id = story.approved()
    story.decide("fang.cheng", story.task(case_id), story.published("fang.cheng"))
    answers = {"archived_material": ["application"], "archive_place": "档案柜"}
    story.decide("lin.xia", story.task(case_id), answers)
    assert story.case(case_id).state == "done"
    with models.reading(story.engine) as conn:
        seen = {
            login: len(listed(conn, story, login))
            for login in ("lin.xia", "pan.yi", "shen.yan", "zeng.ming", "jiang.yu", "ren.ke", "yuan.he")
        }
        number = listed(conn, story, "lin.xia")[0]["number"]
        entry = queries.publication(conn, story.person("lin.xia"), number)
        with pytest.raises(NotFound):
            queries.publication(conn, story.person("ren.ke"), number)
    assert seen == {
        "lin.xia": 1, "pan.yi": 1, "shen.yan": 1, "zeng.ming": 1, "jiang.yu": 1, "ren.ke": 0, "yuan.he": 0
    }  # fmt: skip
    assert [one["actor"] for one in entry["approvals"]] == ["周宁", "何穗", "沈岩"]
