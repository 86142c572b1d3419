"""The expression language: what it can say, and that nothing in it reaches Python."""

import time

import pytest

from engine.kernel.errors import ExpressionError, MissingData, NotUnderstood
from engine.kernel.expression import MAX_EXPRESSION, SafeEnvironment, evaluate, parse_expression

DATA = {"decision": "approve", "amount": 1200, "unit": {"code": "QG", "head": None}, "tags": ["a", "b"]}

ATTACKS = [
    "__import__('os').system('true')",
    "().__class__.__base__.__subclasses__()",
    "[].__class__",
    "'{0.__class__}'.format(unit)",
    "unit.keys()",
    "unit.get('code')",
    "tags.append(1)",
    "open('/etc/passwd')",
    "eval('1')",
    "getattr(unit, 'code')",
    "lambda: 1",
    "[x for x in tags]",
    "{x for x in tags}",
    "f'{unit}'",
    "(amount := 5)",
    "9 ** 9 ** 9",
    "1 << 99999999",
    "max(tags, key=len)",
    "len(*tags)",
    "print('x')",
    "unit._x",
    "a; b",
    "b'bytes'",
    "await x",
    "",
    "${approved}",
]


@pytest.mark.parametrize("expression", ATTACKS)
def test_an_attack_is_refused_when_it_is_read_and_when_it_is_evaluated(expression):
    with pytest.raises(NotUnderstood):
        parse_expression(expression)
    with pytest.raises(NotUnderstood):
        SafeEnvironment().evaluate(expression, dict(DATA))


@pytest.mark.parametrize(
    "expression",
    [
        "'x' * 10**9",
        "'%999999999d' % 1",
        "round(5, -1000000000)",
        "'a' * 999999999",
        "[0] * 999999999",
        "-" * 999 + "1",
    ],
)
def test_what_would_eat_time_or_memory_is_refused_at_once(expression):
    started = time.process_time()
    with pytest.raises(ExpressionError):
        evaluate(expression, dict(DATA))
    assert time.process_time() - started < 5


def test_an_expression_longer_than_the_cap_is_refused_and_one_at_the_cap_is_not():
    assert evaluate("1" + " " * (MAX_EXPRESSION - 1), {}) == 1
    with pytest.raises(NotUnderstood):
        evaluate("1" + " " * MAX_EXPRESSION, {})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('decision == "approve"', True),
        ("amount > 1000 and unit.code == 'QG'", True),
        ("form.decision", "approve"),
        ('form["amount"] + 1', 1201),
        ('decision in ["approve", "return"]', True),
        ("len(tags) >= 2", True),
        ("unit.head == null", True),
        ("amount if true else 0", 1200),
        ("not (amount < 5)", True),
        ("tags[1]", "b"),
    ],
)
def test_conditions_over_the_data_say_what_they_mean(expression, value):
    assert evaluate(expression, dict(DATA)) == value


@pytest.mark.parametrize("expression", ["missing == 1", "unit.missing", "form.missing", 'unit["missing"]'])
def test_data_that_nobody_gave_is_an_error_of_its_own(expression):
    with pytest.raises(MissingData):
        evaluate(expression, dict(DATA))


def test_scripts_and_services_have_no_way_in():
    with pytest.raises(ExpressionError):
        SafeEnvironment().execute("x = 1", {})
    with pytest.raises(ExpressionError):
        SafeEnvironment().call_service({}, operation_name="rm")


def test_an_expression_is_parsed_once():
    parse_expression.cache_clear()
    for _ in range(5):
        evaluate("amount > 3", dict(DATA))
    assert parse_expression.cache_info().misses == 1
