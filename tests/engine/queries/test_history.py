"""Ended cases are replayed on a changed diagram: just those that took what was changed go another way, no others."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
import sqlalchemy as sa

from engine.desk import Office
from engine.procedures.ground import ground_of_package
from engine.procedures.package import Package, load_package
from engine.queries.history import History, ended_cases, replay_cases
from engine.walks.runner import Runner
from models import cases, reading, trail
from tests.bpmn.drawing import CATALOGUE

SLUG = "pub-company-info"
FILE = f"{SLUG}.bpmn"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LIVED = (
    "granted_on_weibo", "approved_by_company_leader", "own_information_of_enterprise_management",
    "returned_by_unit_head", "returned_by_enterprise_head", "rejected_by_enterprise_office", "rejected_by_unit_head",
    "rejected_by_company_leader", "withdrawn_during_review", "verified_repost", "submitted_by_branch",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(templates: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A house in which these stories were lived, each a case of its own."""
    database, remove = templates("sqlite").copy()
    engine, office = database.engine(), Office(tmp_path_factory.mktemp("office"))
    for walk in package().walks:
        if walk["id"] in LIVED:
            outcome = Runner(engine, office, SLUG).lived(walk, [])
            assert outcome.failure is None, outcome
    yield engine
    engine.dispose()
    remove()


def package() -> Package:
    return load_package(next(CATALOGUE.glob(f"*/{SLUG}")))


def dry_run(house: sa.Engine, *changes: tuple[str, str]) -> History:
    """Replayed on the diagram with pieces of its text exchanged."""
    here = package()
    text = here.documents[FILE].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    ground = ground_of_package(replace(here, documents={**here.documents, FILE: text.encode()}))
    with reading(house) as conn:
        return replay_cases(conn, ended_cases(conn, SLUG, LONG_AGO), ground)


def took(house: sa.Engine, *flows: str) -> set[str]:
    """The numbers of the cases whose trail says that they took one of these flows."""
    with reading(house) as conn:
        rows = conn.execute(sa.select(cases.c.number, trail.c.facts).join(trail, trail.c.chain == cases.c.id)).all()
    return {row.number for row in rows if {*orjson.loads(row.facts).get("flows", [])} & {*flows}}


def condition(old: str, new: str) -> tuple[str, str]:
    return f'Expression">{old}</', f'Expression">{new}</'


def target(flow: str, old: str, new: str) -> tuple[str, str]:
    """A flow leads elsewhere."""
    text = package().documents[FILE].decode()
    found = re.search(rf'<bpmn:sequenceFlow id="{flow}"[^>]*targetRef="{old}"', text)
    assert found, flow
    return found[0], found[0].replace(f'targetRef="{old}"', f'targetRef="{new}"')


SECOND = """<bpmn:userTask id="second_look" name="复核"><bpmn:extensionElements><spiffworkflow:properties>
<spiffworkflow:property name="who" value="role(&quot;企管办&quot;)" />
<spiffworkflow:property name="form" value="review" /><spiffworkflow:property name="kind" value="decide" />
</spiffworkflow:properties></bpmn:extensionElements></bpmn:userTask>
<bpmn:sequenceFlow id="from_second" sourceRef="second_look" targetRef="after_gatekeeping" />
<bpmn:endEvent id="rejected_by_unit_head" name="单位不予发布">"""
ADDED = ('<bpmn:endEvent id="rejected_by_unit_head" name="单位不予发布">', SECOND)
PLANTED = {
    "a condition turned round": (
        [condition('category != "6"', 'category == "6"')],
        ("company_leader_not_needed", "company_leader_needed"),
    ),
    "a switch read the other way": (
        [condition("not switches.gatekeeper", "switches.gatekeeper")], ("gatekeeping_needed",)),
    "a figure changed": (
        [condition('category != "6"', 'category != "1"')], ("company_leader_needed", "company_leader_not_needed")),
    "a default that leads elsewhere": (
        [target("unit_head_returns", "before_submit", "rejected_by_unit_head")], ("unit_head_returns",)),
    "a default exchanged": (
        [('default="information_of_enterprise_management"', 'default="information_of_another_unit"'),
         condition('applicant.unit not in ["EMD", "EMO"]', "1 == 1"),
         ('name="是" sourceRef="own_information" targetRef="before_company_leader" />',
          'name="是" sourceRef="own_information" targetRef="before_company_leader"><bpmn:conditionExpression '
          'xsi:type="bpmn:tFormalExpression">1 == 2</bpmn:conditionExpression></bpmn:sequenceFlow>')],
        ("information_of_enterprise_management",),
    ),
    "a step taken away": (
        [target("information_of_another_unit", "approve_by_enterprise_head", "needs_company_leader")],
        ("information_of_another_unit",),
    ),
    "a step added": ([ADDED, target("office_approves", "after_gatekeeping", "second_look")], ("office_approves",)),
    "branches exchanged": (
        [target("channel_is_weibo", "publish_post", "test_and_mass_send"),
         target("channel_is_wechat", "test_and_mass_send", "publish_post")],
        ("channel_is_weibo", "channel_is_wechat"),
    ),
    "a refusal that is a return": (
        [target("office_rejects", "rejected_by_enterprise_office", "before_submit")], ("office_rejects",)),
    "another end": (
        [target("company_leader_rejects", "rejected_by_company_leader", "rejected_by_enterprise_head")],
        ("company_leader_rejects",),
    ),
    "the answer of an operation read the other way": (
        [condition("approval.valid", "not approval.valid")], ("approval_still_valid",)),
}  # fmt: skip


@pytest.mark.parametrize("change", PLANTED)
def test_a_changed_route_is_found_in_every_case_that_took_it_and_in_no_other(house: sa.Engine, change: str) -> None:
    changes, flows = PLANTED[change]
    expected, found = took(house, *flows), dry_run(house, *changes)
    assert expected, "the change touches no case: it proves nothing"
    assert {one["case"] for one in found.different} == expected
    assert not found.not_replayed
    assert found.same + len(found.different) == found.replayed == len(LIVED)


@pytest.mark.parametrize("changes", [[], [('name="审核把关"', 'name="企管办把关"')]])
def test_what_changes_no_route_is_no_difference(house: sa.Engine, changes: list[tuple[str, str]]) -> None:
    found = dry_run(house, *changes)
    assert (found.same, found.different, found.not_replayed) == (len(LIVED), [], [])


def test_the_first_difference_is_told_in_words(house: sa.Engine) -> None:
    found = dry_run(house, *PLANTED["a step added"][0])
    told = {(one["was"]["zh"], one["now"]["zh"]) for one in found.different}
    assert ("「审核把关」之后去了「批准发布」", "「审核把关」之后去了「复核」") in told


def test_a_condition_on_what_nobody_recorded_says_so_instead_of_guessing(house: sa.Engine) -> None:
    found = dry_run(house, condition('category != "6"', "budget > 5"))
    asked = took(house, "company_leader_not_needed", "company_leader_needed")
    assert {one["case"] for one in found.not_replayed} == asked and not found.different
    assert all("budget" in one["why"]["zh"] for one in found.not_replayed)


def test_it_reads_only_and_quickly(house: sa.Engine) -> None:
    said: list[str] = []
    sa.event.listen(house, "before_cursor_execute", lambda *told: said.append(told[2]))
    dry_run(house)
    said = [one for one in said if not one.startswith(("BEGIN", "PRAGMA"))]
    assert all(one.startswith("SELECT") for one in said)
    assert len(said) <= 6, "of the list and of 200 cases at once, not of each case"
    here = ground_of_package(package())
    with reading(house) as conn:
        ids, begun = ended_cases(conn, SLUG, LONG_AGO), time.process_time()
        for _ in range(5):
            replay_cases(conn, ids, here)
    assert 5 * len(ids) / (time.process_time() - begun) >= 200, "cases in a second"


def test_a_case_whose_record_does_not_give_its_own_way_is_not_called_different(house: sa.Engine) -> None:
    with house.connect().execution_options(writes=True) as conn:
        transaction = conn.begin()
        number = took(house, "office_rejects").pop()
        case_id = conn.execute(sa.select(cases.c.id).where(cases.c.number == number)).scalar_one()
        snapshot = orjson.loads(conn.execute(sa.select(cases.c.snapshot).where(cases.c.id == case_id)).scalar_one())
        snapshot["wf"]["data"] = None
        changed = orjson.dumps(snapshot).decode()
        conn.execute(cases.update().where(cases.c.id == case_id).values(snapshot=changed))
        found = replay_cases(conn, [case_id], ground_of_package(package()))
        transaction.rollback()
    assert [one["case"] for one in found.not_replayed] == [number] and not found.different
