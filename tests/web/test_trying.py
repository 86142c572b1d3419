"""A draft is tried in the page: people by choice, refusals in words, a clock; the walk becomes a story that holds."""

import json
import re
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from engine.numbers import OFFICE_ZONE
from models import cases, drafts, jobs, procedure_drafts, reading
from tests.bpmn.drawing import CATALOGUE
from tests.web.conftest import As
from tests.web.visitor import POST, Page, Visitor

SLUG = "pub-company-info"


def opened(owner: Visitor) -> str:
    """The address of a draft that has one story."""
    at = owner.send(f"/studio/open/{SLUG}").headers["Location"]
    walks = json.loads((next(CATALOGUE.glob(f"*/{SLUG}")) / "walks.json").read_text("utf-8"))[:1]
    told = {"revision": 1, "files": {"walks.json": json.dumps(walks, ensure_ascii=False)}}
    saved = owner.client.put(f"{at}/files", json=told, headers={"X-CSRFToken": owner.token()})
    assert saved.status_code == 200, saved.get_data(as_text=True)
    return str(at)


def act(owner: Visitor, at: str, login: str, button: str = "", **fields: str) -> Page:
    page = owner.open(f"{at}/try")
    return owner.submit(page, "#act", button=button, _as=login, **fields)


def stands(owner: Visitor, at: str) -> str:
    return owner.open(f"{at}/try").words("#act .card-title")


def walked(owner: Visitor, at: str) -> None:
    """The draft walked to its end by stand-in people."""
    weibo = POST | {"channel": "official_weibo"}
    assert act(owner, at, "lin.xia", **weibo).status == 303
    for login in ("zhou.ning", "he.sui", "shen.yan"):
        assert act(owner, at, login, "decision=approve").status == 303
    now = f"{datetime.now(OFFICE_ZONE):%Y-%m-%dT%H:%M}"
    done = {"published_link": "https://weibo.com/demo/launch", "published_at": now}
    assert act(owner, at, "fang.cheng", **done).status == 303, stands(owner, at)
    kept = {"archived_material": "application", "archive_place": "单位档案柜"}
    done = act(owner, at, "lin.xia", **kept)
    assert done.status == 303, done.words(".qf-problem")


def test_a_draft_is_tried_to_its_end_and_the_walk_holds_as_a_story(visit_one: As, one_app: Flask) -> None:
    owner = visit_one("shen.yan")
    at = opened(owner)
    refused = act(owner, at, "lin.xia", title="x")
    assert refused.status == 422 and "真实性" in refused.words(".qf-problem")
    assert "由谁发起" in owner.open(f"{at}/try").words("#act"), "what was refused is not kept"
    assert act(owner, at, "lin.xia", **(POST | {"channel": "official_weibo"})).status == 303
    assert "审核" in stands(owner, at)
    same = act(owner, at, "lin.xia", "decision=approve")
    assert same.status in (403, 404) and same.words(".qf-problem")
    owner.submit(owner.open(f"{at}/try"), "aside form", button="move=undo")
    walked(owner, at)
    page = owner.open(f"{at}/try")
    assert "流程已结束" in page.words("#ended") and "走这条" in page.words(".qf-way")
    assert "decision == " in page.words(".qf-way")
    path = json.loads(owner.open(f"{at}/try/path.json").text)
    assert "submit" in path["done"] and not path["running"]
    house = one_app.extensions["house"]
    with reading(house.engine) as conn:
        assert not conn.execute(sa.select(sa.func.count()).select_from(cases)).scalar()
        assert not conn.execute(sa.select(sa.func.count()).select_from(jobs)).scalar(), "nothing leaves the house"
    assert owner.send(f"{at}/stories", title="林夏发微博").status == 303
    assert owner.send(f"{at}/stories/run").status == 303
    stories = owner.open(f"{at}/stories")
    assert "林夏发微博" in stories.words("#walks") and "没走通" not in stories.words("#walks"), stories.words("#walks")
    taken, of = (int(one) for one in re.findall(r"\d+", stories.words("#coverage"))[1:])
    covered = json.loads(owner.open(f"{at}/coverage.json").text)
    assert 0 < taken < of and len(covered["missed"]) >= of - taken
    assert "channel_is_weibo" in covered["done"] and "unit_head_rejects" in covered["missed"]


def test_a_real_case_becomes_a_story_that_holds(visit_one: As, one_app: Flask) -> None:
    owner, applicant = visit_one("shen.yan"), visit_one("lin.xia")
    case_id = applicant.start(SLUG, channel="official_weibo")
    for login in ("zhou.ning", "he.sui"):
        person = visit_one(login)
        person.decide(person.task_of(case_id), "approve")
    at = opened(owner)
    with reading(one_app.extensions["house"].engine) as conn:
        number = conn.execute(sa.select(cases.c.number)).scalar_one()
    assert number in owner.open(f"{at}/stories").text
    assert owner.send(f"{at}/stories/from-case", number=number).status == 303
    with reading(one_app.extensions["house"].engine) as conn:
        files = conn.execute(sa.select(procedure_drafts.c.files)).scalar_one()
    story = json.loads(files["walks.json"])[-1]
    assert [one.get("as") for one in story["steps"] if "task" in one] == ["zhou.ning", "he.sui"]
    assert owner.send(f"{at}/stories/run").status == 303
    assert "没走通" not in owner.open(f"{at}/stories").words("#walks")
    assert owner.send(f"{at}/stories/from-case", number="无此号").status == 404


def test_a_press_in_an_old_window_changes_nothing(visit_one: As, one_app: Flask) -> None:
    owner = visit_one("shen.yan")
    at = opened(owner)
    assert act(owner, at, "lin.xia", **(POST | {"channel": "official_weibo"})).status == 303
    old = owner.open(f"{at}/try")
    assert act(owner, at, "zhou.ning", "decision=approve").status == 303
    late = owner.submit(old, "aside form", button="move=hour")
    assert late.status == 409
    with reading(one_app.extensions["house"].engine) as conn:
        (kept,) = conn.execute(sa.select(drafts.c.answers)).scalars()
    assert len(kept["steps"]) == 1
