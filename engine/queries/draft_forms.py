"""The forms of a draft as its editor shows them: fields, their uses, the steps that show them, what is wrong."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import BadInput, NotFound
from engine.kernel.document import Node
from engine.procedures.forms import Form, detail, sheet, validate_schema
from engine.procedures.forms.conditions import Comparison, simple
from engine.procedures.forms.fields import INPUTS
from engine.procedures.forms.limits import key_of, limitable, parse
from engine.procedures.forms.uses import Uses, uses
from engine.queries.studio import DraftView
from engine.text import Text


@dataclass(frozen=True)
class Row:
    """One component in the list of fields."""

    place: str
    key: str
    kind: str
    label: str
    required: bool
    depth: int
    first: bool
    last: bool
    uses: list[Text]


@dataclass(frozen=True)
class Step:
    """A human step that shows the form, and what it may do with its fields."""

    id: str
    name: str
    kind: str
    limits: Mapping[str, str]


@dataclass(frozen=True)
class Detail:
    """One component with its settings in words; `earlier` are the fields its condition may ask about."""

    place: str
    component: Mapping[str, Any]
    settings: tuple[str, ...]
    told: detail.Told
    earlier: list[Row]

    @property
    def hides(self) -> Comparison | None:
        """Its condition where it is a single comparison, for three words instead of an expression."""
        return simple(self.told.settings.get("hide", ""))


@dataclass(frozen=True)
class FormDrawing:
    name: str
    schema: dict[str, Any]
    form: Form | None
    problems: list[Text]
    rows: list[Row]
    steps: list[Step]
    used: list[Text]

    @property
    def places(self) -> set[str]:
        return {row.place for row in self.rows}

    @property
    def questions(self) -> list[Row]:
        """What a step can be kept from: questions that stand for themselves, not those within rows."""
        rows = {row.key: row for row in reversed(self.rows)}
        return [rows[key] for key in limitable(self.schema["components"]) if key in rows]

    def opened(self, place: str, told: detail.Told | None = None) -> Detail:
        around, number = sheet.at(self.schema, place)
        one = around[number]
        before = [
            row for row in self.rows[: next(no for no, row in enumerate(self.rows) if row.place == place)] if row.key
        ]
        return Detail(place, one, detail.settings_of(one), told or detail.told_of(one), before)

    def tried(self, place: str, told: detail.Told) -> "FormDrawing":
        """The form as it would be with a component changed so; what cannot be read is named."""
        schema = deepcopy(self.schema)
        around, number = sheet.at(schema, place)
        try:
            for setting in detail.settings_of(around[number]):
                around[number] = detail.changed(around[number], told, setting)
        except ValueError as wrong:
            return replace(self, form=None, problems=[wrong.args[0]])
        form, problems = _read(schema, self.name)
        return replace(self, schema=schema, form=form, problems=problems)


def draft_forms(draft: DraftView) -> tuple[dict[str, FormDrawing], Text | None]:
    """Every form by name in the order of the file; a sentence where the file cannot be read."""
    try:
        forms = sheet.read(draft.files.get("forms.json", "{}"))
    except BadInput as error:
        return {}, error.text
    found = uses(draft.files, draft.slug, {name: sheet.keys(form) for name, form in forms.items()})
    return {name: _drawing(name, form, found) for name, form in forms.items()}, found.problem


def draft_form(draft: DraftView, name: str) -> FormDrawing:
    """One form; NotFound where there is none, BadInput where the file cannot be read."""
    forms, problem = draft_forms(draft)
    if name not in forms:
        raise BadInput(problem) if problem and not forms else NotFound()
    return forms[name]


def _drawing(name: str, schema: dict[str, Any], found: Uses) -> FormDrawing:
    form, problems = _read(schema, name)
    components = list(sheet.rows(schema["components"]))
    rows = [_row(schema, place, one, found.of(name, key_of(one))) for place, one in components]
    return FormDrawing(
        name, schema, form, problems, rows, [_step(node) for node in found.steps.get(name, [])], found.whole(name)
    )


def _read(schema: dict[str, Any], name: str) -> tuple[Form | None, list[Text]]:
    problems = validate_schema(schema)
    return (None if problems else Form(schema, name)), problems


def _row(schema: dict[str, Any], place: str, one: dict[str, Any], places: list[Text]) -> Row:
    around, number = sheet.at(schema, place)
    kind = one["type"]
    words = one.get("text") if kind == "text" else one.get("label")
    return Row(
        place,
        key_of(one) if kind in INPUTS else "",
        str(one.get("subtype") or "datetime") if kind == "datetime" else _kind(one),
        str(words or ""),
        one.get("validate", {}).get("required") is True,
        place.count("."),
        number == 0,
        number == len(around) - 1,
        places,
    )


def _kind(one: dict[str, Any]) -> str:
    properties = one.get("properties", {})
    if one["type"] == "textarea" and properties.get("editor") == "article":
        return "article"
    return "person" if one["type"] == "textfield" and properties.get("person") in (True, "true") else str(one["type"])


def _step(node: Node) -> Step:
    try:
        limits = parse(node.properties.get("fields", ""))
    except ValueError:  # the checks of the draft say so
        limits = {}
    return Step(node.id, node.name or node.id, node.properties.get("kind", "do"), limits)
