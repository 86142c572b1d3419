"""A countersign through the real actions: everybody of a post, or every superior in turn."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import actions
from engine.actions.publish import publish
from engine.desk import Desk, Office
from engine.errors import NotAllowed, SameHand
from engine.kernel.errors import EmptySigners
from engine.people import person_by_login
from engine.procedures.package import load_package
from models import cases, people, posts, reading, stand_ins, tasks, writing
from tests.bench.house import NOW

DAY = timedelta(days=1)

XML = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
 xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">
 <bpmn:process id="sign_together" isExecutable="true">
  <bpmn:startEvent id="wanted" name="wanted"/>
  <bpmn:sequenceFlow id="f1" sourceRef="wanted" targetRef="submit"/>
  <bpmn:userTask id="submit" name="提交"><bpmn:extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="who" value="applicant"/><spiffworkflow:property name="form" value="submit"/>
    <spiffworkflow:property name="kind" value="submit"/></spiffworkflow:properties></bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:sequenceFlow id="f2" sourceRef="submit" targetRef="sign"/>
  <bpmn:userTask id="sign" name="会签"><bpmn:extensionElements><spiffworkflow:properties>
    <spiffworkflow:property name="signers" value="{signers}"/><spiffworkflow:property name="mode" value="{mode}"/>
    <spiffworkflow:property name="form" value="sign"/><spiffworkflow:property name="kind" value="decide"/>
    <spiffworkflow:property name="acts" value="transfer"/>
    <spiffworkflow:property name="separate" value="submit"/></spiffworkflow:properties></bpmn:extensionElements>
    <bpmn:multiInstanceLoopCharacteristics isSequential="{turns}"/></bpmn:userTask>
  <bpmn:sequenceFlow id="f3" sourceRef="sign" targetRef="agreed"/>
  <bpmn:exclusiveGateway id="agreed" name="同意吗?" default="no"/>
  <bpmn:sequenceFlow id="yes" name="同意" sourceRef="agreed" targetRef="done">
    <bpmn:conditionExpression>decision == "approve"</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="no" name="不同意" sourceRef="agreed" targetRef="rejected"/>
  <bpmn:endEvent id="done" name="done"/><bpmn:endEvent id="rejected" name="rejected"/>
 </bpmn:process>
</bpmn:definitions>"""

DECISION = {
    "type": "radio",
    "key": "decision",
    "id": "decision",
    "label": "意见",
    "properties": {"en": "Decision"},
    "validate": {"required": True},
    "values": [{"value": one, "label": one} for one in ("approve", "reject")],
}
TITLE = {"type": "textfield", "key": "subject", "id": "subject", "label": "事项", "validate": {"required": True}}


def make_package(folder: Path, signers: str, mode: str) -> Path:
    home = folder / "test" / "sign-together"
    home.mkdir(parents=True)
    home.joinpath("sign-together.bpmn").write_text(
        XML.format(signers=signers.replace('"', "&quot;"), mode=mode, turns=str(mode == "in_turn").lower())
    )
    forms = {
        "submit": {"type": "default", "components": [TITLE]},
        "sign": {"type": "default", "components": [DECISION]},
    }
    home.joinpath("forms.json").write_text(json.dumps(forms))
    clause = {"regulation": "S0-1", "title": "t", "article": "1", "quote": "q", "steps": ["sign"]}
    manifest = {
        "slug": "sign-together",
        "process": "sign_together",
        "title": {"zh": "会签", "en": "Sign"},
        "summary": {"zh": "会签", "en": "Sign"},
        "organisation": "HQ",
        "family": "F1",
        "owner": {"role": "process_owner", "unit": "EMD"},
        "starters": ['role("employee")'],
        "number": "HQ-{year}-{serial:04}",
        "retention_years": 1,
        "clauses": [clause],
        "defaults": [],
        "content": {"form": "submit", "title": "subject"},
    }
    home.joinpath("procedure.json").write_text(json.dumps(manifest))
    return home


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "office")


def act(engine: sa.Engine, office: Office, login: str, call: Any) -> Any:
    with reading(engine) as conn:
        person = person_by_login(conn, login, NOW)
    assert person is not None
    return actions.acting(engine, office, person.id, call, now=NOW)


def started(engine: sa.Engine, office: Office, tmp_path: Path, signers: str, mode: str, login: str = "lin.xia") -> int:
    package = load_package(make_package(tmp_path, signers, mode))
    with writing(engine) as conn:
        publish(Desk(conn, None, NOW, office), package)
    done = act(engine, office, login, lambda desk: actions.start(desk, "sign-together", {"subject": "章程"}))
    return int(done.case_id)


def open_for(engine: sa.Engine, case_id: int) -> dict[str | None, int]:
    with reading(engine) as conn:
        rows = conn.execute(
            sa.select(tasks.c.offered_to, tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.state == "open")
        )
        return {row.offered_to: row.id for row in rows}


def sign(engine: sa.Engine, office: Office, case_id: int, login: str, decision: str) -> None:
    with reading(engine) as conn:
        person = person_by_login(conn, login, NOW)
    assert person is not None
    task_id = open_for(engine, case_id)[f"p:{person.id}"]
    act(engine, office, login, lambda desk: actions.decide(desk, task_id, {"decision": decision}))


def state_of(engine: sa.Engine, case_id: int) -> str:
    with reading(engine) as conn:
        return str(conn.execute(sa.select(cases.c.state).where(cases.c.id == case_id)).scalar_one())


def test_all_holders_of_a_post_must_agree(engine: sa.Engine, office: Office, tmp_path: Path) -> None:
    case_id = started(engine, office, tmp_path, 'role("company_leader")', "all")
    assert len(open_for(engine, case_id)) == 2
    sign(engine, office, case_id, "jiang.yu", "approve")
    assert state_of(engine, case_id) == "running"
    sign(engine, office, case_id, "liang.heng", "approve")
    assert state_of(engine, case_id) == "done"


def test_one_refusal_ends_it_and_takes_the_task_from_the_others(
    engine: sa.Engine, office: Office, tmp_path: Path
) -> None:
    case_id = started(engine, office, tmp_path, 'role("company_leader")', "all")
    sign(engine, office, case_id, "jiang.yu", "reject")
    assert state_of(engine, case_id) == "rejected"
    assert open_for(engine, case_id) == {}
    with reading(engine) as conn:
        states = conn.execute(sa.select(tasks.c.state).where(tasks.c.case_id == case_id, tasks.c.step == "sign"))
        assert sorted(states.scalars()) == ["closed", "done"]


def test_one_of_several_is_enough_where_any_may_sign(engine: sa.Engine, office: Office, tmp_path: Path) -> None:
    case_id = started(engine, office, tmp_path, 'role("company_leader")', "any")
    sign(engine, office, case_id, "liang.heng", "approve")
    assert state_of(engine, case_id) == "done"


def test_superiors_sign_one_after_the_other(engine: sa.Engine, office: Office, tmp_path: Path) -> None:
    case_id = started(engine, office, tmp_path, "superiors_of(applicant.unit)", "in_turn", login="cheng.xi")
    assert len(open_for(engine, case_id)) == 1
    sign(engine, office, case_id, "han.dong", "approve")
    assert len(open_for(engine, case_id)) == 1
    sign(engine, office, case_id, "liang.heng", "approve")
    assert state_of(engine, case_id) == "done"


def test_nobody_to_sign_refuses_the_step_before(engine: sa.Engine, office: Office, tmp_path: Path) -> None:
    with writing(engine) as conn:
        conn.execute(posts.delete().where(posts.c.role_id == "company_leader"))
    with pytest.raises(EmptySigners):
        started(engine, office, tmp_path, 'role("company_leader")', "all")
    with reading(engine) as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(cases)).scalar_one() == 0


def test_a_signer_who_submitted_may_not_sign(engine: sa.Engine, office: Office, tmp_path: Path) -> None:
    case_id = started(engine, office, tmp_path, 'role("company_leader")', "all", login="jiang.yu")
    assert state_of(engine, case_id) == "incident"
    with reading(engine) as conn:
        task_id = conn.execute(
            sa.select(tasks.c.id).where(tasks.c.case_id == case_id, tasks.c.offered_to.is_(None))
        ).scalar_one()
    with pytest.raises(NotAllowed):
        act(engine, office, "jiang.yu", lambda desk: actions.decide(desk, task_id, {"decision": "approve"}))


def test_nobody_signs_twice_by_standing_in_for_another_signer(
    engine: sa.Engine, office: Office, tmp_path: Path
) -> None:
    case_id = started(engine, office, tmp_path, 'role("company_leader")', "all")
    with writing(engine) as conn:
        ids = dict(conn.execute(sa.select(people.c.login, people.c.id)).all())
        absent = {"person_id": ids["liang.heng"], "stand_in_id": ids["jiang.yu"]}
        conn.execute(stand_ins.insert().values(**absent, since=NOW - DAY, until=NOW + DAY))
    sign(engine, office, case_id, "jiang.yu", "approve")
    other = open_for(engine, case_id)[f"p:{ids['liang.heng']}"]
    with pytest.raises(SameHand):
        act(engine, office, "jiang.yu", lambda desk: actions.decide(desk, other, {"decision": "approve"}))
    assert state_of(engine, case_id) == "running"


def test_a_signature_is_not_transferred_to_who_signs_already(engine: sa.Engine, office: Office, tmp_path: Path) -> None:
    case_id = started(engine, office, tmp_path, 'role("company_leader")', "all")
    with reading(engine) as conn:
        jiang = person_by_login(conn, "jiang.yu", NOW)
    assert jiang is not None
    mine = open_for(engine, case_id)[f"p:{jiang.id}"]
    with pytest.raises(SameHand, match="梁"):
        act(engine, office, "jiang.yu", lambda desk: actions.transfer(desk, mine, "liang.heng", "出差"))
