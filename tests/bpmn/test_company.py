"""The demonstration company holds everybody whom the procedures need, and a bad one is refused."""

import json
import shutil

import pytest

from engine.procedures.assignment import parse_who
from engine.procedures.company import COMPANY, BadCompany, load_company
from engine.procedures.package import load_package, package_folders
from tests.bpmn.drawing import CATALOGUE, DIAGRAMS, Drawing


@pytest.fixture(scope="module")
def company():
    return load_company()


def holders(company, role, unit=None):
    return {
        member.login
        for member in company.people
        for post in member.posts
        if post.role == role and unit in (None, post.unit)
    }


def test_every_unit_but_the_top_has_one_above_and_every_unit_one_head(company):
    codes = {unit.code for unit in company.units}
    assert [unit.code for unit in company.units if unit.parent not in codes] == ["HQ"]
    assert {unit.code: len(holders(company, "unit_head", unit.code)) for unit in company.units} == dict.fromkeys(
        codes, 1
    )


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


def test_everybody_is_an_employee_and_staff_numbers_are_unlike(company):
    assert holders(company, "employee") == {member.login for member in company.people}
    numbers = [member.staff_no for member in company.people]
    assert len(set(numbers)) == len(numbers)


def test_the_channel_of_every_form_is_an_account_of_the_company(company):
    codes = {channel.code for channel in company.channels}
    for folder in package_folders(CATALOGUE):
        fields = load_package(folder).forms["submit"]["components"]
        for each in fields:
            if each.get("key") == "channel":
                assert {value["value"] for value in each["values"]} <= codes


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
