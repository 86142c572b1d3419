"""Closed accounts: due to the day, kept by what rests on them, gone by two people with a proof."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.actions import disposals as asked
from engine.actions import holds as holding
from engine.actions.dispose_account import reason_to_keep_account
from engine.archive import package_path, verify_package
from engine.desk import Desk
from engine.errors import Conflict, NotAllowed
from engine.jobs import dispose as job_module
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, run
from engine.keeping import account_is_free, accounts_over
from engine.operations.platforms import enter_channels
from engine.queries.audit import keeping, proofs
from models import (
    account_disposals,
    account_terms,
    accounts,
    cases,
    disposal_items,
    disposal_requests,
    disposed_lines,
    handovers,
    holds,
    incidents,
    jobs,
    lendings,
    publications,
)
from models import trail as lines
from tests.engine.keeping.test_disposal import ADMIN, AUDITOR, OWNER, SLUG, refused, work_off
from tests.engine.test_trail import by_script
from tests.support.hand import Hand
from tests.support.story import Story

DAY = timedelta(days=1)
GOING = {"accounts", "account_terms", "lendings", "handovers"}


def closed(story: Story, place: Place) -> tuple[int, int]:
    """An account of the staff and the official Weibo account, both lent, handed over and closed; a newer is open."""
    hand = Hand(story, story.approved())
    staff = hand.opened("ren.ke", "demo_renke")
    (weibo,) = story.read(sa.select(accounts.c.id).where(accounts.c.name == "示范集团官方微博"))[0]
    until = (story.now + DAY).isoformat()
    for account in (staff, weibo):
        given = {"account_id": account, "person_id": story.id_of("ren.ke"), "secret": "sealed", "made_at": story.now}
        story.write(handovers.insert().values(given | {"expires_at": story.now}))
        lent = {"account": account, "borrower": "lin.xia", "since": story.now.isoformat(), "until": until}
        hand("take_back_lending", lending=hand("register_lending", **lent)["number"])
    story.now += 30 * DAY
    hand("change_account", account=staff, name="demo_renke_2", holder="ye.zhou")
    hand("close_account", account=staff, reason="离职", backup="BF-1")
    hand("close_platform", platform=weibo, backup="BF-2", reason="并号")
    hand.opened("ren.ke", "demo_newest")
    story.act(OWNER, lambda desk: actions.cancel(desk, hand.case_id, "不再需要"))
    work_off(story, place)
    return staff, weibo


def why(story: Story, account: int) -> str | None:
    """Why it stays, and the list of what is due says the same."""
    with models.reading(story.engine) as conn:
        found = reason_to_keep_account(Desk(conn, None, story.now, story.office), account)
        here = (accounts.c.id == account) & accounts_over(conn, story.now) & account_is_free(conn, story.now)
        assert (found is None) == bool(conn.execute(sa.select(accounts.c.id).where(here)).first())
    return found.zh if found else None


def meanwhile(deed: Callable[[], Any]) -> Callable[[Path], Any]:
    """Verifies a package, and the first time something is done besides."""
    todo = [deed]

    def verified(path: Path) -> Any:
        if todo:
            todo.pop()()
        return verify_package(path)

    return verified


def rows_of(story: Story, account: int) -> list[str]:
    found = story.read(sa.select(accounts).where(accounts.c.id == account))
    for table in (account_terms, lendings, handovers):
        found += story.read(sa.select(table).where(table.c.account_id == account))
    return sorted(map(repr, found))


def counted(story: Story, login: str, day: date | None) -> dict[str, int]:
    """What each register says was disposed of."""
    wanted = queries.Asked(story.now, as_of=day)
    with models.reading(story.engine) as conn:
        person = story.person(login)
        found = {name: queries.gone_lines(conn, person, name, wanted) for name in queries.REGISTERS}
    return {name: number for name, number in found.items() if number}


def test_the_lines_of_a_closed_account_go_by_two_people_and_leave_their_proof(
    story: Story, place: Place, monkeypatch: Any
) -> None:
    opened = story.now.date()
    staff, weibo = closed(story, place)
    (closed_at,) = story.read(sa.select(accounts.c.closed_at).where(accounts.c.id == staff))[0]
    ask = lambda desk, keep=True: asked.ask_disposal(desk, SLUG, "保存期满", keep, "accounts")  # noqa: E731

    # Due three years after closing, not a moment before; asked for by who owns the procedure that closed it.
    story.now = closed_at.replace(year=closed_at.year + 3) - timedelta(seconds=1)
    assert refused(story, OWNER, ask) is Conflict
    story.now += timedelta(seconds=1)
    for login in ("lin.xia", "zhou.ning", "ding.lan", AUDITOR):
        assert refused(story, login, ask) is NotAllowed
    with models.reading(story.engine) as conn:
        (due,) = keeping.due(conn, story.person(OWNER), story.now)
        assert (due.kind, due.slug, due.years, due.free, due.held, due.may_ask) == ("accounts", SLUG, 3, 2, 0, True)
        _, rows, _ = keeping.due_here(conn, story.person(OWNER), SLUG, "accounts", story.now)
        assert [row["id"] for row in rows] == [weibo, staff]
    request = story.act(OWNER, ask)
    (procedure,) = story.read(sa.select(disposal_requests.c.procedure_id))[0]
    assert refused(story, ADMIN, ask) is Conflict
    decide = lambda desk: asked.decide_disposal(desk, request, True, "同意")  # noqa: E731
    story.give_post("han.dong", "auditor", "ECB")
    assert {refused(story, login, decide) for login in (OWNER, "lin.xia", "han.dong", AUDITOR)} == {NotAllowed}
    with models.reading(story.engine) as conn:
        seen = {login: len(keeping.requests(conn, story.person(login))) for login in (OWNER, AUDITOR, "han.dong")}
    assert seen == {OWNER: 1, AUDITOR: 1, "han.dong": 0}
    story.act(ADMIN, decide)

    # A hold that is put between the package and the deletion: of both by a person who had a password of each.
    put = lambda desk: holding.put_hold(desk, {"person": "ren.ke", "unit": "HQ"}, "诉讼")  # noqa: E731
    before = story.dump()
    with monkeypatch.context() as patch:
        patch.setattr(job_module, "verify_package", meanwhile(lambda: story.act(ADMIN, put)))
        work_off(story, place, "dispose")
    (hold,) = story.read(sa.select(holds.c.id))[0]
    assert {name: before[name] for name in GOING} == {name: story.dump()[name] for name in GOING}
    assert {(row.state, row.zh) for row in story.read(sa.select(disposal_items))} == {("kept", "有冻结保存。")}
    with models.reading(story.engine) as conn:
        assert [(one["keeps"], one["accounts"]) for one in keeping.hold_list(conn, story.person(ADMIN))] == [(0, 3)]
    story.act(ADMIN, lambda desk: holding.ask_lift(desk, hold, "结案"))
    story.give_post("gu.ping", "administrator", "ITD")
    story.act("gu.ping", lambda desk: holding.lift_hold(desk, hold))

    # Asked for anew; the official one is held by its name. A worker dies before the deletion, another after it.
    story.act(ADMIN, lambda desk: holding.put_hold(desk, {"words": "官方微博"}, "诉讼"))
    request = story.act(OWNER, ask)
    story.act(ADMIN, decide)
    stays, others = rows_of(story, weibo), story.dump()
    change = account_terms.update().where(account_terms.c.account_id == staff).values(reason="后来补记")
    (job,) = (row.id for row in story.read(sa.select(jobs.c.id).where(jobs.c.state == "waiting")))
    for name, left in (("dispose_account", rows_of(story, staff)), ("_remove_files", [])):
        with monkeypatch.context() as patch:
            patch.setattr(job_module, name, lambda *_: 1 / 0)
            if not left:  # and a line is changed after it was packed: it is packed again
                patch.setattr(job_module, "verify_package", meanwhile(lambda: story.write(change)))
            run(place, KINDS, job)
        assert rows_of(story, staff) == left
        assert len(story.read(sa.select(account_disposals))) == len(story.read(sa.select(disposed_lines))) // 2
        story.now += timedelta(hours=1)
    # The job had given up, and somebody asks for the case files of the procedure: that stands in nobody's way.
    other = {"procedure_id": procedure, "kind": "cases", "count": 0, "keep_package": True, "reason": "x"}
    asker = {"state": "asked", "asked_by": 1, "asked_at": story.now}
    story.write(disposal_requests.update().where(disposal_requests.c.id == request).values(state="failed"))
    story.write(disposal_requests.insert().values(other | asker))
    for _ in range(2):
        story.write(jobs.update().where(jobs.c.id == job).values(state="waiting", run_at=story.now))
        run(place, KINDS, job)
    after = story.dump()
    changed = {name for name in after if after[name] != others[name]}
    mine = {"disposal_items", "disposal_requests", "account_disposals", "disposed_lines"}
    assert changed == GOING | mine | {"jobs", "trail"}
    assert rows_of(story, weibo) == stays
    assert story.read(sa.select(disposal_requests.c.state).where(disposal_requests.c.id == request))[0].state == "done"

    # The proof is said by the house, verifies with everything, names nobody, and is neither changed nor deleted.
    (proof,) = story.read(sa.select(account_disposals))
    (said,) = story.read(sa.select(lines.c.facts).where(lines.c.chain == 0, lines.c.seq == proof.house_seq))
    facts = json.loads(said.facts)
    assert (facts["asked_by"], facts["decided_by"]) == (story.id_of(OWNER), story.id_of(ADMIN))
    assert (proof.account_id, proof.terms, proof.lendings, proof.name) == (staff, 3, 1, "")
    assert not any(word in said.facts for word in ("demo_renke", "任可", "ren.ke", "叶舟"))
    path = package_path(place.office.data / "packages", proof.package_sha256)
    assert verify_package(path) == []
    with ZipFile(path) as package:
        told, page = json.loads(package.read("account.json")), package.read("index.html").decode()
    assert [one["name"] for one in told["terms"]] == ["demo_renke", "demo_renke_2", "demo_renke_2"]
    assert {one["reason"] for one in told["terms"]} == {"后来补记"}
    assert (told["lendings"][0]["borrower"], told["handovers"][0]["person"]) == ("林夏", "任可")
    assert "sealed" not in json.dumps(told) and "已注销" in page and "林夏" in page
    story.check()
    assert by_script(story.engine) == []
    for change in (account_disposals.update().values(terms=1), account_disposals.delete()):
        with pytest.raises(sa.exc.DBAPIError, match="insert-only"):
            story.write(change)

    # The registers say of a past day how many lines went, to who would have seen them.
    with models.reading(story.engine) as conn:
        told, items, _ = keeping.request(conn, story.person(AUDITOR), request)
    assert (told.kind, told.counts, [one["title"] for one in items]) == ("accounts", {"done": 1}, [""])
    assert counted(story, ADMIN, opened) == counted(story, "ding.lan", None) == {"accounts": 1, "lendings": 1}
    assert counted(story, ADMIN, opened - DAY) == counted(story, "han.dong", opened) == {}
    with models.reading(story.engine) as conn:
        found = queries.REGISTERS["accounts"].list(conn, story.person(ADMIN), queries.Asked(story.now, as_of=opened))
    assert found == ([], False)

    # The official one goes later, without its package, and does not come back as a channel nobody has entered.
    story.write(holds.update().values(lifted_at=story.now))
    request = story.act(OWNER, lambda desk: ask(desk, keep=False))
    story.act(ADMIN, decide)
    work_off(story, place, "dispose")
    (_, proof) = story.read(sa.select(account_disposals).order_by(account_disposals.c.house_seq))
    assert (proof.account_id, proof.name) == (weibo, "示范集团官方微博")
    assert not package_path(place.office.data / "packages", proof.package_sha256).exists()
    with models.writing(story.engine) as conn:
        enter_channels(conn, story.now)
    assert rows_of(story, weibo) == [] and len(story.read(sa.select(accounts.c.id))) == 32
    assert counted(story, ADMIN, None) == {"accounts": 1, "lendings": 2, "platforms": 1}
    with models.reading(story.engine) as conn:
        assert [row.account_id for row in proofs.disposal_list(conn, story.person(AUDITOR))[0]] == [weibo, staff]
        assert proofs.disposal_list(conn, story.person("han.dong"))[0] == []
    story.check()


def test_whatever_still_rests_on_a_closed_account_keeps_it_and_says_why(story: Story, place: Place) -> None:
    staff, weibo = closed(story, place)
    before = story.now
    story.now += 4 * 365 * DAY
    (case_id,) = story.read(sa.select(cases.c.id))[0]
    assert why(story, staff) is None and why(story, weibo) is None
    newest = story.read(sa.select(sa.func.max(accounts.c.id)))[0][0]
    story.write(accounts.update().where(accounts.c.id == newest).values(state="closed", closed_at=before))
    assert why(story, newest) == "保存期限未满。", "nobody knows how long what closed it has it kept"
    story.write(accounts.update().where(accounts.c.id == newest).values(version_id=1))
    assert why(story, newest) == "它是登记号最新的账号。"

    # Each reason is graver than the one before, and is told instead of it.
    row = {"number": "FB-2026-00001", "case_id": case_id, "channel_id": 2, "unit_id": 1, "title": "预告"}
    row |= {"link": "https://weibo.com/1/Ab", "content_sha256": "0" * 64, "approvals": [], "published_by": 1}
    row |= {"published_at": before, "archived_at": before, "keep_until": before}
    story.write(publications.insert().values(row))
    assert why(story, weibo) is None, "its time is over too"
    lent = {"account_id": weibo, "borrower_id": 1, "unit_id": 1, "case_id": case_id, "since": before}
    job = {"kind": "news", "key": "k", "payload": {}, "case_id": case_id, "state": "waiting", "run_at": story.now}
    trouble = {"kind": "failed_job", "case_id": case_id, "owner": "x", "zh": "", "en": "", "opened_at": story.now}
    for change, said in (
        (publications.update().values(keep_until=story.now + DAY), "用它发布的内容的登记还要保存。"),
        (lendings.insert().values(lent | {"until": before, "operators": ""}), "借出的账号还没有收回。"),
        (jobs.insert().values(job | {"made_at": story.now}), "有未完成的后台任务。"),
        (incidents.insert().values(trouble), "有未处理的异常。"),
        (cases.update().values(ended_at=None), "涉及它的申请没有结束。"),
        (accounts.update().where(accounts.c.id == weibo).values(state="active"), "账号没有注销。"),
        (holds.insert().values(words="官方微博", reason="诉讼", put_by=1, put_at=story.now), "有冻结保存。"),
    ):
        story.write(change)
        assert why(story, weibo) == said
    for change in (
        jobs.delete(), incidents.delete(), holds.delete(), cases.update().values(ended_at=before)
    ):  # fmt: skip
        story.write(change)
    assert why(story, staff) is None

    # Holds by what they name: of the account itself or of a case that concerns it; all of it has to fit.
    borrower, units = story.id_of("lin.xia"), {code: story.unit(code) for code in ("MKT", "SALES", "ECB")}
    number, day = story.case(case_id).number, before.date()
    for named, keeps in (
        ({"number": number}, True),
        ({"procedure_id": 1}, story.case(case_id).procedure_id == 1),
        ({"unit_id": units["MKT"]}, True),  # the holder's
        ({"unit_id": units["SALES"]}, True),  # the borrower's
        ({"unit_id": units["ECB"]}, False),
        ({"person_id": story.id_of("ren.ke")}, True),  # held it once
        ({"person_id": borrower}, True),
        ({"person_id": story.id_of("han.dong")}, False),
        ({"since": day}, True),
        ({"since": day + 2 * DAY}, False),
        ({"until": day - 31 * DAY}, False),
        ({"since": date.min, "until": date.max}, True),
        ({"words": "renke_2"}, True),
        ({"words": "renke%"}, False),
        ({"words": "renke_2", "person_id": story.id_of("han.dong")}, False),
        ({"words": "秋季新品"}, True),  # the title of the case that opened it
    ):
        story.write(holds.insert().values(reason="诉讼", put_by=1, put_at=story.now, **named))
        assert (why(story, staff) == "有冻结保存。") == keeps, named
        story.write(holds.delete())
    story.write(holds.insert().values(number=number, reason="诉讼", put_by=1, put_at=story.now))
    story.write(lendings.delete().where(lendings.c.account_id == weibo))
    story.write(accounts.update().where(accounts.c.id == weibo).values(state="closed", case_id=None))
    story.write(account_terms.update().where(account_terms.c.account_id == weibo).values(case_id=None))
    story.write(publications.update().values(keep_until=before))
    assert why(story, weibo) == "用它发布的内容的登记还要保存。", "what was published with it is held"
