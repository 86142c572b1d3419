"""Lists at the pages: filters live in the address, wrong ones are said, views are kept, a batch has a result a row."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.batch import allow_batch
from tests.support.story import Story
from tests.web.conftest import As

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def story(one_app: Flask, tmp_path: Path) -> Iterator[Story]:
    """The same house as the pages', with reviews that may be approved together."""
    made = Story(one_app.extensions["house"].engine, tmp_path)
    allow_batch(made)
    yield made


def titles(page) -> list[str]:
    return [part.text_content() for part in page.tree.cssselect(".qf-item-title")]


def test_a_filter_stands_in_a_short_address_and_lists_what_fits(story: Story, visit_one: As) -> None:
    story.start(title="甲", category="1", requested_on="2026-12-05")
    story.start(title="乙", category="2", requested_on="2026-12-20")
    officer = visit_one("lin.xia")
    long = (
        "/inbox/mine?search=&procedure=pub-company-info&fields_of=pub-company-info&state=&f.category=2"
        "&f.requested_on.from=2026-12-10&f.requested_on.to=&started.from=&started.to="
    )
    answer = officer.open(long)
    assert answer.status == 303
    short = answer.headers["Location"]
    assert short == "/inbox/mine?procedure=pub-company-info&f.category=2&f.requested_on=2026-12-10.."
    page = officer.open(short)
    assert titles(page) == ["乙"] and "f.requested_on" not in page.words(".qf-chips")
    assert "希望发布日期2026-12-10.." in page.words(".qf-chips")
    other = officer.open("/inbox/mine?procedure=acc-open-staff&fields_of=pub-company-info&f.category=2")
    assert other.headers["Location"] == "/inbox/mine?procedure=acc-open-staff", "another procedure has other fields"


@pytest.mark.parametrize(
    "query",
    [
        "sort=title",
        "page=-1",
        "after=x",
        "state=open",
        "opened=gestern",
        "f.category=1",
        "procedure=pub-company-info&f.category=9",
        "procedure=pub-company-info&f.%7B%7B7*7%7D%7D=1",
        "search=%00",
    ],
)
def test_a_wrong_condition_is_said_with_what_was_typed(visit_one: As, query: str) -> None:
    page = visit_one("lin.xia").open(f"/inbox?{query}")
    assert page.status == 400 and page.words(".qf-problem") and page.tree.cssselect("#filter")


def test_a_list_goes_on_and_comes_back(story: Story, visit_one: As) -> None:
    for number in range(23):
        story.start(title=f"第{number}号")
    head = visit_one("zhou.ning")
    first = head.open("/inbox")
    second = head.open(first.tree.cssselect("a[rel=next]")[0].get("href"))
    assert titles(first) + titles(second) == [f"第{number}号" for number in range(22, -1, -1)]
    assert not second.tree.cssselect("a[rel=next]")
    again = head.open(second.tree.cssselect("a[rel=prev]")[0].get("href"))
    assert titles(again) == titles(first)


def test_a_batch_works_without_javascript(story: Story, visit_one: As) -> None:
    cases = [story.start(title=f"第{number}号") for number in range(3)]
    head = visit_one("zhou.ning")
    page = head.open("/inbox")
    boxes = page.tree.cssselect("input[name=task]")
    assert len(boxes) == 3 and all(box.get("disabled") is not None for box in boxes), "nothing was seen yet"
    for case_id in cases[:2]:
        assert head.open(f"/tasks/{story.task(case_id)}").status == 200
    free = head.open("/inbox").tree.cssselect("input[name=task]:not([disabled])")
    tasks = [story.task(case_id) for case_id in cases]
    assert sorted(int(box.get("value").split(":")[0]) for box in free) == tasks[:2]
    done = head.submit(head.open("/inbox"), "#batch", task=[box.get("value") for box in boxes], comment="同意")
    assert done.status == 200 and "2项已同意,1项没有" in done.words()
    assert "还没有打开或预览" in done.words(".is-refused") and "第2号" in done.words(".is-refused")
    assert [story.steps(case_id) for case_id in cases] == [["review_by_enterprise_office"]] * 2 + [
        ["review_by_unit_head"]
    ]


def test_a_preview_shows_the_content_and_marks_it_seen(story: Story, visit_one: As) -> None:
    task_id = story.task(story.start(body="预览里的正文"))
    head = visit_one("zhou.ning")
    headers = FRAGMENT | {"X-CSRFToken": head.token()}
    answer = head.client.post(f"/tasks/{task_id}/preview", headers=headers).get_data(as_text=True)
    assert "预览里的正文" in answer and "<html" not in answer and f'id="tick-{task_id}" hx-swap-oob' in answer
    assert head.open("/inbox").tree.cssselect("input[name=task]:not([disabled])")
    stranger = visit_one("shi.xi")
    headers = FRAGMENT | {"X-CSRFToken": stranger.token()}
    assert stranger.client.post(f"/tasks/{task_id}/preview", headers=headers).status_code == 404
    assert head.client.post(f"/tasks/{task_id}/preview", headers=FRAGMENT).status_code == 400, "no token, no mark"


@pytest.mark.parametrize("task", ["", "x", "1:x", "-1", "1", "1:", "9" * 30])
def test_a_batch_of_nonsense_is_refused_in_a_sentence(visit_one: As, task: str) -> None:
    answer = visit_one("zhou.ning").send("/inbox/approve", task=task)
    assert answer.status == 400 and answer.words(".empty-title, main")


def test_a_list_that_stands_open_hears_what_is_new(story: Story, visit_one: As) -> None:
    first = story.task(story.start(title="早的"))
    head = visit_one("zhou.ning")
    assert "新事项" not in head.open(f"/inbox/todo/news?known={first}", **FRAGMENT).text
    second = story.task(story.start(title="晚的"))
    news = head.open(f"/inbox/todo/news?known={first}", **FRAGMENT)
    assert "有1项新事项" in news.text and f'data-here="{second},{first}"' in news.text
    assert "新事项" not in head.open(f"/inbox/todo/news?known={first}&search=早的", **FRAGMENT).text
    assert visit_one("shi.xi").open("/inbox/todo/news", **FRAGMENT).text.count('data-here=""') == 1


def test_a_view_is_kept_counted_shared_and_deleted(story: Story, visit_one: As) -> None:
    story.start(title="秋季发布")
    head, officer = visit_one("zhou.ning"), visit_one("lin.xia")
    page = head.open("/inbox?search=秋季&sort=due")
    done = head.submit(page, "form[action='/views']", name="秋季的", shared="unit")
    assert done.headers["Location"] == "/inbox?search=%E7%A7%8B%E5%AD%A3&sort=due"
    side = head.open("/views/side", **FRAGMENT)
    assert side.words("a") == "秋季的 共享1 管理视图"
    assert officer.open("/views/side", **FRAGMENT).words("a") == "秋季的 周宁0 管理视图"
    again = head.submit(page, "form[action='/views']", name="秋季的")
    assert again.status == 303 and "已有名为" in head.open("/inbox").words(".alert-danger")
    views = head.open("/views")
    address = views.tree.cssselect("form[action$='/delete']")[0].get("action")
    assert not officer.open("/views").tree.cssselect("form[action$='/delete']")
    assert officer.send(address).status == 404
    assert not officer.open("/inbox?search=秋季").tree.cssselect("#view-shared"), "nor does who heads no unit share one"
    assert [one.get("value") for one in page.tree.cssselect("#view-shared option")] == ["", "unit"]
    assert officer.send("/views", box="todo", name="挤占", shared="house", **{"q.search": "秋季"}).status == 403
    assert head.submit(views, "form[action$='/delete']").status == 303
    assert "还没有保存视图" in head.open("/views").words()


def test_after_a_decision_comes_the_next_task_or_the_list_as_chosen(story: Story, visit_one: As) -> None:
    tasks = [story.task(story.start(title=f"第{number}号")) for number in range(4)]
    head = visit_one("zhou.ning")
    page = head.open(f"/tasks/{tasks[0]}")
    assert page.tree.cssselect("input[name=_next][checked]")
    done = head.submit(page, "#decide", button="decision=approve")
    assert done.headers["Location"] == f"/tasks/{tasks[1]}"
    page = head.open(f"/tasks/{tasks[1]}")
    assert head.submit(page, "#decide", button="decision=approve", _next=[]).headers["Location"] == "/inbox"
    page = head.open(f"/tasks/{tasks[2]}")
    assert not page.tree.cssselect("input[name=_next][checked]"), "the choice is remembered"
