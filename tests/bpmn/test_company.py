"""The demonstration company holds everybody whom the procedures need, and a bad one is refused."""

import json
import shutil

import pytest

from engine.calendar import read_plan
from engine.procedures.assignment import parse_who
from engine.procedures.company import COMPANY, BadCompany, load_company
from engine.procedures.package import load_package, package_folders
from tests.bpmn.drawing import CATALOGUE, DIAGRAMS, Drawing


@pytest.fixture(scope="module")
def company():
    return load_company()


ORGANISATIONS = {"HQ", "TRADE", "BANK", "UNIV", "SCH", "HOSP", "COM", "WF"}
OUTSIDE = {"external_person", "supplier", "partner", "customer", "platform_user", "parent", "resident", "woman_citizen"}
GROUPS = [  # of these one reviews what another wrote, or stands in for another
    *["senior_leader", "leader_in_charge", "wecom_admin", "it_dept", "hr_dept", "admin_hr_dept", "newmedia_dept"],
    *["mp_editor", "mp_reviewer", "mp_admin", "marketing_dept", "company_mgmt_dept", "account_custodian"],
    *["wecom_mgmt_group", "wechat_mgmt_group", "security_mgmt_group", "management", "supervisor", "account_operator"],
    *["group_wechat_dept", "ecommerce_company", "platform_editor", "trade_admin_dept", "office", "unit_member"],
    *["bank_ops_group", "bank_planner", "bank_assistant", "product_manager", "personal_finance_dept"],
    *["compliance_officer", "intensive_ops_team", "branch_admin", "moments_creator", "publicity_dept", "it_center"],
    *["platform_mgmt_group", "platform_admin", "school_office", "event_editor", "teacher", "dept_leader"],
    *["hospital_it", "clinical_reviewer", "medical_author", "community_admin", "womens_fed"],
]


def top(above, code):
    return code if above[code] is None else top(above, above[code])


def within(above, code, unit):
    return code is not None and (code == unit or within(above, above[code], unit))


def holders(company, role, unit=None):
    return {
        member.login
        for member in company.people
        for post in member.posts
        if post.role == role and unit in (None, post.unit)
    }


def test_every_unit_but_the_top_of_an_organisation_has_one_above_and_every_unit_one_head(company):
    codes = {unit.code for unit in company.units}
    assert {unit.code for unit in company.units if unit.parent not in codes} == ORGANISATIONS
    assert {unit.code: len(holders(company, "unit_head", unit.code)) for unit in company.units} == dict.fromkeys(
        codes, 1
    )


def test_every_organisation_has_somebody_who_owns_its_procedures(company):
    above = {unit.code: unit.parent for unit in company.units}
    owned = {
        top(above, post.unit) for member in company.people for post in member.posts if post.role == "process_owner"
    }
    assert owned == ORGANISATIONS


def test_every_role_is_held_and_whom_a_group_needs_twice_is_there_twice(company):
    held = {role.id: len(holders(company, role.id)) for role in company.roles}
    assert min(held.values()) == 1
    assert {role: held[role] for role in GROUPS if held[role] < 2} == {}


def test_names_are_unlike(company):
    units = [name for unit in company.units for name in (unit.code, unit.name.zh, unit.name.en, *unit.aliases)]
    roles = [name for role in company.roles for name in (role.id, role.name.zh, role.name.en)]
    people = [name for member in company.people for name in (member.login, member.name)]
    channels = [name for channel in company.channels for name in (channel.code, channel.name.zh, channel.name.en)]
    for names in (units, roles, people, channels):
        assert len(set(names)) == len(names)


def test_an_account_is_worked_by_people_of_the_unit_that_owns_it(company):
    for channel in company.channels:
        assert channel.operators.unit == channel.owner
        assert holders(company, channel.operators.role, channel.owner), channel.code


def test_a_unit_stands_after_the_one_above_it(company):
    seen = {None}
    for unit in company.units:
        assert unit.parent in seen
        seen.add(unit.code)


def test_every_post_a_diagram_names_is_held(company):
    known = {name: role.id for role in company.roles for name in (role.id, role.name.zh)}
    for path in DIAGRAMS:
        drawing = Drawing(path)
        for task in drawing.named("userTask"):
            who = parse_who(drawing.properties(task)["who"])
            if who.kind == "role":
                assert holders(company, known[who.name]), (path.stem, task)


@pytest.mark.parametrize(
    ("role", "least"),
    [("text_editor", 2), ("company_leader", 2), ("enterprise_mgmt_office", 2), ("admin_dept", 3)],
)
def test_posts_bound_by_separation_have_enough_holders(company, role, least):
    assert len(holders(company, role)) >= least


def test_the_owner_of_every_procedure_holds_the_post(company):
    for folder in package_folders(CATALOGUE):
        owner = load_package(folder).manifest["owner"]
        assert holders(company, owner["role"], owner["unit"]), folder.name


def test_everybody_but_those_outside_is_an_employee_and_staff_numbers_are_unlike(company):
    outside = {login for role in OUTSIDE for login in holders(company, role)}
    assert holders(company, "employee") == {member.login for member in company.people} - outside
    numbers = [member.staff_no for member in company.people]
    assert len(set(numbers)) == len(numbers)


def test_the_channel_of_every_form_is_an_account_of_the_company(company):
    codes = {channel.code for channel in company.channels}
    for folder in package_folders(CATALOGUE):
        fields = load_package(folder).forms["submit"]["components"]
        for each in fields:
            if each.get("key") == "channel":
                assert {value["value"] for value in each["values"]} <= codes


def test_a_calendar_can_be_read_and_quotes_its_clauses_or_says_that_it_is_ours(company):
    plans = {channel.code: read_plan(channel.calendar) for channel in company.channels if channel.calendar}
    assert all(plan.clauses or plan.default for plan in plans.values())
    assert {code for code, plan in plans.items() if plan.lead} == {"group_media", "zongchao", "baihuo", "bank_schedule"}


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("units.json", lambda rows: rows[0].update(parent="EMO"), "circle"),
        ("units.json", lambda rows: rows[1].update(parent="NOWHERE"), "NOWHERE"),
        ("roles.json", lambda rows: rows.append(rows[0]), "twice"),
        ("people.json", lambda rows: rows[0].pop("staff_no"), "entry 1"),
        ("people.json", lambda rows: rows[0]["posts"].append({"role": "king", "unit": "HQ"}), "king"),
        ("channels.json", lambda rows: rows[0].update(owner="MOON"), "MOON"),
    ],
)
def test_a_fault_in_the_company_is_named_with_its_file(tmp_path, file, change, fault):
    shutil.copytree(COMPANY, tmp_path, dirs_exist_ok=True)
    rows = json.loads((tmp_path / file).read_text("utf-8"))
    change(rows)
    (tmp_path / file).write_text(json.dumps(rows), "utf-8")
    with pytest.raises(BadCompany) as refusal:
        load_company(tmp_path)
    assert file in refusal.value.text.en
    assert fault in refusal.value.text.en


def test_a_file_that_is_missing_or_no_json_is_named(tmp_path):
    shutil.copytree(COMPANY, tmp_path, dirs_exist_ok=True)
    (tmp_path / "people.json").write_text("[", "utf-8")
    with pytest.raises(BadCompany, match=r"people\.json"):
        load_company(tmp_path)


def test_a_procedure_is_begun_in_the_organisation_of_its_regulation_only(company):
    above = {unit.code: unit.parent for unit in company.units}
    units = {name: unit.code for unit in company.units for name in (unit.code, unit.name.zh, *unit.aliases)}
    roles = {name: role.id for role in company.roles for name in (role.id, role.name.zh)}
    for folder in package_folders(CATALOGUE):
        manifest = load_package(folder).manifest
        for starter in map(parse_who, manifest.get("starters", ())):
            unit = units.get(starter.unit)
            tops = {
                top(above, post.unit)
                for member in company.people
                for post in member.posts
                if post.role == roles[starter.name] and (unit is None or within(above, post.unit, unit))
            }
            assert tops == {manifest["organisation"]}, (folder.name, starter)
