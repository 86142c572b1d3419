"""Every form of the catalogue is one that the engine accepts and the form designer opens."""

import pytest

from engine.procedures.forms import validate_schema
from engine.procedures.package import load_package, package_folders
from tests.bpmn.drawing import CATALOGUE, DIAGRAMS, Drawing

FOLDERS = [*package_folders(CATALOGUE), *sorted((CATALOGUE / "parts").iterdir())]
FORMS = [
    pytest.param(name, form, id=f"{folder.name}-{name}")
    for folder in FOLDERS
    if folder.is_dir()
    for name, form in load_package(folder).forms.items()
]


def components(form):
    for each in form["components"]:
        yield each
        yield from each.get("components", [])


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_a_form_is_one_the_engine_can_hold_people_to(name, form):
    assert validate_schema(form) == []
    assert (form["type"], form["id"]) == ("default", name)


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_every_question_and_option_has_both_languages(name, form):
    for each in components(form):
        assert each["label"] and each["properties"]["en"], each
        assert ("description" in each) == ("en_description" in each["properties"]), each["id"]
        assert all(option["label"] and option["en"] for option in each.get("values", []))


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_every_component_has_an_id_of_its_own(name, form):
    ids = [each["id"] for each in components(form)]
    assert len(ids) == len(set(ids))


def test_every_form_is_used_and_every_step_has_its_form():
    for path in DIAGRAMS:
        drawing = Drawing(path)
        asked = {drawing.properties(task)["form"] for task in drawing.named("userTask")}
        package = load_package(path.parent)
        own = package.forms.keys() - {name for part in package.parts.values() for name in part.forms}
        assert asked == own, path.stem


def test_a_deciding_step_asks_for_a_decision_and_a_reason():
    for path in DIAGRAMS:
        drawing, forms = Drawing(path), load_package(path.parent).forms
        for task in drawing.named("userTask"):
            properties = drawing.properties(task)
            if properties["kind"] == "decide":
                fields = {each["key"]: each for each in forms[properties["form"]]["components"]}
                offered = {option["value"] for option in fields["decision"]["values"]}
                assert {"approve"} < offered <= {"approve", "return", "reject"}, (path.stem, task)
                assert "comment" in fields
