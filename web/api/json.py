"""JSON at the door of the interface: strict on the way in, fast on the way out."""

import json
from typing import Any

import orjson
from flask import Response

from engine.errors import BadInput, QianfaError
from engine.text import Text

MAX_DEPTH = 32
_BROKEN = Text("请求体不是规范的 JSON。", "The body is not well-formed JSON.")
_TWICE = Text("JSON 里「{name}」出现了两次。", "“{name}” appears twice in the JSON.")
_DEEP = Text("JSON 嵌套超过 {limit} 层。", "The JSON is nested more than {limit} deep.")
_NUL = Text("文字里含有空字符(NUL)。", "A text contains a NUL character.")
_BIG = Text("整数超出 64 位。", "An integer does not fit into 64 bits.")


def read(data: bytes) -> Any:
    """The value of a JSON text: no NaN, no doubled names, no NUL, not deep, no number that would change."""
    try:
        orjson.loads(data)  # refuses NaN, infinities, lone surrogates, bad UTF-8 and runaway nesting
        value = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadInput(_BROKEN) from None
    _inspect(value, MAX_DEPTH)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadInput(_TWICE, name=name[:60])
        found[name] = value
    return found


def _inspect(value: Any, depth: int) -> None:
    if depth < 0:
        raise BadInput(_DEEP, limit=MAX_DEPTH)
    if isinstance(value, dict):
        for name, inner in value.items():
            _inspect(name, depth)
            _inspect(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _inspect(inner, depth - 1)
    elif isinstance(value, str):
        if "\0" in value:
            raise BadInput(_NUL)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise BadInput(_BIG)


def _plain(value: Any) -> Any:
    """What orjson does not know by itself."""
    if isinstance(value, Text):
        return value._asdict()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(type(value).__name__)


def dumps(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS)


def answer(value: Any, status: int = 200) -> Response:
    return Response(dumps(value), status, content_type="application/json")


def refusal(error: QianfaError) -> Response:
    """An error as JSON: a stable code, the sentence in both languages, and the fields it is about."""
    told: dict[str, Any] = {"code": error.code, "message": error.text.zh, "message_en": error.text.en}
    if error.fields:
        told["fields"] = error.fields
    findings = getattr(error, "findings", None)
    if findings:
        told["findings"] = findings
    response = answer(told, error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.status in (429, 503):
        response.headers["Retry-After"] = str(error.facts.get("seconds", 1))
    return response
