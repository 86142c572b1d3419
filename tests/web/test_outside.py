"""请外部人员审批: the two sides of a link, and that it opens nothing else."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import models
from models import people, tasks
from tests.support.databases import Database
from tests.web.conftest import As, build
from tests.web.visitor import Page, Visitor, file
from web.security import limiter


def link(app: Flask, visit: As, **start: object) -> tuple[int, str, str]:
    """The task, and the path and the code of a link to it."""
    case_id = visit("lin.xia").start(**start)
    head = visit("zhou.ning")
    task_id = head.task_of(case_id)
    with models.writing(app.extensions["house"].engine) as conn:
        row = conn.execute(sa.select(tasks.c.properties).where(tasks.c.id == task_id)).scalar_one()
        conn.execute(tasks.update().where(tasks.c.id == task_id).values(properties=row | {"acts": "outside"}))
    assert f"/tasks/{task_id}/outside" in head.open(f"/tasks/{task_id}").links()
    page = head.open(f"/tasks/{task_id}/outside")
    chosen = page.values("[name=files]")[:1]
    made = head.submit(page, "main form[method=post]", name="甲律师", question="请看是否合规", files=chosen)
    assert made.status == 200, made.words(".qf-problem")
    return task_id, "/outside/" + made.words("#link").rsplit("/", 1)[1], made.words("#code")


def enter(visitor: Visitor, path: str, code: str) -> Page:
    return visitor.submit(visitor.open(path), "main form", code=code)


def test_somebody_outside_reads_answers_once_and_the_holder_sees_it(app: Flask, visit: As) -> None:
    task_id, path, code = link(app, visit)
    outsider = Visitor(app)
    door = outsider.open(path)
    assert "秋季新品" not in door.text and not door.tree.cssselect("nav, .qf-side")
    wrong = enter(outsider, path, "00000000" if code != "00000000" else "00000001")
    assert wrong.status == 403 and "4 次" in wrong.words(".qf-problem")
    assert enter(outsider, path, code).status == 303
    page = outsider.open(path)
    assert "秋季新品" in page.words() and "请看是否合规" in page.words()
    assert not page.tree.cssselect("nav, .qf-side")
    assert [href for href in page.links() if not href.startswith(("#", path))] == []
    refused = outsider.submit(page, "main form", decision="reject", comment="")
    assert refused.status == 422 and refused.words("#comment-error")
    done = outsider.submit(page, "main form", decision="approve", comment="可以")
    assert done.status == 200 and "已收到" in done.words()
    again = outsider.open(path)
    assert again.status == 410 and "已经答复" in again.words()
    head = visit("zhou.ning")
    assert "可以" in head.open(f"/tasks/{task_id}/outside").words(".list-group")
    assert "甲律师" in head.open(f"/tasks/{task_id}").words(".qf-timeline")
    assert head.decide(task_id, "approve").status == 303


def test_the_outsiders_cookie_opens_nothing_else(one_app: Flask, visit_one: As) -> None:
    task_id, path, code = link(one_app, visit_one)
    outsider = Visitor(one_app)
    enter(outsider, path, code)
    for other in ("/inbox", "/me", f"/tasks/{task_id}", "/cases/1", "/admin/people", "/stand-ins", "/catalogue"):
        assert outsider.open(other).status == 302, other
    token = outsider.open(path).values("input[name=csrf_token]")[0]
    for other in (f"/tasks/{task_id}/decide", f"/tasks/{task_id}/outside", "/cases/1/comment"):
        done = outsider.client.post(other, data={"csrf_token": token, "decision": "approve", "comment": "x"})
        assert done.status_code == 401, other
    _, second, _ = link(one_app, visit_one)
    assert "验证码" in outsider.open(second).words("h1"), "nor another link"


def test_the_link_works_in_no_other_browser_and_not_after_it_was_revoked(one_app: Flask, visit_one: As) -> None:
    task_id, path, code = link(one_app, visit_one)
    first, second = Visitor(one_app), Visitor(one_app)
    form = second.open(path)
    assert enter(first, path, code).status == 303
    assert second.submit(form, "main form", code=code).status == 410
    assert second.open(path).status == 410
    head = visit_one("zhou.ning")
    (revoke,) = head.open(f"/tasks/{task_id}/outside").tree.cssselect("form[action$='/revoke']")
    assert visit_one("lin.xia").send(revoke.get("action")).status == 404
    assert head.send(revoke.get("action")).status == 303
    assert first.open(path).status == 410
    assert Visitor(one_app).open("/outside/invented").status == 404


def test_only_the_named_files_are_given(one_app: Flask, visit_one: As) -> None:
    from tests.web.test_rights import picture

    images = [file(picture(), "现场.jpg"), file(picture() + b"\0", "后台.jpg")]
    _, path, code = link(one_app, visit_one, images=images, image_source="本单位拍摄", image_copyright="本单位")
    outsider = Visitor(one_app)
    enter(outsider, path, code)
    page = outsider.open(path)
    (address,) = (href for href in page.links() if "/files/" in href)
    assert outsider.open(address).headers["Content-Type"] == "image/jpeg"
    assert Visitor(one_app).open(address).status == 404
    case = visit_one("lin.xia").open("/inbox/mine").tree.cssselect(".qf-item-title")[0].get("href")
    sums = set(re.findall(r"/uploads/([0-9a-f]{64})", visit_one("lin.xia").open(case).text))
    (other,) = sums - {address.rsplit("/", 1)[1]}
    assert outsider.open(f"{path}/files/{other}").status == 404
    assert outsider.open(f"/uploads/{other}").status == 302


def test_who_tries_too_often_is_slowed_down(sqlite: Database, tmp_path: Path) -> None:
    app = build(sqlite, tmp_path)
    limiter.reset()
    visitor = Visitor(app)
    statuses = [visitor.open("/outside/invented").status for _ in range(31)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    app.extensions["house"].engine.dispose()


def test_what_the_asker_typed_is_kept_when_refused(one_app: Flask, visit_one: As) -> None:
    task_id, _, _ = link(one_app, visit_one)
    head = visit_one("zhou.ning")
    page = head.open(f"/tasks/{task_id}/outside")
    for field, value, place in (("name", "", "name"), ("hours", "9999", "hours"), ("question", "", "comment")):
        fields = {"name": "乙专家", "question": "看看", "hours": "24"} | {field: value}
        done = head.submit(page, "main form[method=post]", **fields)
        assert done.status == 422 and done.words(f"#{place}-error"), field
        assert done.values("#question") == [fields["question"]]


def test_links_name_the_house_as_it_is_set_whatever_host_the_request_named(sqlite: Database, tmp_path: Path) -> None:
    app = build(sqlite, tmp_path, url="https://qianfa.example")
    limiter.reset()
    admin = Visitor(app, "tian.ye")
    with models.reading(app.extensions["house"].engine) as conn:
        number = conn.execute(sa.select(people.c.id).where(people.c.login == "lin.xia")).scalar_one()
    assert re.search(r"https://qianfa\.example/reset/[\w-]{43}<", admin.send(f"/admin/people/{number}/reset").text)
    visitors = {login: Visitor(app, login) for login in ("lin.xia", "zhou.ning")}
    task_id, _, _ = link(app, visitors.__getitem__)
    page = visitors["zhou.ning"].open(f"/tasks/{task_id}/outside")
    made = visitors["zhou.ning"].submit(page, "main form[method=post]", name="乙", question="请看")
    assert made.words("#link").startswith("https://qianfa.example/outside/")
    app.extensions["house"].engine.dispose()


@pytest.mark.parametrize("place", ["outside", "reset"])
def test_a_token_stands_in_no_log(one_app: Flask, caplog: pytest.LogCaptureFixture, place: str) -> None:
    one_app.config["PROPAGATE_EXCEPTIONS"] = False
    endpoint = f"{place}.show"

    def breaks(token: str) -> str:
        raise RuntimeError("broken")

    one_app.view_functions[endpoint] = breaks
    assert one_app.test_client().get(f"/{place}/a-secret-token").status_code == 500
    assert f"/{place}/…" in caplog.text and "a-secret-token" not in caplog.text
