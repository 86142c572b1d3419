"""Printing a sheet: what it says, who may, what stays on record, and that its code proves it."""

import hashlib
import io
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.errors import NotAllowed, NotFound, Stale
from engine.paper import draw
from engine.paper.sheet import shown
from engine.walks import samples
from models import sheets
from tests.support.pdf import read, words
from tests.support.story import APPROVE, RETURN, Story

HOUSE = "https://qianfa.example"


def sheet(story: Story, login: str, case_id: int) -> queries.Sheet:
    with models.reading(story.engine) as conn:
        return queries.sheet(conn, story.person(login), case_id, story.now)


def printed(story: Story, login: str, case_id: int) -> actions.Printed:
    made = actions.press(sheet(story, login, case_id), HOUSE)
    story.act(login, lambda desk: actions.print_sheet(desk, made))
    return made


def record(story: Story, login: str | None, code: str) -> queries.Record:
    with models.reading(story.engine) as conn:
        return queries.record(conn, story.person(login) if login else None, code)


def test_the_sheet_says_what_was_asked_who_said_what_and_for_whom(story: Story, tmp_path: Path) -> None:
    story.stand_in("zhou.ning", "pan.yi")
    stream = io.BytesIO(samples.make("jpeg", 1_200_000))
    photo = story.act("lin.xia", lambda desk: actions.upload(desk, actions.receive(desk.office, stream, "现场.jpg")))
    rights = {"image_source": "本单位", "image_copyright": "本单位"}
    case_id = story.start(images=[{"sha256": photo["sha256"]}], **rights)
    story.decide("pan.yi", story.task(case_id), APPROVE)
    story.decide("he.sui", story.task(case_id), RETURN)
    path = tmp_path / "sheet.pdf"
    path.write_bytes(printed(story, "lin.xia", case_id).pdf)
    found = words(read(path))
    case = story.case(case_id)
    for told in (
        case.number, case.title, "林夏", "销售部", "示范集团", "审批中", "示范集团将于十二月一日举办秋季新品发布会。",
        "现场.jpg", photo["sha256"], case.content_sha256, "潘一代周宁", "何穗", "退回", "请补充来源", "同意", "第七条",
        "提出发布申请", "尚未办理", "签名", "盖章", "lin.xia",
    ):  # fmt: skip
        assert told in found, told


def opinions(story: Story, case_id: int) -> list[tuple[str, str, str]]:
    """Who, what and the words of every line of the sheet after the submission."""
    told = sheet(story, "lin.xia", case_id).data["opinions"][1:]
    return [(one["who"], one["decision"], one["comment"]) for one in told]


def asked(story: Story, case_id: int) -> int:
    (found,) = (one for one in story.open(case_id) if one.asked)
    return int(found.id)


def test_the_sheet_tells_advice_from_approval_and_leaves_out_no_decision(story: Story) -> None:
    case_id = story.start()
    story.act("zhou.ning", lambda desk, t=story.task(case_id): actions.delegate(desk, t, "pan.yi", "请提意见"))
    story.decide("pan.yi", asked(story, case_id), APPROVE | {"comment": "可以"})
    task_id = story.task(case_id)
    story.act("zhou.ning", lambda desk: actions.sign_after(desk, task_id, APPROVE, ["ren.ke"]))
    story.decide("ren.ke", asked(story, case_id), APPROVE)
    assert opinions(story, case_id) == [
        ("周宁", "委派", "请提意见"),
        ("潘一", "建议同意", "可以"),
        ("周宁", "同意,请人加签(后)", ""),
        ("任可", "加签:同意", ""),
    ]


def test_the_sheet_marks_what_was_taken_back(story: Story) -> None:
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), APPROVE | {"comment": "好"})
    story.act("lin.xia", lambda desk: actions.comment(desk, case_id, "谢谢"))
    story.act("zhou.ning", lambda desk: actions.recall(desk, case_id))
    task_id = story.task(case_id)
    story.act("zhou.ning", lambda desk: actions.sign_after(desk, task_id, APPROVE, ["ren.ke"]))
    story.decide("ren.ke", asked(story, case_id), APPROVE)
    story.act("ren.ke", lambda desk: actions.recall(desk, case_id))
    story.act("zhou.ning", lambda desk: actions.unask(desk, asked(story, case_id)))
    assert [one[:2] for one in opinions(story, case_id)] == [
        ("周宁", "同意(已拿回)"), ("周宁", "拿回"), ("周宁", "同意,请人加签(后)"),
        ("任可", "加签:同意(已拿回)"), ("任可", "拿回"), ("周宁", "减签"),
    ]  # fmt: skip


def test_the_sheet_tells_what_was_done_again_and_who_was_asked_before(story: Story) -> None:
    case_id = story.start()
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    task_id, step = story.task(case_id), "review_by_unit_head"
    story.act("he.sui", lambda desk: actions.return_to(desk, task_id, step, "再看", resume=True))
    story.decide("zhou.ning", asked(story, case_id), APPROVE)
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.sign_before(desk, task_id, ["ren.ke"], "请把关"))
    story.decide("ren.ke", asked(story, case_id), {"decision": "advise", "comment": "无"})
    task_id = story.task(case_id)
    story.act("he.sui", lambda desk: actions.transfer(desk, task_id, "tao.ran", "出差"))
    assert [one[:2] for one in opinions(story, case_id)] == [
        ("周宁", "同意"), ("何穗", "退回"), ("周宁", "重办:同意"), ("何穗", "请人加签(前)"), ("任可", "只提意见"),
        ("何穗", "转办"),
    ]  # fmt: skip


def test_every_print_is_on_record_with_the_head_it_shows(story: Story) -> None:
    case_id = story.start()
    before = story.case(case_id)
    made = printed(story, "zhou.ning", case_id)
    (row,) = story.read(sa.select(sheets))
    assert (row.code, row.sha256, row.state) == (made.code, hashlib.sha256(made.pdf).hexdigest(), "running")
    assert (row.trail_seq, row.trail_hash) == (before.trail_seq, before.trail_hash)
    last = story.trail(case_id)[-1]
    facts = orjson.loads(last.facts)
    assert (last.verb, last.actor_id, last.previous) == ("print", story.id_of("zhou.ning"), before.trail_hash)
    assert facts == {"code": made.code, "sha256": made.sha256}
    assert made.address == f"{HOUSE}/verify/{made.code}"
    story.check()


def test_the_same_sheet_is_the_same_bytes(story: Story) -> None:
    one = sheet(story, "lin.xia", story.start())
    data = {**one.data, "code": shown("0" * 16), "address": f"{HOUSE}/verify/0"}
    assert draw(None, data, one.printed_at) == draw(None, data, one.printed_at)


def test_a_sheet_that_the_case_overtook_is_not_entered(story: Story) -> None:
    case_id = story.start()
    made = actions.press(sheet(story, "lin.xia", case_id), HOUSE)
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    with pytest.raises(Stale):
        story.act("lin.xia", lambda desk: actions.print_sheet(desk, made))
    assert story.read(sa.select(sheets)) == [] and "print" not in story.verbs(case_id)


def test_printing_moves_nothing_and_disturbs_nobody_s_decision(story: Story) -> None:
    case_id = story.start()
    task = story.row(story.task(case_id))
    printed(story, "lin.xia", case_id)
    story.decide("zhou.ning", task.id, APPROVE, revision=task.revision)
    story.act("lin.xia", lambda desk: actions.withdraw(desk, case_id))
    printed(story, "zhou.ning", case_id)
    assert story.case(case_id).state == "withdrawn"
    story.check()


@pytest.mark.parametrize(("login", "refused"), [("shi.xi", NotFound), ("pan.yi", NotFound)])
def test_who_may_not_see_a_case_prints_nothing_of_it(story: Story, login: str, refused: type[Exception]) -> None:
    case_id = story.start()
    with pytest.raises(refused):
        sheet(story, login, case_id)
    made = actions.press(sheet(story, "lin.xia", case_id), HOUSE)
    with pytest.raises(refused):
        story.act(login, lambda desk: actions.print_sheet(desk, made))


def test_who_is_only_barred_sees_but_does_not_print(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = story.start()
    made = actions.press(sheet(story, "lin.xia", case_id), HOUSE)
    monkeypatch.setattr("engine.actions.guard.case_relations", lambda *_: frozenset({"barred"}))
    with pytest.raises(NotAllowed):
        story.act("lin.xia", lambda desk: actions.print_sheet(desk, made))


def test_the_code_opens_the_record_and_the_pdf_matches_its_hash(story: Story) -> None:
    case_id = story.start()
    made = printed(story, "lin.xia", case_id)
    story.decide("zhou.ning", story.task(case_id), APPROVE)
    found = record(story, None, shown(made.code).lower())
    assert found.sha256 == hashlib.sha256(made.pdf).hexdigest() and found.whole
    assert (found.number, found.state) == (story.case(case_id).number, "running")
    assert (found.case_id, found.printed_by) == (None, None)
    assert record(story, "lin.xia", made.code).case_id == case_id
    assert record(story, "shi.xi", made.code).case_id is None
    with pytest.raises(NotFound):
        record(story, "lin.xia", "0" * 16)


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"trail_hash": "0" * 64}, {"trail_seq": 1}])
def test_a_record_that_was_tampered_with_is_told_from_the_trail(story: Story, change: dict[str, Any]) -> None:
    made = printed(story, "lin.xia", story.start())
    story.write(sheets.update().values(change))
    assert not record(story, None, made.code).whole


def test_a_procedure_has_its_own_sheet(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "own.pdf"
    path.write_bytes(printed(story, "lin.xia", story.start(slug="acc-open-staff")).pdf)
    said = words(read(path))
    assert "账号领用" in said and "领用人" in said and "审批意见" in said
    assert sheet(story, "lin.xia", story.start()).template is None
