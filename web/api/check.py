"""Checks a value against a compiled schema, and says what does not fit in a sentence for each place."""

from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from engine.errors import Invalid
from engine.text import Text


def check(validator: Draft202012Validator, value: Any) -> None:
    """Raise Invalid with one sentence for every place that does not fit."""
    if validator.is_valid(value):
        return
    fields: dict[str, list[Text]] = {}
    for error in validator.iter_errors(value):
        place, text = _explain(error)
        fields.setdefault(place, []).append(text)
    raise Invalid(fields)


def _explain(error: ValidationError) -> tuple[str, Text]:
    facts = error.kind.as_dict()
    path = [str(part) for part in error.instance_path]
    if error.kind.name == "required":
        path.append(facts["property"])
    sentence = _SENTENCES.get(error.kind.name, _OTHERWISE)
    if error.kind.name == "additionalProperties":
        sentence = sentence.fill(names=", ".join(name[:60] for name in facts["unexpected"][:5]))
    elif "limit" in facts:
        sentence = sentence.fill(limit=facts["limit"])
    elif error.kind.name == "enum":
        sentence = sentence.fill(options=", ".join(map(str, facts["options"])))
    return ".".join(path)[:200] or "body", sentence


_OTHERWISE = Text("内容不符合要求。", "This value does not fit.")
_SENTENCES = {
    "required": Text("必须填写。", "This is required."),
    "additionalProperties": Text("不认识的字段:{names}。", "Unknown fields: {names}."),
    "type": Text("类型不对。", "This has the wrong type."),
    "enum": Text("只能是其中之一:{options}。", "This must be one of: {options}."),
    "maxLength": Text("不能超过 {limit} 个字符。", "At most {limit} characters."),
    "minLength": Text("不能少于 {limit} 个字符。", "At least {limit} characters."),
    "maxItems": Text("不能超过 {limit} 项。", "At most {limit} entries."),
    "minItems": Text("不能少于 {limit} 项。", "At least {limit} entries."),
    "maximum": Text("不能大于 {limit}。", "At most {limit}."),
    "minimum": Text("不能小于 {limit}。", "At least {limit}."),
    "maxProperties": Text("字段不能超过 {limit} 个。", "At most {limit} fields."),
    "pattern": Text("格式不对。", "This has the wrong format."),
}
