"""Disposal: two people, a hold that stops it, a job that leaves a proof and nothing else, neighbours untouched."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions, trail
from engine.actions import disposals as asked
from engine.actions import holds as holding
from engine.actions.dispose_case import reason_to_keep
from engine.archive import package_path, verify_package
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, QianfaError
from engine.jobs import dispose as job_module
from engine.jobs.deliver import KINDS
from engine.jobs.sweep import expire
from engine.jobs.worker import Place, run
from engine.keeping import forget
from engine.keeping.belongings import names_a_case
from engine.queries.audit.keeping import hold_list
from engine.trail.verify import PROOF
from engine.walks import samples
from models import (
    cases,
    disposal_items,
    disposal_requests,
    disposals,
    incidents,
    jobs,
    lendings,
    messages,
    publications,
    uploads,
)
from models import trail as lines
from tests.engine.test_trail import by_script
from tests.support.story import Story

SLUG, OWNER, ADMIN, AUDITOR = "pub-company-info", "shen.yan", "tian.ye", "zeng.ming"
SECOND = "bai.lu"  # made an administrator besides
RIGHTS = {"image_source": "销售部", "image_copyright": "公司所有"}
REGISTERS = {"accounts", "account_terms", "designations"}


def ended(story: Story, **more: Any) -> int:
    """A case that was withdrawn."""
    case_id = story.start(**more)
    story.act("lin.xia", lambda desk: actions.comment(desk, case_id, "补充一句"))
    story.act("lin.xia", lambda desk: actions.withdraw(desk, case_id, "不再需要"))
    return case_id


def work_off(story: Story, place: Place, kind: str | None = None) -> None:
    """Carry out every job there is, the newest first."""
    mine = jobs.c.state == "waiting"
    for row in story.read(sa.select(jobs.c.id).where(mine, jobs.c.kind == kind if kind else sa.true())):
        run(place, KINDS, row.id)


def of_case(story: Story, case_id: int, task_ids: set[int]) -> dict[str, int]:
    """Table -> rows that name the case or one of its tasks, over all the metadata."""
    found = {}
    with models.reading(story.engine) as conn:
        for table in models.metadata.sorted_tables:
            owners = {column: owner for column, owner in names_a_case(table) if owner in ("cases", "tasks")}
            for column in table.c:
                if column.name in ("case_id", "task_id", "ended_case_id", "taken_down_case_id"):
                    owners.setdefault(column, "tasks" if column.name == "task_id" else "cases")
            if table.name == "trail":
                owners = {table.c.chain: "cases"}
            if table.name == "read_links":  # the chain of all reads stands
                owners = {}
            if table.name in ("cases", "tasks"):
                owners[table.c.id] = table.name
            for column, owner in owners.items():
                ids = {case_id} if owner == "cases" else task_ids
                count = conn.execute(sa.select(sa.func.count()).select_from(table).where(column.in_(ids))).scalar_one()
                if count:
                    found[f"{table.name}.{column.name}"] = count
    return found


def dump_of(story: Story, case_id: int) -> list[str]:
    """Every row that names a case, word by word."""
    found = []
    with models.reading(story.engine) as conn:
        for table in models.metadata.sorted_tables:
            wanted = [table.c.case_id] if "case_id" in table.c else [table.c.id] if table is cases else []
            wanted += [table.c.chain] if table is lines else []
            for column in wanted:
                found += map(repr, conn.execute(sa.select(table).where(column == case_id)).all())
    return sorted(found)


def refused(story: Story, login: str, call: Any) -> type[QianfaError]:
    with pytest.raises(QianfaError) as error:
        story.act(login, call)
    return type(error.value)


def test_the_life_of_a_case_file_from_its_end_to_its_proof(story: Story, place: Place, monkeypatch: Any) -> None:
    photo = io.BytesIO(samples.make("jpeg", 1_500_000))
    took = lambda desk: actions.upload(desk, actions.receive(desk.office, photo, "照片.jpg"))  # noqa: E731
    picture = {"images": [{"sha256": story.act("lin.xia", took)["sha256"]}], **RIGHTS}
    named = {"title": "秋季新品 WeChat 预告"}
    first, second = ended(story, **picture, **named), ended(story, **picture)
    third, newest = ended(story, **named), story.start(**named)
    story.give_post(SECOND, "administrator", "ITD")
    work_off(story, place)
    for one in (first, second):
        story.act(OWNER, lambda desk, one=one: actions.read(desk, one, "opened"))
    with models.writing(story.engine) as conn:
        assert trail.link_reads(conn, story.now)
        assert trail.anchor(conn, story.now)
    numbers = {one: story.case(one).number for one in (first, second, third)}
    blob = picture["images"][0]["sha256"]
    head = (story.case(first).trail_seq, story.case(first).trail_hash)
    neighbours = {one: dump_of(story, one) for one in (second, newest)}

    def ask(login: str, why: str = "保存期满") -> Any:
        return story.act(login, lambda desk: asked.ask_disposal(desk, SLUG, why, True))

    # Before its time nothing is due; then the owner asks, not anybody, and not without saying why.
    story.now += timedelta(days=365 * 5)
    assert refused(story, OWNER, lambda desk: asked.ask_disposal(desk, SLUG, "早", True)) is Conflict
    story.now += timedelta(days=2)
    for login in ("lin.xia", "zhou.ning", AUDITOR):
        assert refused(story, login, lambda desk: asked.ask_disposal(desk, SLUG, "x", True)) is NotAllowed
    assert refused(story, OWNER, lambda desk: asked.ask_disposal(desk, SLUG, " ", True)) is Invalid

    # Holds: of the second by its number, of the third by its words and unit; what a person may not put is refused.
    put = lambda login, reason="诉讼", **wanted: story.act(login, lambda desk: holding.put_hold(desk, wanted, reason))  # noqa: E731
    by_number = put(OWNER, number=numbers[second])
    request = ask(OWNER)
    assert story.read(sa.select(disposal_requests.c.count))[0].count == 2
    assert refused(story, OWNER, lambda desk: asked.ask_disposal(desk, SLUG, "再来", True)) is Conflict
    late = put(ADMIN, unit="SALES", words="秋季新品 wechat", since="2026-01-01", until="2026-12-31", person="lin.xia")
    for wrong in (
        {},
        {"number": "X-1"},
        {"unit": "x"},
        {"since": "昨天"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"until": "9999-12-31"},
        {"unit": "SALES"},  # of other procedures too: an administrator's to put
        {"procedure": "cal-official-wechat-change"},
    ):
        assert refused(story, OWNER, lambda desk, w=wrong: holding.put_hold(desk, w, "x")) is Invalid
        for looks_over in (AUDITOR, "zhou.ning"):
            assert refused(story, looks_over, lambda desk, w=wrong: holding.put_hold(desk, w, "x")) is NotAllowed

    # Who asked does not decide; refused or decided once, it stays so.
    decide = lambda desk: asked.decide_disposal(desk, request, True, "同意")  # noqa: E731
    assert {refused(story, login, decide) for login in (OWNER, "lin.xia", AUDITOR, "cai.xingye")} == {NotAllowed}
    story.act(ADMIN, decide)
    assert refused(story, SECOND, decide) is Conflict
    before = story.dump()["cases"]
    work_off(story, place, "dispose")
    assert story.dump()["cases"] == before, "the hold that came later keeps them all"
    assert {(row.state, row.zh) for row in story.read(sa.select(disposal_items))} == {("kept", "有冻结保存。")}

    # Neither does the hourly sweep take what is held; two people lift a hold.
    with models.writing(story.engine) as conn:
        conn.execute(messages.update().values(read_at=story.now - timedelta(days=400)))
        told = conn.execute(sa.select(sa.func.count()).select_from(messages)).scalar()
        expire(conn, story.now)
        assert told and conn.execute(sa.select(sa.func.count()).select_from(messages)).scalar() == told
    assert refused(story, ADMIN, lambda desk: holding.lift_hold(desk, late)) is Conflict
    story.give_post("han.dong", "auditor", "ECB")  # who looks over another unit knows of neither hold
    for hold in (late, by_number):
        ask_lift = lambda desk, h=hold: holding.ask_lift(desk, h, "结案")  # noqa: E731
        assert [refused(story, one, ask_lift) for one in (AUDITOR, "cai.xingye")] == [NotAllowed, NotFound]
    assert refused(story, OWNER, lambda desk: holding.ask_lift(desk, late, "结案")) is NotFound
    over = {"procedure_id": story.case(first).procedure_id, "reason": "旧案", "put_by": 1, "put_at": story.now}
    story.write(models.holds.insert().values(over | {"lifted_at": story.now}))
    with models.reading(story.engine) as conn:
        looks = (AUDITOR, ADMIN, OWNER, "han.dong", "zhou.ning")
        seen = {one: [hold["mine"] for hold in hold_list(conn, story.person(one))] for one in looks}
    assert seen == {AUDITOR: [False] * 3, ADMIN: [True] * 3, OWNER: [True] * 2, "han.dong": [], "zhou.ning": []}
    story.act(ADMIN, lambda desk: holding.ask_lift(desk, late, "结案"))
    assert {refused(story, one, lambda desk: holding.lift_hold(desk, late)) for one in (ADMIN, AUDITOR)} == {NotAllowed}
    story.act(SECOND, lambda desk: holding.lift_hold(desk, late))
    neighbours = {one: dump_of(story, one) for one in (second, newest)}

    # Asked for anew and decided; a worker dies between the package and the deletion, another after the deletion.
    request = ask(OWNER)
    tasks_of = {row.id for row in story.read(sa.select(models.tasks.c.id).where(models.tasks.c.case_id == first))}
    held_rows = of_case(story, first, tasks_of)
    assert {"contents.case_id", "comments.case_id", "uploads.case_id", "trail.chain", "cases.id"} <= set(held_rows)
    story.act(ADMIN, lambda desk: asked.decide_disposal(desk, request, True, "同意"))
    (job,) = (
        row.id for row in story.read(sa.select(jobs.c.id).where(jobs.c.kind == "dispose", jobs.c.state == "waiting"))
    )
    for name in ("dispose_case", "_remove_files"):
        with monkeypatch.context() as patch:
            patch.setattr(job_module, name, lambda *_: 1 / 0)
            run(place, KINDS, job)
        story.now += timedelta(hours=1)
    assert {
        row.state for row in story.read(sa.select(disposal_items).where(disposal_items.c.request_id == request))
    } == {
        "gone",
        "waiting",
    }
    story.write(jobs.update().where(jobs.c.id == job).values(state="waiting", run_at=story.now))
    run(place, KINDS, job)
    after = story.dump()
    story.write(jobs.update().where(jobs.c.id == job).values(state="waiting", run_at=story.now))
    run(place, KINDS, job)
    again = story.dump()
    assert {name for name in after if after[name] != again[name]} <= {"jobs"}, "a second time changes nothing"

    # Not one row is left in any table; the neighbours are word by word what they were, the shared file too.
    for gone, task_ids in ((first, tasks_of), (third, set())):
        assert {key for key in of_case(story, gone, task_ids) if key.partition(".")[0] not in REGISTERS} == set()
    assert {one: dump_of(story, one) for one in neighbours} == neighbours
    assert place.office.blobs.path(blob).is_file()

    # What stays is the proof, and the chain verifies with it; the package verifies by its own script.
    (proof,) = story.read(sa.select(disposals).where(disposals.c.chain == first))
    assert (proof.number, proof.head_seq, proof.head_hash) == (numbers[first], *head)
    said = json.loads(story.read(sa.select(lines).where(lines.c.chain == 0, lines.c.seq == proof.house_seq))[0].facts)
    assert (said["asked_by"], said["decided_by"]) == (story.id_of(OWNER), story.id_of(ADMIN))
    path = package_path(place.office.data / "packages", proof.package_sha256)
    assert verify_package(path) == []
    story.check()
    assert by_script(story.engine) == []
    house = [row.verb for row in story.trail(0)]
    assert {"hold", "ask_lift_hold", "lift_hold", "ask_disposal", "decide_disposal", "dispose"} <= set(house)

    # The last who names the file takes it along; without keeping the package its hash alone is left.
    story.act(ADMIN, lambda desk: holding.ask_lift(desk, by_number, "结案"))
    story.act(OWNER, lambda desk: holding.lift_hold(desk, by_number))
    request = story.act(OWNER, lambda desk: asked.ask_disposal(desk, SLUG, "期满", False))
    story.act(ADMIN, lambda desk: asked.decide_disposal(desk, request, True, "同意"))
    work_off(story, place, "dispose")
    (proof,) = story.read(sa.select(disposals).where(disposals.c.chain == second))
    assert not package_path(place.office.data / "packages", proof.package_sha256).exists()
    assert not (place.office.blobs.root / blob[:2] / blob).exists()
    assert story.read(sa.select(uploads)) == []
    story.check()


def test_a_chain_that_is_gone_otherwise_than_the_house_says_is_named(story: Story, place: Place) -> None:
    first, second = ended(story), ended(story)
    story.start()
    work_off(story, place)
    with models.writing(story.engine) as conn:
        trail.anchor(conn, story.now)
    for change in ("DELETE FROM trail WHERE chain = 0", f"DELETE FROM trail WHERE chain = {first}"):
        with pytest.raises(sa.exc.DBAPIError, match="insert-only"), models.writing(story.engine) as conn:
            conn.exec_driver_sql(change)
    story.write(models.holds.insert().values(number=story.case(second).number, reason="x", put_by=1, put_at=story.now))
    story.now += timedelta(days=365 * 6)
    request = story.act(ADMIN, lambda desk: asked.ask_disposal(desk, SLUG, "期满", True))
    story.act(OWNER, lambda desk: asked.decide_disposal(desk, request, True, "同意"))
    work_off(story, place, "dispose")
    story.check()
    with pytest.raises(sa.exc.DBAPIError, match="insert-only"):
        story.write(disposals.update().values(head_hash="0" * 64))
    with pytest.raises(sa.exc.DBAPIError, match="insert-only"):
        story.write(disposals.delete())
    # By hand: a proof is forged for the second case, and with it its rows go, first those of the trail alone.
    row = {**story.read(sa.select(disposals))[0]._mapping, "chain": second, "number": "F-1", "house_seq": 9_999}
    row |= {"head_seq": story.case(second).trail_seq, "head_hash": story.case(second).trail_hash}
    story.write(disposals.insert().values(row))
    story.write(lines.delete().where(lines.c.chain == second))
    assert faults(story) == [(second, "申请的审计轨迹全部缺失。")]
    with models.writing(story.engine) as conn:
        forget(conn, second)
    assert faults(story) == [(second, "登记了销毁,总链中却没有相同的记录。")]
    # One who asks and decides alone, and a proof that is lost although the house has said it.
    proof = {key: row[key] for key in PROOF}
    with models.writing(story.engine) as conn:
        for chain, other in ((78, 1), (77, 2)):
            facts = proof | {"chain": chain, "number": "F-2", "asked_by": 1, "decided_by": other}
            last = trail.house(conn, [trail.Entry("dispose", facts=facts)], story.now)
        conn.execute(disposals.insert(), row | {"chain": 78, "number": "F-2", "house_seq": last.seq - 1})
    assert set(faults(story)) == {
        (second, "登记了销毁,总链中却没有相同的记录。"),
        (78, "提出销毁和批准销毁的是同一人。"),
        (77, "总链所记的这次销毁没有登记。"),
    }


def faults(story: Story) -> list[tuple[int | None, str]]:
    """By the command; the script says the same."""
    with models.reading(story.engine) as conn:
        found = list(trail.verify(conn))
    assert [fault[:3] for fault in by_script(story.engine)] == [fault[:3] for fault in found]
    return [(fault.chain, fault.what.zh) for fault in found]


def test_what_is_unfinished_or_rests_in_a_register_stays_and_says_why(story: Story, place: Place) -> None:
    case_id = ended(story)
    work_off(story, place)
    story.start()
    row = {"number": "FB-2026-00001", "case_id": case_id, "channel_id": 1, "unit_id": story.unit("SALES")}
    row |= {"title": "预告", "link": "https://weibo.com/1/Ab", "content_sha256": "0" * 64, "approvals": []}
    row |= {"published_by": story.id_of("fang.cheng"), "published_at": story.now, "archived_at": story.now}
    until = story.now + timedelta(days=365 * 9)
    story.write(publications.insert().values(row | {"keep_until": until}))
    story.now += timedelta(days=365 * 6)
    lent = {"account_id": story.read(sa.select(sa.func.min(models.accounts.c.id)))[0][0], "borrower_id": 1}
    lent |= {"unit_id": 1, "case_id": case_id, "since": story.now, "until": story.now, "operators": ""}
    trouble = {"kind": "failed_job", "case_id": case_id, "owner": "x", "zh": "", "en": "", "opened_at": story.now}
    job = {"kind": "news", "key": "k", "payload": {}, "case_id": case_id, "state": "waiting", "run_at": story.now}
    for table, values, word in (
        (None, None, "发布登记"),
        (lendings, lent, "借出"),
        (jobs, job | {"made_at": story.now}, "后台任务"),
        (incidents, trouble, "异常"),
    ):
        if table is not None:
            story.write(table.insert().values(values))
        with models.reading(story.engine) as conn:
            why = reason_to_keep(Desk(conn, None, story.now, story.office), case_id)
        assert why and word in why.zh, why
