"""Whole files, registers, lists, tables: nothing leaves the house raw to who only looks over, nor without a record."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

import models
from engine import actions
from engine.archive import package_path
from engine.queries.audit import reads as query
from models import (
    account_terms,
    accounts,
    channels,
    disposal_requests,
    disposals,
    filings,
    incidents,
    publications,
    reads,
    repairs,
    takedowns,
)
from tests.support.story import Story
from tests.web.visitor import Visitor
from web.audit import reads as page

SECRET, HIDDEN, NUMBER = "13812345678", "138****5678", "FB-2026-00001"
WIDE = "".join(chr(ord(one) + 0xFEE0) for one in SECRET)


class Scene:
    """A refused case, published and taken down, an account, a filing and an incident of it; a case disposed of."""

    def __init__(self, app: Flask, folder: Path):
        app.config["WTF_CSRF_ENABLED"] = False
        self.app, house = app, app.extensions["house"]
        self.story = story = Story(house.engine, folder, house.config.clock())
        self.people: dict[str, Visitor] = {}
        self.case_id = case_id = story.start(title=f"请联系{WIDE}", contact=SECRET)
        story.decide("zhou.ning", story.task(case_id), {"decision": "reject", "comment": f"不妥,请打{SECRET}"})
        story.act("lin.xia", lambda desk: actions.comment(desk, case_id, f"不妥在哪里?{SECRET}"))
        self.case = case = story.case(case_id)
        packed = sha256(b"package").hexdigest()
        path = package_path(folder / "packages", packed)
        path.parent.mkdir(parents=True)
        path.write_bytes(SECRET.encode())
        then, mine, unit = story.now, case.applicant_id, case.applicant_unit_id
        channel = sa.select(sa.func.min(channels.c.id)).scalar_subquery()
        account = story.read(sa.select(sa.func.max(accounts.c.id)))[0][0]
        self.account = account
        request = {"id": 7, "procedure_id": case.procedure_id, "count": 1, "keep_package": True, "reason": SECRET}
        gone = {"chain": 10**6, "number": "GS-2020-0007", "procedure_id": case.procedure_id, "head_seq": 1}
        with models.writing(story.engine) as conn:
            conn.execute(publications.insert().values(
                id=1, number=NUMBER, case_id=case_id, channel_id=channel, unit_id=unit, title=case.title,
                link=f"https://weibo.com/demo?tel={SECRET}", link_key="weibo.com/demo", content_sha256="0" * 64,
                approvals=[], published_by=mine, published_at=then, archived_at=then, keep_until=then,
                package_sha256=packed,
            ))  # fmt: skip
            down = {"publication_id": 1, "reason": f"投诉人{WIDE}", "taken_down_at": then, "case_id": case_id}
            conn.execute(takedowns.insert().values(down))
            here = accounts.c.id == account
            conn.execute(
                accounts.update().where(here).values(case_id=case_id, name=SECRET, unit_id=unit, official=False)
            )
            here = account_terms.c.account_id == account
            conn.execute(account_terms.update().where(here).values(name=SECRET, purpose=SECRET, unit_id=unit))
            filed = {"number": "BA-1", "kind": "k", "subject": f"备案{SECRET}", "details": SECRET, "unit_id": unit}
            conn.execute(filings.insert().values(filed | {"id": 1, "filed_at": then, "case_id": case_id}))
            trouble = {"kind": "x", "zh": f"错误{SECRET}", "en": f"error {SECRET}", "owner": "administrator"}
            conn.execute(incidents.insert().values(trouble | {"case_id": case_id, "opened_at": then}))
            conn.execute(disposal_requests.insert().values(
                request | {"state": "done", "asked_by": mine, "asked_at": then, "decided_by": mine}
            ))  # fmt: skip
            conn.execute(disposals.insert().values(
                gone | {"head_hash": "", "unit_id": unit, "started_at": then, "ended_at": then, "at": then,
                        "request_id": 7, "package_sha256": packed, "package_kept": True, "house_seq": 1}
            ))  # fmt: skip

    def look(self, login: str, path: str, **form: str) -> tuple[int, str, list[tuple[str, int | None, dict[str, Any]]]]:
        """The answer, its text, and what was put on record meanwhile."""
        if login not in self.people:
            self.people[login] = Visitor(self.app)
            self.people[login].become(login)
        (before,) = self.story.read(sa.select(sa.func.coalesce(sa.func.max(reads.c.id), 0)))[0]
        client = self.people[login].client
        told = client.post(path, data=form) if form else client.get(path)
        rows = self.story.read(sa.select(reads).where(reads.c.id > before).order_by(reads.c.id))
        return told.status_code, told.get_data().decode(errors="replace"), [
            (row.what, row.case_id, orjson.loads(row.detail)) for row in rows
        ]  # fmt: skip


@pytest.fixture
def scene(one_app: Flask, tmp_path: Path) -> Iterator[Scene]:
    yield Scene(one_app, tmp_path)


def test_a_package_leaves_for_who_sees_the_case_unmasked_and_each_time_on_record(scene: Scene) -> None:
    entry, case = f"/publications/{NUMBER}", f"/cases/{scene.case_id}"
    for login in ("pan.yi", "cai.xingye"):  # of the unit, or owns other procedures: of the case they know nothing
        status, text, _ = scene.look(login, entry)
        assert (status, scene.look(login, case)[0]) == (200, 404) and "/package" not in text, login
        status, text, found = scene.look(login, f"{entry}/package")
        assert (status, found, SECRET in text) == (404, [], False), login
    status, text, found = scene.look("zeng.ming", f"{entry}/package")
    assert (status, found, SECRET in text) == (403, [], False) and "/package" not in scene.look("zeng.ming", entry)[1]
    taken = [("downloaded", scene.case_id, {"package": NUMBER, "sha256": sha256(b"package").hexdigest()})]
    for login in ("lin.xia", "shen.yan", "tian.ye"):
        assert "/package" in scene.look(login, entry)[1]
        assert scene.look(login, f"{entry}/package") == (200, SECRET, taken), login
    scene.look("zeng.ming", f"{case}/unmask", comment="核对投诉")
    assert scene.look("zeng.ming", f"{entry}/package") == (200, SECRET, taken)

    # Of a case that was disposed of: for who answers for it; an auditor says why; who heads a unit not at all.
    proof = "/audit/keeping/disposals/GS-2020-0007"
    taken = [("downloaded", None, {"package": "GS-2020-0007", "sha256": sha256(b"package").hexdigest()})]
    for login in ("shen.yan", "tian.ye"):
        assert scene.look(login, f"{proof}/package") == (200, SECRET, taken), login
    for login, status in (("zeng.ming", 403), ("zhou.ning", 403), ("song.yuan", 404), ("lin.xia", 403)):
        assert scene.look(login, proof)[0] == (403 if login == "lin.xia" else 404 if status == 404 else 200), login
        told = scene.look(login, f"{proof}/package")
        assert (told[0], told[2], SECRET in told[1]) == (status, [], False), login
    assert SECRET not in scene.look("zeng.ming", proof)[1]
    assert scene.look("zhou.ning", f"{proof}/package", reason="好奇")[0] == 403
    assert scene.look("zeng.ming", f"{proof}/package", reason=" ")[::2] == (422, [])
    why = ("unmasked", None, {"package": "GS-2020-0007", "reason": "复查"})
    assert scene.look("zeng.ming", f"{proof}/package", reason="复查") == (200, SECRET, [why, *taken])


def test_registers_links_and_incidents_are_masked_for_who_only_looks_over(scene: Scene) -> None:
    pages = [
        "/audit/find?link=" + NUMBER, "/publications", f"/publications/{NUMBER}", "/accounts",
        f"/accounts/{scene.account}", "/filings", "/filings/1", f"/cases/{scene.case_id}",
    ]  # fmt: skip
    for path in pages:
        for login in ("zeng.ming", "tian.ye"):
            status, text, _ = scene.look(login, path)
            raw = SECRET in text or WIDE in text
            masked = login == "zeng.ming" or path.startswith("/audit")  # lists of the audit are masked for everybody
            assert (status, raw, HIDDEN in text) == (200, not masked, masked), (login, path)
    for format in ("ocel", "csv", "xes"):
        status, text, _ = scene.look("tian.ye", "/audit/exports", format=format)
        assert status == 200 and SECRET not in text and WIDE not in text, format
    for path, search, auditor in (
        ("publications", "1234", False), ("publications", NUMBER, True), ("publications", "请联系", True),
        ("accounts", "1234", False),
    ):  # fmt: skip
        for login, finds in (("tian.ye", True), ("zeng.ming", auditor)):
            text = scene.look(login, f"/{path}?search={search}")[1]
            assert (f'href="/{path}/{NUMBER if path == "publications" else scene.account}"' in text) is finds, search


def test_words_in_lists_and_tables_that_are_taken_away_are_on_record(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    month, case = f"{scene.story.now:%Y-%m}", scene.case_id
    for path, what, there in (
        ("/audit/figures/cases?what=reject", "figures", "不妥"),
        (f"/audit/log?case={scene.case.number}", "log", "不妥"),
        (f"/audit/report?month={month}", "report", "不妥"),
    ):
        status, text, found = scene.look("zeng.ming", path)
        assert (status, there in text, found) == (200, True, [("opened", case, {"page": what})]), path
    asked = {"case_id": case, "kind": "change", "target": "x", "revision": 1, "state": "withdrawn", "before": {}}
    asked |= {"reason": f"不妥{SECRET}", "asked_by": 1, "asked_for": 1, "asked_at": scene.story.now}
    scene.story.write(repairs.insert().values(asked))
    status, text, found = scene.look("zeng.ming", "/audit/repairs")
    assert (status, "不妥" in text, SECRET in text) == (200, True, False)
    assert found == [("opened", case, {"page": "repairs"})]
    for path in (
        "/audit/figures/cases?what=open",
        "/audit/log?verb=start",
        "/audit/report?month=2020-01",
        "/audit/reads",
    ):
        assert scene.look("zeng.ming", path)[::2] == (200, []), path

    status, _, found = scene.look("zeng.ming", "/audit/report", month=month)
    assert (status, [(what, of) for what, of, _ in found]) == (200, [("exported", None), ("exported", case)])
    for path, said in (
        ("figures?csv=units", {"report": "figures", "table": "units"}),
        ("figures/work?csv=people", {"report": "figures", "table": "people"}),
        ("rights?csv=1", {"report": "rights"}),
    ):
        status, text, found = scene.look("zeng.ming", f"/audit/{path}")
        assert status == 200 and text.startswith("\ufeff") and len(found) == 1, path
        assert found[0][:2] == ("exported", None) and said.items() <= found[0][2].items(), path
    assert "权限与任职" in scene.look("zeng.ming", "/audit/reads?what=exported")[1]

    monkeypatch.setattr(query, "CHUNK", 2)
    for most, cut in ((3, True), (1000, False)):
        for module in (query, page):
            monkeypatch.setattr(module, "MOST", most)
        status, text, found = scene.look("tian.ye", "/audit/reads.csv")
        assert ("只到这里:最多3行" in text.splitlines()[-1], found[0][2].get("cut", False)) == (cut, cut)
        assert found[0][2]["rows"] == len(text.splitlines()) - 1 - cut
        assert f"最多{most}行" in scene.look("tian.ye", "/audit/reads")[1]


def test_who_came_later_is_not_among_the_people_of_a_day(scene: Scene) -> None:
    assert "lin.xia" in scene.look("zeng.ming", "/audit/rights?search=lin.xia")[1].partition("<main")[2]
    text = scene.look("zeng.ming", "/audit/rights?csv=1&day=2001-01-01")[1]
    assert "lin.xia" not in text and len(text.splitlines()) == 1
