"""The JSON Schema of a form: what clients of the interface read and what answers are validated by."""

from typing import Any

from engine.procedures.forms.fields import Field, questions

MAX_TEXT = {"textfield": 500, "textarea": 50_000}
MAX_ARTICLE = 100_000  # characters of HTML; how much text it may have is the field's own limit
MAX_FILES = 20
MAX_ROWS = 50
SHA256 = "^[0-9a-f]{64}$"
ARTICLE = "Plain text, or HTML of which is kept what a WeChat article may have; scripts are refused."
CENTURIES = "^(19|20|21)"
FILE = {
    "type": "object",
    "properties": {
        "sha256": {"type": "string", "pattern": SHA256},
        "name": {"type": "string", "maxLength": 255},
        "size": {"type": "integer", "minimum": 0},
        "type": {"type": "string", "maxLength": 127},
    },
    "required": ["sha256"],
    "additionalProperties": False,
}
MOMENT = {
    "date": {"type": "string", "format": "date", "pattern": CENTURIES},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"},
    "datetime": {"type": "string", "format": "date-time", "pattern": CENTURIES},
}
FORMATS = {
    "email": {"format": "email"},
    "phone": {"pattern": "^\\+?[0-9][0-9 -]{4,19}$"},
}


def object_schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    """Questions that a condition may hide are never `required` here: the form asks for them itself."""
    asked = [each for each in questions(fields) if not each.readonly]
    return {
        "type": "object",
        "properties": {each.key: {"title": each.label.zh} | field_schema(each) for each in asked},
        "required": [each.key for each in asked if each.required and not each.conditional],
        "additionalProperties": False,
    }


def field_schema(field: Field) -> dict[str, Any]:
    if field.type in MAX_TEXT:
        return _text(field)
    if field.type == "number":
        return _number(field)
    if field.type in MOMENT:
        return dict(MOMENT[field.type])
    if field.type == "checkbox":
        return {"const": True} if field.required else {"type": "boolean"}
    values = [option.value for option in field.options]
    if field.type in {"select", "radio"}:
        return {"enum": values}
    if field.type == "filepicker":
        return _array(field, FILE, MAX_FILES if field.multiple else 1)
    if field.type == "dynamiclist":
        return _array(field, object_schema(field.fields), MAX_ROWS)
    return _array(field, {"enum": values}, len(values)) | {"uniqueItems": True}


def _text(field: Field) -> dict[str, Any]:
    given = field.validate
    if field.is_article:
        return {"type": "string", "maxLength": MAX_ARTICLE, "description": ARTICLE}
    schema = {"type": "string", "maxLength": given.get("maxLength", MAX_TEXT[field.type])}
    schema |= {name: given[name] for name in ("minLength", "pattern") if given.get(name) is not None}
    return schema | FORMATS.get(str(given.get("validationType")), {})


def _number(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer" if field.decimals == 0 else "number"}
    if field.decimals:
        schema["multipleOf"] = float(f"1e-{field.decimals}")
    bounds = {"minimum": field.validate.get("min"), "maximum": field.validate.get("max")}
    return schema | {name: bound for name, bound in bounds.items() if bound is not None}


def _array(field: Field, items: dict[str, Any], most: int) -> dict[str, Any]:
    low, high = field.properties.get("min_items", 0), field.properties.get("max_items", most)
    return {"type": "array", "items": items, "minItems": low, "maxItems": high}
