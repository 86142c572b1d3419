"""A drawn form is read into questions and a JSON Schema, or refused with what is wrong with it."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.procedures.forms import Form, questions, validate_schema
from engine.procedures.forms.conditions import parse
from tests.engine.forms_samples import EVERYTHING, FITTING, NEEDED, form, options, question


def test_questions_keep_their_order_their_words_and_their_rows() -> None:
    fields = Form(EVERYTHING).fields
    kinds = [each.type for each in fields]
    assert kinds[:3] == ["text", "textfield", "textarea"]
    assert kinds[-3:] == ["group", "separator", "html"]
    assert fields[1].label == ("题title", "Q title")
    assert fields[-1].label.zh == "谢谢x"
    rows = next(each for each in questions(fields) if each.key == "images")
    assert [each.key for each in rows.fields] == ["file", "source", "note"]
    assert [each.type for each in fields if each.key in ("day", "hour", "at")] == ["date", "time", "datetime"]


def test_the_json_schema_is_a_schema_that_fitting_answers_keep() -> None:
    schema = Form(EVERYTHING, "submit").json_schema
    jsonschema_rs.meta.validate(schema)
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert validator.is_valid(FITTING)
    assert not validator.is_valid(FITTING | {"more": 1})
    assert schema["required"] == ["title", "channel"]
    assert "number" not in schema["properties"]


@pytest.mark.parametrize(
    ("schema", "part"),
    [
        (None, "components"),
        ({"components": "x"}, "components"),
        (form(question("iframe", "a")), "iframe"),
        (form(question("expression", "a")), "expression"),
        (form("x"), "None"),  # type: ignore[arg-type]
        (form(question("textfield", "")), "不合法"),
        (form(question("textfield", "_a")), "_a"),
        (form(question("textfield", "a b")), "a b"),
        (form(question("textfield", "typename")), "保留"),
        (form(question("textfield", "applicant")), "保留"),
        (form(question("textfield", "lambda")), "保留"),
        (form(question("textfield", "a"), question("number", "a")), "两次"),
        (form(question("textfield", "a", label="")), "标签"),
        (form(question("select", "a")), "至少要有一个选项"),
        (form(question("select", "a", **options("x", "x"))), "不能重复"),
        (form(question("select", "a", values=[{"value": 1, "label": "1"}])), "非空文本"),
        (form(question("select", "a", **options("x"), valuesKey="list")), "写在表单里"),
        (form(question("textfield", "decision", **NEEDED)), "decision"),
        (form(question("radio", "decision", **options("x"))), "decision"),
        (form(question("number", "a", validate={"min": 2, "max": 1})), "min > max"),
        (form(question("textfield", "a", validate={"maxLength": -1})), "maxLength"),
        (form(question("textfield", "a", validate={"maxLength": "=x"})), "maxLength"),
        (form(question("textfield", "a", validate={"required": "=x"})), "required"),
        (form(question("textfield", "a", validate=[])), "validate"),
        (form(question("textfield", "a", readonly="=x")), "readonly"),
        (form(question("textfield", "a", validate={"pattern": "("})), "格式表达式"),
        (form(question("textfield", "a", validate={"pattern": "(?=a)"})), "格式表达式"),
        (form(question("datetime", "a", disallowPassedDates=True)), "disallowPassedDates"),
        (form(question("number", "a", decimalDigits="2")), "decimalDigits"),
        (form(question("textfield", "a", validate={"required": 1})), "required"),
        (form({"type": "group", "path": "p", "components": []}), "路径"),
        (form(question("textfield", "a", conditional={"hide": "=__import__('os')"})), "隐藏条件"),
        (form(question("textfield", "a", conditional={"hide": '=b = "x"'}), question("textfield", "b")), "前面没有"),
        (form(*[question("textfield", f"a{index}") for index in range(201)]), "200"),
    ],
)
def test_a_form_that_cannot_be_held_to_is_refused_with_the_reason(schema: Any, part: str) -> None:
    problems = validate_schema(schema)
    assert [part in text.zh for text in problems] == [True]
    with pytest.raises(BadInput):
        Form(schema)


def test_a_form_nested_without_end_is_refused() -> None:
    nested: dict[str, Any] = {"type": "group", "components": []}
    for _ in range(500):
        nested = {"type": "group", "components": [nested]}
    assert len(validate_schema(form(nested))) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
SETTINGS = ["key", "path", "label", "validate", "properties", "values", "components", "conditional", "decimalDigits",
            "subtype", "readonly", "multiple", "description", "defaultValue", "content", "text"]  # fmt: skip
TYPES = ["textfield", "number", "select", "filepicker", "dynamiclist", "group", "html", "datetime"]
components = st.fixed_dictionaries({"type": st.sampled_from(TYPES)}, optional=dict.fromkeys(SETTINGS, json_values))


@given(st.lists(components, max_size=4) | json_values)
def test_whatever_is_drawn_is_read_or_refused_in_words(drawn: Any) -> None:
    if not validate_schema({"components": drawn}):
        assert Form({"components": drawn}).json_schema


@pytest.mark.parametrize(
    ("source", "values", "holds"),
    [
        ('=a = "x"', {"a": "x"}, True),
        ('=a = "x"', {}, False),
        ('=a != "x"', {}, True),
        ("=a = true", {"a": True}, True),
        ("=a = true", {"a": 1}, False),
        ("=a = null", {}, True),
        ("=a = 1.5", {"a": 1.5}, True),
        ("=a=1 and b=2 or c=3", {"c": 3}, True),
        ("=a=1 and b=2 or c=3", {"a": 1, "c": 4}, False),
        ("=a=1 and b=2 or c=3", {"a": 1, "b": 2}, True),
    ],
)
def test_a_condition_compares_answers(source: str, values: dict[str, Any], holds: bool) -> None:
    assert parse(source).holds(values) is holds


@pytest.mark.parametrize(
    "source", ["", "=", "a = 1", "=a", "=a = ", "=a = b", "=a = 1 and", "=a = 1 xor b = 2", "=1 = a", "=true = true",
               "=a > 1", "=not(a = 1)", "=(a = 1)", '=a = "', "=a.b = 1", "=a = 1 b = 2"]
)  # fmt: skip
def test_anything_richer_than_a_comparison_is_no_condition(source: str) -> None:
    with pytest.raises(ValueError):
        parse(source)


def test_a_condition_that_never_ends_is_read_once() -> None:
    problems = validate_schema(form(question("textfield", "a", conditional={"hide": "=a = 1 and " * 10_000})))
    assert len(problems) == 1
