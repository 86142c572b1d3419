"""Lists and batches of the interface: conditions, places to go on from, and a result for each task."""

from pathlib import Path

import pytest

from tests.api.conftest import Interface
from tests.support.batch import allow_batch, mark_read
from tests.support.story import Story


@pytest.fixture
def story(api: Interface, tmp_path: Path) -> Story:
    made = Story(api.engine, tmp_path)
    allow_batch(made)
    return made


def test_a_list_is_narrowed_and_goes_on_from_a_place(api: Interface, story: Story) -> None:
    for number in range(3):
        story.start(title=f"第{number}号", category="12"[number % 2])
    head = api.as_("zhou.ning")
    first = head.get("/tasks", size=2, procedure="pub-company-info").json
    assert [one["title"] for one in first["items"]] == ["第2号", "第1号"] and first["more"] and not first["earlier"]
    second = head.get("/tasks", size=2, procedure="pub-company-info", after=first["last"]).json
    assert [one["title"] for one in second["items"]] == ["第0号"] and not second["more"] and second["earlier"]
    found = head.get(
        "/tasks", procedure="pub-company-info", answers="category=2", search="第", started="2026-11-01.."
    ).json
    assert [one["title"] for one in found["items"]] == ["第1号"]


@pytest.mark.parametrize(
    "query",
    [
        {"answers": "category=1"},
        {"started": "soon"},
        {"after": "x"},
        {"state": "open"},
        {"overdue": "no"},
        {"box": "mine", "sort": "due"},
    ],
)
def test_a_wrong_condition_is_400_with_a_sentence(api: Interface, query: dict[str, str]) -> None:
    answer = api.as_("zhou.ning").get("/tasks", **query)
    assert answer.status_code == 400 and answer.json["message"] and answer.json["message_en"]


def test_a_batch_answers_for_each_task_and_once_for_a_key(api: Interface, story: Story) -> None:
    tasks = [story.task(story.start(title=f"第{number}号")) for number in range(3)]
    for task_id in tasks[:2]:
        story.act("zhou.ning", lambda desk, task_id=task_id: mark_read(desk, task_id))
    read = [{"id": task_id, "revision": story.row(task_id).revision} for task_id in tasks]
    body = {"tasks": [*read, {"id": 10**9, "revision": 1}], "comment": "同意"}
    head = api.as_("zhou.ning")
    answer = head.post("/tasks/approve", body, key="batch-1")
    assert answer.status_code == 200
    assert [one["done"] for one in answer.json["items"]] == [True, True, False, False]
    assert [one["code"] for one in answer.json["items"]] == [None, None, "not_allowed", "not_found"]
    assert answer.json["items"][2]["text"]["zh"] and answer.json["items"][0]["number"].startswith("GS-")
    assert head.post("/tasks/approve", body, key="batch-1").json == answer.json
    assert [one["code"] for one in head.post("/tasks/approve", body).json["items"][:2]] == ["stale", "stale"]
    assert head.post("/tasks/approve", {"tasks": []}).status_code == 422
    assert head.post("/tasks/approve", {"tasks": [{"id": 1, "revision": 1}] * 101}).status_code == 422
