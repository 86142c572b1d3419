"""Whoever is shown content of a case is on record, once for each time, and before it is shown; nothing else is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

import models
from engine import actions
from engine.archive import package_path
from models import bundles, channels, disposal_requests, disposals, exports, publications, reads, trail, uploads
from tests.api.conftest import Caller, make_token
from tests.support.databases import Database
from tests.support.story import POST, Story
from tests.web.conftest import As, build
from tests.web.test_every_route import ROUTES
from tests.web.test_headers import PARTS
from tests.web.test_outside import enter, link
from tests.web.visitor import Visitor

MARK = "内部代号海棠七十三"
# The addresses that show content of a case, and as what that is on record. The drawing and the way through it are not
# content, nor are titles in lists.
CONTENT = {
    "cases.show": "opened",
    "cases.at": "opened",
    "inbox.task": "opened",
    "lists.preview": "opened",
    "paper.print_sheet": "printed",
    "uploads.show": "downloaded",
    "uploads.view": "downloaded",
    "registers.package": "downloaded",
    "audit.case_package": "downloaded",  # of an ended case: tests/web/test_keeping.py
    "outside.show": "opened",
    "outside.file": "downloaded",
    "account.show_secret": "shown",  # tests/engine/operations/test_accounts.py
    "studio.story_of": "opened",
    "audit.reads_csv": "exported",
    "audit.export_file": "downloaded",
    "audit.bundle": "exported",
    "audit.disposal_package": "downloaded",
}
OF_MANY = {"audit.reads_csv", "audit.export_file", "audit.disposal_package"}  # or of a case that is gone
EACH_TOO = {"audit.bundle"}  # of many, and of each case in it
CONTENT_API = {
    "case": "opened",
    "case_trail": "opened",
    "task": "opened",
    "download": "downloaded",
    "print_case": "printed",
    "audit_export": "exported",
}
ELSEWHERE = {"account.show_secret", "audit.case_package", "outside.show", "outside.file", "static"}


@dataclass
class Scene:
    """A case with a picture, published with a package, and a second revision of the same."""

    app: Flask
    story: Story
    parts: dict[str, Any]

    @property
    def count(self) -> int:
        return int(self.story.read(sa.select(sa.func.count()).select_from(reads))[0][0])

    def since(self, count: int) -> list[Any]:
        return self.story.read(sa.select(reads).order_by(reads.c.id).offset(count))


@pytest.fixture
def scene(one_app: Flask, tmp_path: Path) -> Iterator[Scene]:
    one_app.config["WTF_CSRF_ENABLED"] = False
    house = one_app.extensions["house"]
    story = Story(house.engine, tmp_path, house.config.clock())
    picture = story.picture("lin.xia")
    case_id = story.start(body=f"示范集团{MARK}发布会。")
    story.write(uploads.update().values(case_id=case_id))
    task_id = story.newest_task(case_id)
    packed = sha256(b"package").hexdigest()
    path = package_path(tmp_path / "packages", packed)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"package")
    case = story.case(case_id)
    story.write(
        publications.insert().values(
            number=case.number, case_id=case_id, channel_id=sa.select(sa.func.min(channels.c.id)).scalar_subquery(),
            unit_id=case.applicant_unit_id, title=case.title, link="https://weibo.com/demo", content_sha256="0" * 64,
            approvals=[], published_by=case.applicant_id, published_at=story.now, archived_at=story.now,
            keep_until=story.now, package_sha256=packed,
        )
    )  # fmt: skip
    draft_id = story.act("shen.yan", lambda desk: actions.open_draft(desk, "pub-company-info"))
    kept = made(story, tmp_path, case_id, packed)
    upload_id = story.read(sa.select(uploads.c.id).where(uploads.c.case_id == case_id))[0].id
    parts = {"case_id": case_id, "task_id": task_id, "number": case.number, "sha256": picture[0]["sha256"]}
    yield Scene(one_app, story, PARTS | parts | kept | {"draft_id": draft_id, "upload_id": upload_id})


def made(story: Story, data: Path, case_id: int, package: str) -> dict[str, Any]:
    """Files that lie ready for the administrator: an export, a bundle, the package of a case that was disposed of."""
    mine, then, day = story.id_of("tian.ye"), story.now, story.now.date()
    case = story.case(case_id)
    scope = {"everything": True, "units": [], "procedures": []}
    done = {"person_id": mine, "format": "csv", "query": "", "state": "done", "made_at": then, "scope": scope}
    ready = {"since": day, "until": day, "asked_by": mine, "asked_at": then, "state": "ready", "count": 1}
    asked = {"id": 7, "procedure_id": case.procedure_id, "count": 1, "keep_package": True, "reason": "期满"}
    asked |= {"state": "done", "asked_by": mine, "asked_at": then, "decided_by": mine}
    gone = {"chain": 10**6, "number": case.number, "procedure_id": case.procedure_id, "head_seq": 1, "head_hash": ""}
    gone |= {"unit_id": case.applicant_unit_id, "started_at": then, "ended_at": then, "at": then, "request_id": 7}
    gone |= {"package_sha256": package, "package_kept": True, "house_seq": 1}
    with models.writing(story.engine) as conn:
        export_id = conn.execute(exports.insert().returning(exports.c.id), done).scalar_one()
        expires = {"expires_at": then + timedelta(days=1)}
        bundle_id = conn.execute(bundles.insert().returning(bundles.c.id), ready | expires).scalar_one()
        conn.execute(disposal_requests.insert(), asked)
        conn.execute(disposals.insert(), gone)
    for path in (data / f"exports/{export_id}.file", data / f"bundles/{bundle_id}.zip"):
        path.parent.mkdir(exist_ok=True)
        with ZipFile(path, "w") as packed:
            packed.writestr(f"{case.number}.zip", MARK)
    return {"export_id": export_id, "bundle_id": bundle_id}


def test_each_look_at_content_is_one_record_and_nothing_else_is_any(scene: Scene) -> None:
    visitor, wrong, seen = Visitor(scene.app), [], set()
    visitor.become("tian.ye")
    person_id, case_id = scene.story.id_of("tian.ye"), scene.parts["case_id"]
    # first what only looks, last the acts: they move the case
    rules = scene.app.url_map.iter_rules()
    for rule in sorted(rules, key=lambda rule: ("GET" not in rule.methods, rule.endpoint not in CONTENT)):
        one, right = rule.endpoint, ROUTES.get(rule.endpoint, "")
        posts = one in ("lists.preview", "studio.story_of") or right.startswith(("case:", "task:"))
        if one in ELSEWHERE or not ("GET" in rule.methods or posts) or one == "account.sign_out":
            continue
        path, before = rule.build({name: scene.parts[name] for name in rule.arguments})[1], scene.count
        body = {"number": scene.parts["number"], "comment": "看过", "revision": 1}
        fragment = {"HX-Request": "true"} if one == "lists.preview" else {}
        told = (
            visitor.client.get(path)
            if "GET" in rule.methods
            else visitor.client.post(path, data=body, headers=fragment)
        )
        found = [(read.what, read.person_id, read.case_id) for read in scene.since(before)]
        shows = MARK.encode() in told.get_data()
        again = shows and "GET" not in rule.methods and one not in CONTENT  # a page that is shown anew after a refusal
        what = CONTENT.get(one) or ("opened" if again and one.startswith(("cases.", "acts.")) else None)
        of_cases = {one: [None] for one in OF_MANY} | {one: [None, case_id] for one in EACH_TOO}
        expected = [(what, person_id, of) for of in of_cases.get(one, [case_id])] if what else []
        if found != expected or (shows and not what):
            wrong.append((one, told.status_code, found, shows))
        seen |= {one} if found else set()
    assert wrong == [], "\n".join(map(str, wrong))
    assert set(CONTENT) - ELSEWHERE <= seen, "each of them was shown"
    assert set(CONTENT) <= set(ROUTES)


def test_the_interface_leaves_the_same_records(scene: Scene) -> None:
    caller, wrong = Caller(scene.app, make_token(scene.story.engine, "tian.ye")), []
    door = scene.app.extensions["api"]
    numbers = {"download": scene.parts["upload_id"], "task": scene.parts["task_id"]}
    parts = scene.parts | {"register": "publications", "format": "csv"}
    for rule in door.url_map.iter_rules():
        one, before = rule.endpoint, scene.count
        if "GET" not in rule.methods and one not in CONTENT_API:
            continue
        number = numbers.get(one, scene.parts["case_id"])
        path = rule.build({name: number if name == "id" else parts[name] for name in rule.arguments})[1]
        path = path.removeprefix("/api/v1")
        told = caller.get(path) if "GET" in rule.methods else caller.post(path)
        found = [read.what for read in scene.since(before)]
        shows = MARK.encode() in told.get_data()
        expected = [CONTENT_API[one]] if one in CONTENT_API else []
        if expected == ["exported"]:  # the list, and each case in it
            expected = ["exported", "exported"]
        if found != expected or (shows and one not in CONTENT_API):
            wrong.append((one, told.status_code, found, shows))
    assert wrong == [], "\n".join(map(str, wrong))


def test_a_look_through_an_outside_link_names_the_link(one_app: Flask, visit_one: As) -> None:
    _, path, code = link(one_app, visit_one)
    outsider, engine = Visitor(one_app), one_app.extensions["house"].engine
    before = sa.select(sa.func.coalesce(sa.func.max(reads.c.id), 0))
    with models.reading(engine) as conn:
        last = conn.execute(before).scalar_one()
    enter(outsider, path, code)
    assert "秋季新品" in outsider.open(path).text
    with models.reading(engine) as conn:
        (row,) = conn.execute(sa.select(reads).where(reads.c.id > last)).all()
    said = orjson.loads(row.detail)
    assert (row.person_id, row.what, said["page"], said["name"]) == (None, "opened", "outside", "甲律师")
    assert said["link"]


def test_what_cannot_be_put_on_record_is_not_shown(database: Database, tmp_path: Path) -> None:
    app = build(database, tmp_path, demo=True)
    app.config["WTF_CSRF_ENABLED"] = False
    house = app.extensions["house"]
    story = Story(house.engine, tmp_path, house.config.clock())
    case_id = story.start(body=MARK)
    story.act("lin.xia", lambda desk: actions.withdraw(desk, case_id, "不办了"))
    package = package_path(tmp_path / "packages", "0" * 64)
    package.parent.mkdir(parents=True)
    package.write_text(MARK)
    kept = made(story, tmp_path, case_id, "0" * 64)
    visitor, caller = Visitor(app), Caller(app, make_token(house.engine, "tian.ye"))
    visitor.become("tian.ye")
    pages = [
        f"/cases/{case_id}", f"/audit/exports/{kept['export_id']}/file",
        f"/audit/keeping/bundles/{kept['bundle_id']}", f"/audit/keeping/disposals/{story.case(case_id).number}/package",
    ]  # fmt: skip
    assert [visitor.client.get(path).status_code for path in pages] == [200] * len(pages)
    story.write(sa.text("ALTER TABLE reads RENAME TO gone"))
    house_rows = story.read(sa.select(sa.func.count()).select_from(trail).where(trail.c.chain == 0))
    told = {path: visitor.client.get(path) for path in pages}
    told |= {path: visitor.client.post(path, data={"format": "csv", "month": "2026-11"}) for path in (
        "/audit/exports", f"/audit/cases/{case_id}/package",
    )}  # fmt: skip
    told |= {path: caller.get(path) for path in (f"/cases/{case_id}", "/audit/export/csv")}
    for path, answer in told.items():
        said = answer.get_data(as_text=True)
        assert (answer.status_code, "阅读记录" in said, MARK in said) == (503, True, False), (path, said[:300])
    assert story.read(sa.select(sa.func.count()).select_from(trail).where(trail.c.chain == 0)) == house_rows
    house.engine.dispose()


def test_who_read_what_is_told_within_one_s_scope_and_taken_away_on_record(scene: Scene) -> None:
    there = {login: Visitor(scene.app) for login in ("lin.xia", "zhou.ning", "zeng.ming", "song.yuan", "tian.ye")}
    for login, visitor in there.items():
        visitor.become(login)
    case_id, number = scene.parts["case_id"], scene.parts["number"]
    for login in ("lin.xia", "zhou.ning", "zhou.ning", "zeng.ming"):
        page = there[login].open(f"/cases/{case_id}")
        assert (f"/audit/reads?number={number}" in page.text) == (login != "lin.xia")
    there["lin.xia"].open(f"/uploads/{scene.parts['sha256']}")

    def lines(login: str, **asked: str) -> list[str]:
        page = there[login].open(f"/audit/reads?{urlencode(asked)}")
        return [" ".join(row.text_content().split()) for row in page.tree.cssselect("tbody tr")]

    assert there["lin.xia"].open("/audit/reads").status == 403
    assert lines("song.yuan") == lines("song.yuan", number=number) == [], "heads another unit"
    for login in ("zhou.ning", "zeng.ming", "tian.ye"):
        found = lines(login, number=number)
        assert [("林夏" in one, "曾鸣" in one, "周宁" in one) for one in found] == [
            (True, False, False), (False, True, False), (False, False, True), (False, False, True),
            (True, False, False),
        ], found  # fmt: skip
        assert "截图.png" in found[0] and "申请页 · 第1版" in found[1]
    assert len(lines("zeng.ming", who="周宁")) == len(lines("zeng.ming", who="zhou.ning", what="opened")) == 2
    assert (
        lines("zeng.ming", who="nobody")
        == lines("zeng.ming", number="X")
        == lines("zeng.ming", until="2026-01-01")
        == []
    )
    counted = there["zeng.ming"].open("/audit/reads/people?who=zhou.ning").tree.cssselect("tbody td")
    assert [" ".join(cell.text_content().split()) for cell in counted][:4] == ["周宁", "销售部", "2", "0"]

    before = scene.count
    table = there["zeng.ming"].client.get(f"/audit/reads.csv?number={number}").get_data().decode()
    assert table.startswith("\ufeff") and table.count(number) == 5
    (taken,) = scene.since(before)
    said = orjson.loads(taken.detail)
    assert (taken.what, taken.case_id, said["rows"], said["number"]) == ("exported", None, 5, number)
    assert any("导出" in one for one in lines("tian.ye")) and any("导出" in one for one in lines("zeng.ming"))
    assert not any("导出" in one for one in lines("zhou.ning")), "her unit is not the auditor's"


def test_the_reads_are_paged_by_number(scene: Scene) -> None:
    visitor = Visitor(scene.app)
    visitor.become("tian.ye")
    row = {"at": scene.story.now, "person_id": 1, "what": "opened", "case_id": scene.parts["case_id"], "detail": "{}"}
    with models.writing(scene.story.engine) as conn:
        conn.execute(reads.insert(), [row] * 120)
    seen, path = 0, "/audit/reads?until=2199-01-01"
    for expected in (50, 50, 20):
        page = visitor.open(path)
        found = len(page.tree.cssselect("tbody tr"))
        assert found == expected
        seen += found
        path = next(iter([one for one in page.links() if "before=" in one]), "")
    assert seen == 120 and not path


def test_who_only_looks_over_sees_no_personal_data_until_unmasked_on_record(app: Flask, tmp_path: Path) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    house = app.extensions["house"]
    story = Story(house.engine, tmp_path, house.config.clock())
    secret, hidden = "13812345678", "138****5678"
    case_id = story.start(contact=f"林夏 {secret}", title=f"请联系{secret}")
    story.decide("zhou.ning", story.task(case_id), {"decision": "return", "comment": f"打 {secret}"})
    story.decide("lin.xia", story.task(case_id), {**POST, "contact": f"林夏 139 1234 5678 或 {secret}"})
    story.act("lin.xia", lambda desk: actions.comment(desk, case_id, f"我的号码 {secret}"))
    task_id = story.newest_task(case_id)
    there = {login: Visitor(app) for login in ("lin.xia", "zhou.ning", "shen.yan", "zeng.ming", "tian.ye")}
    for login, visitor in there.items():
        visitor.become(login)
    places = (f"/cases/{case_id}", f"/cases/{case_id}?from=1&to=2", f"/tasks/{task_id}")
    api = (f"/cases/{case_id}", f"/cases/{case_id}/trail", f"/tasks/{task_id}")

    def shown(login: str) -> list[bool]:
        """Whether each place shows the number; each shows it or its mask."""
        caller = Caller(app, make_token(house.engine, login))
        said = [there[login].open(path).text for path in places]
        said += [caller.get(path).get_data(as_text=True) for path in api]
        assert all((secret in one) != (hidden in one) for one in said), login
        return [secret in one for one in said]

    for login in ("lin.xia", "zhou.ning", "shen.yan", "tian.ye"):  # take part, own it or are answerable for it
        assert shown(login) == [True] * 6, login
    assert shown("zeng.ming") == [False] * 6
    lists = (f"/audit/log?case={story.case(case_id).number}", "/audit/figures/cases?what=return")
    for path in lists:  # of many cases: masked for everybody, since no one case was unmasked
        for login in ("zeng.ming", "tian.ye"):
            said = there[login].open(path).text
            assert hidden in said and secret not in said, (path, login)
    assert "显示原文" not in there["zhou.ning"].open(places[0]).text
    before = story.read(sa.select(sa.func.count()).select_from(reads))[0][0]
    revision = story.case(case_id).revision
    assert there["zeng.ming"].client.post(f"/cases/{case_id}/unmask", data={"comment": " "}).status_code == 422
    assert there["shen.yan"].client.post(f"/cases/{case_id}/unmask", data={"comment": "好奇"}).status_code == 403
    assert there["zeng.ming"].client.post(f"/cases/{case_id}/unmask", data={"comment": "核对投诉"}).status_code == 303
    found = story.read(sa.select(reads).order_by(reads.c.id).offset(before))
    (row,) = (one for one in found if one.what == "unmasked")
    assert (row.person_id, orjson.loads(row.detail)) == (story.id_of("zeng.ming"), {"reason": "核对投诉"})
    assert story.case(case_id).revision == revision, "nobody who acts is disturbed"
    assert shown("zeng.ming") == [True] * 6
    assert "核对投诉" in there["zeng.ming"].open("/audit/reads?what=unmasked").words("tbody")
    story.check()
