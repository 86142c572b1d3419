"""The forms of a draft changed one by one: nothing that makes a form worse is kept, nothing used is lost unasked."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from engine.actions.procedure_drafts import save_procedure_draft
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotFound
from engine.kernel.errors import DiagramError
from engine.kernel.properties import with_property
from engine.procedures.checks.limits import asked_about
from engine.procedures.forms import detail, sheet, validate_schema
from engine.procedures.forms.fields import INPUTS, MOMENTS
from engine.procedures.forms.limits import key_of, written
from engine.procedures.forms.reader import KEY
from engine.procedures.forms.uses import Uses, uses
from engine.releasing.drafts import locked_draft
from engine.text import Text

KINDS = (INPUTS | MOMENTS | {"group", "text", "separator"}) - {"taglist"}
FORM = Text(
    "表单代号以字母开头,只含字母、数字和下划线。", "The name starts with a letter; letters, digits, underscores."
)
FORM_THERE = Text("已经有表单「{name}」。", "There is a form “{name}” already.")
KIND = Text("没有这种字段。", "There is no such kind of field.")
LABEL = Text("请填写字段名称。", "Give the field a name.")
LIMIT_DECISION = Text("要作决定的步骤不能限制 decision。", "A step that decides cannot be kept from “decision”.")
LIMIT_ASKED = Text(
    "「{keys}」决定其他可填写的字段显示与否;请把那些字段也设为只读或隐藏。",
    "Other fields that are answered appear by “{keys}”; limit those as well.",
)


class InUse(Conflict):
    """`facts["places"]` names where."""

    code = "in_use"
    message = Text("「{name}」在 {n} 处使用:{places}。", "“{name}” is used in {n} places: {places}.")


def add_field(
    desk: Desk, draft_id: int, revision: int, form: str, kind: str, label: str, key: str = "", inside: str = ""
) -> int:
    """A new question at the end of a form, or of the rows or group `inside`; the new revision."""
    kind, label, key = kind.strip(), label.strip(), key.strip()
    if kind not in KINDS:
        raise sheet.refuse("kind", KIND)
    if not label and kind != "separator":
        raise sheet.refuse("label", LABEL)

    def change(forms: sheet.Forms, _: Uses) -> None:
        drawn = sheet.named(forms, form)
        target = drawn["components"]
        if inside:
            around, number = sheet.at(drawn, inside)
            target = around[number].get("components")
            if target is None:
                raise NotFound()
        target.append(sheet.blank(kind, key or _free_key(drawn), label))

    return _changed(desk, draft_id, revision, change, form, "key")


def move_field(desk: Desk, draft_id: int, revision: int, form: str, place: str, by: int) -> int:
    """A component one place up (-1) or down (1) among its neighbours; at the end it stays."""

    def change(forms: sheet.Forms, _: Uses) -> None:
        around, number = sheet.at(sheet.named(forms, form), place)
        to = number + (1 if by > 0 else -1)
        if 0 <= to < len(around):
            around[number], around[to] = around[to], around[number]

    return _changed(desk, draft_id, revision, change, form, "place")


def remove_field(desk: Desk, draft_id: int, revision: int, form: str, place: str, sure: bool = False) -> int:
    """Take a component away; InUse with the places that speak of it until somebody is `sure`."""

    def change(forms: sheet.Forms, used: Uses) -> None:
        around, number = sheet.at(sheet.named(forms, form), place)
        gone = [one for _, one in sheet.rows([around[number]]) if key_of(one)]
        if not sure:
            for one in gone:
                _refuse_used(used, form, key_of(one), str(one.get("label") or key_of(one)))
        del around[number]

    # whoever is sure has read what then no longer fits; the checks of the draft name it again
    return _changed(desk, draft_id, revision, change, "" if sure else form, "place")


def change_field(
    desk: Desk, draft_id: int, revision: int, form: str, place: str, told: detail.Told, sure: bool = False
) -> int:
    """The settings of a component as somebody typed them; Invalid names the setting that is not right."""
    row = locked_draft(desk, draft_id)
    forms = sheet.read(row.files.get("forms.json", "{}"))
    drawn = sheet.named(forms, form)
    around, number = sheet.at(drawn, place)
    before, old_key, problems = set(validate_schema(drawn)), key_of(around[number]), dict[Text, str]()
    for setting in detail.settings_of(around[number]):
        try:
            around[number] = detail.changed(around[number], told, setting)
        except ValueError as wrong:
            raise sheet.refuse(setting, wrong.args[0]) from None
        for problem in validate_schema(drawn):
            problems.setdefault(problem, setting)
    found: dict[str, list[Text]] = {}
    for problem in validate_schema(drawn):
        if problem not in before:
            found.setdefault(problems.get(problem, "label"), []).append(problem)
    if found:
        raise Invalid(found)
    if old_key and key_of(around[number]) != old_key and not sure:
        _refuse_used(_uses(row), form, old_key, str(around[number].get("label") or old_key))
    return _save(desk, draft_id, revision, row, forms)


def new_form(desk: Desk, draft_id: int, revision: int, name: str, like: str = "") -> int:
    """An empty form, or a copy of another."""
    name = name.strip()
    if not KEY.fullmatch(name):
        raise sheet.refuse("name", FORM)

    def change(forms: sheet.Forms, _: Uses) -> None:
        if name in forms:
            raise sheet.refuse("name", FORM_THERE.fill(name=name))
        forms[name] = deepcopy(sheet.named(forms, like)) | {"id": name} if like else sheet.new_form(name)

    return _changed(desk, draft_id, revision, change, "", "name")


def delete_form(desk: Desk, draft_id: int, revision: int, name: str) -> int:
    """Take a form away that no step uses; InUse otherwise."""

    def change(forms: sheet.Forms, used: Uses) -> None:
        sheet.named(forms, name)
        if places := used.whole(name):
            raise _in_use(name, places)
        del forms[name]

    return _changed(desk, draft_id, revision, change, "", "name")


def limit_fields(desk: Desk, draft_id: int, revision: int, form: str, step: str, limits: Mapping[str, str]) -> int:
    """What a step may do with the fields of its form; what is not named may be answered."""
    row = locked_draft(desk, draft_id)
    drawn = sheet.named(sheet.read(row.files.get("forms.json", "{}")), form)
    node = next((one for one in _uses(row).steps.get(form, []) if one.id == step), None)
    if node is None:
        raise NotFound()
    known = {key_of(one) for _, one in sheet.rows(drawn["components"])}
    limits = {key: limit for key, limit in limits.items() if key in known and limit in ("read", "hide")}
    if "decision" in limits and node.properties.get("kind") == "decide":
        raise sheet.refuse(step, LIMIT_DECISION)
    if asked := asked_about(drawn, limits):
        raise sheet.refuse(step, LIMIT_ASKED.fill(keys="、".join(sorted(asked))))
    name = f"{row.slug}.bpmn"
    try:
        diagram = with_property(row.files.get(name, ""), step, "fields", written(limits))
    except DiagramError as error:
        raise sheet.refuse(step, error.text) from None
    return save_procedure_draft(desk, draft_id, revision, {name: diagram})


def _changed(
    desk: Desk, draft_id: int, revision: int, change: Callable[[sheet.Forms, Uses], None], form: str, field: str
) -> int:
    """`form`: the one that may not get worse; `field`: where to say so."""
    row = locked_draft(desk, draft_id)
    forms = sheet.read(row.files.get("forms.json", "{}"))
    before = set(validate_schema(forms[form])) if form in forms else set()
    change(forms, _uses(row))
    worse = [problem for problem in validate_schema(forms[form]) if problem not in before] if form in forms else []
    if worse:
        raise Invalid({field: worse})
    return _save(desk, draft_id, revision, row, forms)


def _save(desk: Desk, draft_id: int, revision: int, row: Any, forms: sheet.Forms) -> int:
    """A file whose forms are what they were stays as it was written."""
    known, text = row.files.get("forms.json", "{}"), sheet.write(forms)
    changes = {} if sheet.write(sheet.read(known)) == text else {"forms.json": f"{text}\n"}
    return save_procedure_draft(desk, draft_id, revision, changes)


def _uses(row: Any) -> Uses:
    forms = sheet.read(row.files.get("forms.json", "{}"))
    return uses(row.files, row.slug, {name: sheet.keys(form) for name, form in forms.items()})


def _refuse_used(used: Uses, form: str, key: str, name: str) -> None:
    if places := used.of(form, key):
        raise _in_use(name, places)


def _in_use(name: str, places: list[Text]) -> InUse:
    told = Text(";".join(one.zh for one in places), "; ".join(one.en for one in places))
    return InUse(name=name, n=len(places), places=told)


def _free_key(form: sheet.Component) -> str:
    taken, number = sheet.keys(form), 1
    while f"field_{number}" in taken:
        number += 1
    return f"field_{number}"
