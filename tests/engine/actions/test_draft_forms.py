"""Forms changed in a draft: what is not changed stays to the letter, nothing used is lost unasked."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import actions, queries
from engine.actions.draft_forms import InUse
from engine.actions.found import CATALOGUE
from engine.errors import BadInput, Invalid
from engine.kernel.document import Document
from engine.kernel.properties import with_property
from engine.procedures.forms import detail, sheet
from models import reading
from tests.support.databases import Database
from tests.support.story import Story

SLUG = "pub-company-info"
FOLDERS = sorted(CATALOGUE.glob("*/*/forms.json"))


class Draft:
    def __init__(self, story: Story):
        self.story, self.revision = story, 1
        self.id = int(story.act("shen.yan", lambda desk: actions.open_draft(desk, SLUG)))

    def do(self, verb: str, *given: object, **more: object) -> None:
        act = getattr(actions, verb)
        self.revision = self.story.act("shen.yan", lambda desk: act(desk, self.id, self.revision, *given, **more))

    @property
    def view(self) -> queries.DraftView:
        with reading(self.story.engine) as conn:
            return queries.procedure_draft(conn, self.story.person("shen.yan"), self.id)

    def fields(self, form: str = "submit") -> list[dict]:
        return json.loads(self.view.files["forms.json"])[form]["components"]

    def told(self, place: str, form: str = "submit", **settings: str) -> detail.Told:
        told = queries.draft_form(self.view, form).opened(place).told
        return detail.Told({**told.settings, **settings}, told.options, told.key)


@pytest.fixture
def draft(sqlite: Database, tmp_path: Path) -> Iterator[Draft]:
    engine = sqlite.engine()
    yield Draft(Story(engine, tmp_path))
    engine.dispose()


def test_every_form_of_the_catalogue_is_opened_and_saved_field_by_field_without_a_change() -> None:
    assert len(FOLDERS) > 80
    for path in FOLDERS:
        text = path.read_text(encoding="utf-8")
        forms = sheet.read(text)
        for form in forms.values():
            for place, _ in list(sheet.rows(form["components"])):
                around, number = sheet.at(form, place)
                told = detail.told_of(around[number])
                for setting in detail.settings_of(around[number]):
                    around[number] = detail.changed(around[number], told, setting)
        assert json.dumps(forms) == json.dumps(json.loads(text)), path
        assert json.dumps(json.loads(sheet.write(forms))) == json.dumps(forms), path


def test_a_condition_that_says_the_same_stays_as_it_was_written() -> None:
    field = {"type": "textfield", "key": "x", "label": "甲", "conditional": {"hide": '=a="b"   and c!=true'}}
    told = detail.told_of(field)
    again = detail.Told({**told.settings, "hide": '=a = "b" and c != true'})
    other = detail.Told({**told.settings, "hide": '=a = "b" and c = true'})
    assert detail.changed(field, again, "hide") == field != detail.changed(field, other, "hide")
    without = detail.changed(field, detail.Told({**told.settings, "hide": ""}), "hide")
    assert without == {key: value for key, value in field.items() if key != "conditional"}


def test_saving_a_field_as_it_is_saves_nothing(draft: Draft) -> None:
    before = draft.view.files
    draft.do("change_field", "submit", "1", draft.told("1"))
    assert draft.revision == 1 and draft.view.files == before


def test_a_field_added_moved_and_changed_is_all_that_changes(draft: Draft) -> None:
    before = draft.fields()
    draft.do("add_field", "submit", "select", "版式", "style")
    last = len(before)
    draft.do("move_field", "submit", str(last), -1)
    told = draft.told(str(last - 1), required="on", hide='=category = "3"')
    draft.do("change_field", "submit", str(last - 1), told)
    after = draft.fields()
    added = after.pop(last - 1)
    assert after == before
    assert added["key"] == "style" and added["validate"] == {"required": True}
    assert added["conditional"] == {"hide": '=category = "3"'}


@pytest.mark.parametrize(
    ("setting", "typed", "word"),
    [
        ("hide", "=if category then true", "隐藏条件"),
        ("hide", "=contact != true", "前面没有这个字段"),
        ("max_length", "many", "整数"),
        ("max_length", "99999999", "整数"),
        ("label", "", "标签"),
    ],
)
def test_a_setting_that_cannot_hold_is_told_at_its_place(draft: Draft, setting: str, typed: str, word: str) -> None:
    with pytest.raises(Invalid) as told:
        draft.do("change_field", "submit", "0", draft.told("0", **{setting: typed}))
    assert list(told.value.fields) == [setting] and word in told.value.fields[setting][0].zh
    assert draft.view.revision == 1


def test_a_field_in_use_names_its_places_before_it_goes(draft: Draft) -> None:
    place = next(row.place for row in queries.draft_form(draft.view, "submit").rows if row.key == "channel")
    with pytest.raises(InUse) as told:
        draft.do("remove_field", "submit", place)
    assert "条件" in told.value.text.zh and "演练" in told.value.text.zh and "procedure.json" in told.value.text.zh
    renamed = draft.told(place)
    with pytest.raises(InUse):
        draft.do("change_field", "submit", place, detail.Told(renamed.settings, renamed.options, "way"))
    draft.do("change_field", "submit", place, detail.Told(renamed.settings, renamed.options, "way"), sure=True)
    assert draft.fields()[int(place)]["key"] == "way"


def test_only_a_form_that_no_step_shows_is_deleted(draft: Draft) -> None:
    with pytest.raises(InUse):
        draft.do("delete_form", "review")
    draft.do("new_form", "second", "review")
    assert draft.fields("second") == draft.fields("review")
    with pytest.raises(Invalid):
        draft.do("new_form", "second")
    draft.do("delete_form", "second")
    assert "second" not in draft.view.json("forms.json", {})


def test_what_a_step_may_not_answer_stands_in_the_diagram_and_nothing_else_changes(draft: Draft) -> None:
    before = draft.view.files[f"{SLUG}.bpmn"]
    draft.do("limit_fields", "publish", "publish_post", {"screenshot": "read", "nonsense": "hide", "x": ""})
    after = draft.view.files[f"{SLUG}.bpmn"]
    line = next(one for one in after.splitlines() if one not in before.splitlines())
    assert 'name="fields" value="screenshot:read"' in line
    assert [one for one in after.splitlines() if one != line] == before.splitlines()
    with pytest.raises(Invalid):
        draft.do("limit_fields", "review", "review_by_unit_head", {"decision": "hide"})
    draft.do("limit_fields", "publish", "publish_post", {})
    assert draft.view.files[f"{SLUG}.bpmn"] == before


def test_a_property_of_every_human_step_of_the_catalogue_is_set_and_taken_away_to_the_letter() -> None:
    for path in sorted(CATALOGUE.glob("*/*/*.bpmn")):
        text = path.read_text(encoding="utf-8")
        human = [node for process in Document.read(text.encode()).processes for node in process.nodes if node.human]
        changed = with_property(text, human[-1].id, "fields", 'a:read,"<&>')
        assert with_property(changed, human[-1].id, "fields", "") == text, path


HOSTILE = (
    "[]", "{", "7",
    '{"a": 1}', '{"a": {"components": {}}}', '{"a": {"components": [1]}}', '{"a": {"components": [{}]}}',
    '{"a": {"components": [{"type": 5}]}}', '{"a": {"components": [{"type": "radio", "values": [1]}]}}',
    '{"a": {"components": [{"type": "group", "components": 5}]}}', '{"a": {"components": [{"validate": []}]}}',
    '{"a": {"components": [], "x": NaN}}', '{"a": {"components": [], "x": 1e999}}',
    '{"a": {"components": [], "x": "\\ud800"}}',
    '{"a": {"components": [' + '{"type": "text"},' * 2000 + '{"type": "text"}]}}',
    "[" * 5000, '{"a":' * 60 + "1" + "}" * 60,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_file_that_is_no_list_of_forms_is_named_and_not_changed(text: str) -> None:
    with pytest.raises(BadInput) as told:
        sheet.read(text)
    assert told.value.text.zh.startswith("forms.json 不能读") and len(told.value.text.zh) < 200
