"""Keeping at the pages: from a public link to its approval, packages that verify alone, a disposal by two people."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from flask import Flask

import models
from engine import trail
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from models import (
    account_terms,
    accounts,
    bundles,
    cases,
    check_runs,
    contents,
    disposal_requests,
    disposals,
    jobs,
    people,
    posts,
    procedures,
    publications,
    units,
)
from models import trail as lines
from tests.engine.test_trail import drop_triggers
from tests.web.conftest import As
from tests.web.test_publications import published
from web.audit import keeping as keeping_pages

SHARED = "http://mp.weixin.qq.com/s/demo-launch/?from=timeline&scene=2&chksm=84#wechat_redirect"
LONG_AGO = datetime(2020, 3, 1, tzinfo=UTC)


def work_off(app: Flask) -> None:
    house = app.extensions["house"]
    with models.reading(house.engine) as conn:
        waiting = conn.execute(sa.select(jobs.c.id).where(jobs.c.state == "waiting")).scalars().all()
    for job in waiting:
        run(Place(house.engine, house.office), KINDS, job)


def write(app: Flask, *statements: sa.Executable) -> None:
    with models.writing(app.extensions["house"].engine) as conn:
        for statement in statements:
            conn.execute(statement)


def make_administrator(app: Flask, login: str) -> None:
    """Besides the one there is: what one administrator asks for another confirms."""
    person = sa.select(people.c.id).where(people.c.login == login).scalar_subquery()
    unit = sa.select(units.c.id).where(units.c.code == "ITD").scalar_subquery()
    write(app, posts.insert().values(person_id=person, role_id="administrator", unit_id=unit, since=LONG_AGO))


def verified(package: bytes, folder: Path) -> list[str]:
    """The names in a package that its own script, started with nothing but Python, finds whole."""
    path = folder / "package.zip"
    path.write_bytes(package)
    with ZipFile(path) as members:
        members.extract("verify.py", folder)
        names = members.namelist()
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONUTF8": "1"}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return names


def test_a_public_link_leads_to_its_approval_and_a_changed_snapshot_is_told(app: Flask, visit: As) -> None:
    case_id = published(visit)
    with models.reading(app.extensions["house"].engine) as conn:
        row = conn.execute(sa.select(publications)).one()
    administrator = visit("tian.ye")
    for asked in (SHARED, row.number.lower(), row.content_sha256):
        said = administrator.client.get("/audit/find", query_string={"link": asked}).get_data(as_text=True)
        for word in (row.number, "沈岩", "在线", "内容与批准的一致", "审计轨迹有登记", f"/cases/{case_id}"):
            assert word in said, (asked, word)
    for nothing in ("https://mp.weixin.qq.com/s/other", "0" * 64, "FB-2020-00001", "\0", "http://[", "x" * 3000):
        found = administrator.client.get("/audit/find", query_string={"link": nothing})
        assert found.status_code == 200
        assert row.number not in found.get_data(as_text=True)
    assert visit("lin.xia").open("/audit/find?link=x").status == 403
    elsewhere = visit("han.dong").client.get("/audit/find", query_string={"link": SHARED})  # head of another unit
    assert row.number not in elsewhere.get_data(as_text=True)
    page = f"/cases/{case_id}"
    assert "绕过系统" not in administrator.open(page).words()
    forged = [{**one, "actor_id": row.published_by, "at": "2020-01-01T00:00:00+00:00"} for one in row.approvals]
    for wrong in ({"approvals": forged}, {"published_at": LONG_AGO}, {"link": f"{row.link}2"}, {"unit_id": 1}):
        write(app, publications.update().values(wrong))
        assert "登记与审计轨迹不符" in administrator.open(f"/audit/find?link={row.number}").words("main"), wrong
        assert "发布登记与审计轨迹所记的不同" in administrator.open(page).words(".alert-danger"), wrong
        write(app, publications.update().values({key: getattr(row, key) for key in wrong}))
    with models.reading(app.extensions["house"].engine) as conn:
        line = conn.execute(sa.select(lines).where(lines.c.verb == "archive")).one()
        assert list(trail.verify_register(conn, [])) == []
    older = {"number": row.number, "content": row.content_sha256}
    for facts, number, found in (
        (older, row.number, [None]),
        (json.loads(line.facts), "FB-1", [trail.register.OTHERWISE]),
    ):
        with models.writing(app.extensions["house"].engine) as conn:
            drop_triggers(conn)
            conn.execute(lines.update().where(lines.c.id == line.id).values(facts=json.dumps(facts)))
            conn.execute(publications.update().values(number=number))
            unproved: list[str] = []
            told = [one.what for one in trail.verify_register(conn, unproved)]
            assert (told or [None]) == found and unproved == ([] if told else [number])
        assert ("未经证明" in administrator.open(f"/audit/find?link={number}").words("main")) is not bool(told)
    write(app, publications.update().values(number=row.number))
    assert "绕过系统" not in administrator.open(page).words()
    fields = sa.select(contents.c.fields).where(contents.c.case_id == case_id)
    with models.reading(app.extensions["house"].engine) as conn:
        changed = {**conn.execute(fields).scalars().first(), "title": "改过的标题"}
    write(app, contents.update().where(contents.c.case_id == case_id).values(fields=changed))
    assert "内容与批准的不一致" in administrator.client.get("/audit/find", query_string={"link": SHARED}).text
    assert "不是审计轨迹所记的内容" in administrator.open(page).words(".alert-danger")


@pytest.mark.parametrize("key", ["link_key", "content_sha256"])
def test_the_search_by_link_reads_an_index_and_not_the_register(app: Flask, key: str) -> None:
    with app.extensions["house"].engine.connect() as conn:
        explain = "EXPLAIN QUERY PLAN" if conn.dialect.name == "sqlite" else "EXPLAIN"
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql("SET enable_seqscan = off")  # the table is all but empty
        plan = str(conn.exec_driver_sql(f"{explain} SELECT id FROM publications WHERE {key} = 'x'").all())
    assert f"ix_publications_{key}" in plan


def test_what_has_failed_is_said_on_its_page_and_not_waited_for(app: Flask, visit: As) -> None:
    with models.reading(app.extensions["house"].engine) as conn:
        person = conn.execute(sa.select(people.c.id).where(people.c.login == "tian.ye")).scalar_one()
    now, day = datetime.now(UTC), datetime.now(UTC).date()
    failed = {"state": "failed", "asked_by": person, "asked_at": now, "count": 3}
    run_ = {"person_id": person, "wanted": {}, "state": "failed", "done": 0, "of": 3, "last_id": 0, "made_at": now}
    write(
        app,
        bundles.insert().values(failed | {"since": day, "until": day}),
        disposal_requests.insert().values(failed | {"procedure_id": 1, "keep_package": True, "reason": "期满"}),
        check_runs.insert().values(run_ | {"ended_at": now}),
    )
    administrator = visit("tian.ye")
    for path in ("keeping", "keeping/bundles", "keeping/requests/1", "conformance"):
        page = administrator.open(f"/audit/{path}")
        assert page.status == 200 and "没有完成,异常已报告管理员" in page.text, path
        assert "every 2s" not in page.text, path


def test_two_who_take_the_same_package_at_once_both_get_it(app: Flask, visit: As, monkeypatch: Any) -> None:
    case_id = published(visit)
    path, pack, other = f"/audit/cases/{case_id}/package", keeping_pages.pack, []
    first, second = visit("lin.xia"), visit("shen.yan")

    def meanwhile(*given: Any) -> Path:
        made: Path = pack(*given)
        monkeypatch.setattr(keeping_pages, "pack", pack)
        other.append(second.client.post(path, data={"csrf_token": second.token()}))
        return made

    token = first.token()
    monkeypatch.setattr(keeping_pages, "pack", meanwhile)
    taken = first.client.post(path, data={"csrf_token": token})
    assert [taken.status_code, other[0].status_code] == [200, 200] and len(taken.data) == len(other[0].data) > 1000
    packages = app.extensions["house"].office.data / "packages"
    assert not list(packages.glob(".*")), "nothing is left of either"


def test_a_case_is_taken_along_held_disposed_of_by_two_and_leaves_its_proof(
    one_app: Flask, visit_one: As, tmp_path: Path
) -> None:
    visit = visit_one
    case_id, newest = published(visit), visit("lin.xia").start()
    work_off(one_app)
    officer, owner, auditor = visit("lin.xia"), visit("shen.yan"), visit("tian.ye")

    # The package of one case, for who may: it opens and verifies without the system.
    taken = officer.client.post(f"/audit/cases/{newest}/package", data={"csrf_token": officer.token()})
    assert taken.status_code == 403, "it has not ended"
    page = officer.open(f"/cases/{case_id}")
    assert "下载归档包" in page.text
    taken = officer.client.post(f"/audit/cases/{case_id}/package", data={"csrf_token": officer.token()})
    names = verified(taken.data, tmp_path)
    assert {"index.html", "content/1.html", "case.json", "trail.json", "manifest.json"} <= set(names)
    assert sum(name.startswith("files/") for name in names) == 2
    with ZipFile(BytesIO(taken.data)) as package:
        index = package.read("index.html").decode()
    for word in ("沈岩", "流程图", "审批意见", "发布登记", "FB-", "<svg"):
        assert word in index, word
    assert "<script" not in index
    assert visit("shi.xi").send(f"/audit/cases/{case_id}/package").status == 404
    looks_over = visit("zeng.ming")
    assert looks_over.send(f"/audit/cases/{case_id}/package").status == 403, "its personal data is masked for her"
    assert looks_over.send(f"/cases/{case_id}/unmask", comment="核对投诉").status == 303
    assert looks_over.send(f"/audit/cases/{case_id}/package").status == 200

    # All of a time together, by a job, kept some days for who asked.
    today = datetime.now(UTC).date()
    asked = {"since": (today - timedelta(days=2)).isoformat(), "until": (today + timedelta(days=2)).isoformat()}
    assert auditor.send("/audit/keeping/bundles", since="x", until=asked["until"]).status == 422
    assert auditor.send("/audit/keeping/bundles", **asked).status == 303
    work_off(one_app)
    with models.reading(one_app.extensions["house"].engine) as conn:
        bundle = conn.execute(sa.select(bundles)).one()
    got = auditor.client.get(f"/audit/keeping/bundles/{bundle.id}").data
    with ZipFile(BytesIO(got)) as several:
        (name,) = several.namelist()
        assert verified(several.read(name), tmp_path) == names
    assert owner.open(f"/audit/keeping/bundles/{bundle.id}").status == 404

    # Long ago: the owner asks, a hold stops it, two people lift it, another decides; the proof stays.
    old = {"started_at": LONG_AGO, "ended_at": LONG_AGO}
    write(
        one_app,
        cases.update().where(cases.c.id == case_id).values(old),
        publications.update().values(keep_until=LONG_AGO),
    )
    assert auditor.send("/audit/keeping/holds", reason="诉讼").status == 422
    assert auditor.send("/audit/keeping/holds", unit="SALES", words="秋季", reason="诉讼").status == 303
    assert owner.send("/audit/keeping/procedures/pub-company-info", reason="期满").status == 409
    assert "诉讼" in auditor.open("/audit/keeping/holds").text
    assert auditor.send("/audit/keeping/holds/1/ask", reason="").status == 422
    assert auditor.send("/audit/keeping/holds/1/ask", reason="结案").status == 303
    assert auditor.send("/audit/keeping/holds/1/lift").status == 403
    for who in ("zeng.ming", "zhou.ning"):
        assert visit(who).send("/audit/keeping/holds/1/lift").status == 403, "who looks over changes nothing"
    page = looks_over.open("/audit/keeping/holds")
    assert "诉讼" in page.text and not page.tree.cssselect("main form[method=post]")
    make_administrator(one_app, "bai.lu")
    assert "确认解除" in visit("bai.lu").open("/audit/keeping/holds").text
    assert visit("bai.lu").send("/audit/keeping/holds/1/lift").status == 303
    assert "提出销毁" in owner.open("/audit/keeping").text
    sent = owner.submit(
        owner.open("/audit/keeping/procedures/pub-company-info"), "main form.card", reason="期满", package="keep"
    )
    assert sent.status == 303
    there = sent.headers["Location"]
    assert owner.send(there, decision="approve", reason="同意").status == 403
    assert looks_over.open(there).status == 200 and "批准后立即开始销毁" not in looks_over.open(there).text
    assert looks_over.send(there, decision="approve", reason="同意").status == 403, "an auditor changes nothing"
    assert visit("cai.xingye").send(there, decision="approve", reason="同意").status == 403, "owns other procedures"
    assert auditor.submit(auditor.open(there), "main form.card", button="decision=approve", reason="同意").status == 303
    work_off(one_app)
    assert "已销毁 1 个" in auditor.open(there).text
    assert auditor.open(f"/cases/{case_id}").status == 404
    with models.reading(one_app.extensions["house"].engine) as conn:
        proof = conn.execute(sa.select(disposals)).one()
    assert proof.head_hash in auditor.open(f"/audit/keeping/disposals/{proof.number}").text
    assert proof.number in owner.open("/audit/keeping/disposals").text
    assert "index.html" in verified(
        auditor.client.get(f"/audit/keeping/disposals/{proof.number}/package").data, tmp_path
    )
    assert visit("han.dong").open(f"/audit/keeping/disposals/{proof.number}").status == 404


def test_an_account_that_was_closed_long_ago_goes_the_same_way_and_its_registers_say_so(
    one_app: Flask, visit_one: As, tmp_path: Path
) -> None:
    auditor, administrator, holder = visit_one("zeng.ming"), visit_one("tian.ye"), visit_one("lin.xia")
    empty = administrator.open("/audit/keeping").text
    assert "没有到期的案卷和账号" in empty and 'href="/audit/keeping/holds"' in empty
    slug = sa.select(procedures.c.version_id).where(procedures.c.slug == "acc-open-staff").scalar_subquery()
    unit = sa.select(units.c.id).where(units.c.code == "SALES").scalar_subquery()
    holder_id = sa.select(people.c.id).where(people.c.login == "lin.xia").scalar_subquery()
    row = {"kind": "wechat", "unit_id": unit, "organisation_id": 1, "holder_id": holder_id, "rights": ["read"]}
    times = {"opened_at": LONG_AGO, "confirmed_at": LONG_AGO}
    gone = times | {"state": "closed", "closed_at": LONG_AGO, "version_id": slug}
    term = {"name": "demo_linxia", "state": "closed", "unit_id": unit, "holder_id": holder_id, "rights": ["read"]}
    write(
        one_app,
        accounts.insert().values(row | gone | {"id": 90, "name": "demo_linxia"}),
        account_terms.insert().values(term | {"account_id": 90, "since": LONG_AGO}),
        accounts.insert().values(row | times | {"id": 91, "name": "demo_next", "state": "active"}),
    )
    assert holder.open("/accounts/90").status == 200
    page = administrator.open("/audit/keeping")
    assert "注销的账号" in page.text and "of=accounts" in page.text
    assert auditor.open("/audit/keeping/procedures/acc-open-staff?of=accounts").status == 403
    asked = "/audit/keeping/procedures/acc-open-staff?of=accounts"
    assert "demo_linxia" in administrator.open(asked).text
    assert administrator.send(asked, reason=" ").status == 422
    owner = visit_one("lu.qing")
    sent = owner.submit(owner.open(asked), "main form.card", reason="期满", package="keep")
    assert sent.status == 303
    there = sent.headers["Location"]
    assert {one.send(there, decision="approve", reason="同意").status for one in (owner, auditor)} == {403}
    assert "demo_linxia" in auditor.open(there).text
    page = administrator.open(there)
    assert administrator.submit(page, "main form.card", button="decision=approve", reason="同意").status == 303
    work_off(one_app)
    done = auditor.open(there).text
    assert "已销毁 1 个" in done and "demo_linxia" not in done
    assert holder.open("/accounts/90").status == 404
    proof = "/audit/keeping/disposals/accounts/90"
    assert proof in auditor.open("/audit/keeping/disposals").text and "员工账号" in auditor.open(proof).text
    assert auditor.open(f"{proof}/package").status == 403, "the original: with the reason only"
    assert auditor.send(f"{proof}/package", reason=" ").status == 422
    taken = auditor.client.post(f"{proof}/package", data={"csrf_token": auditor.token(), "reason": "核对投诉"})
    assert "index.html" in verified(taken.data, tmp_path)
    assert "index.html" in verified(administrator.client.get(f"{proof}/package").data, tmp_path)
    assert visit_one("zhou.ning").open(f"{proof}/package").status == 403, "who heads the unit sees the proof only"
    assert {visit_one("han.dong").open(one).status for one in (proof, f"{proof}/package")} == {404}
    assert "销毁账号登记" in administrator.open("/audit/log").text
    said = "另有 1 条在保存期满后已由两人销毁"
    assert said in administrator.open("/accounts?as_of=2020-03-02").text
    assert said not in administrator.open("/accounts?as_of=2020-02-28").text
    assert said not in holder.open("/accounts").text
