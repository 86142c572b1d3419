"""Hygiene at the door: what people and operations hand in becomes plain JSON of bounded size, copied."""

from math import isfinite
from typing import Any

from engine.errors import TooLarge
from engine.kernel.errors import BadData
from engine.text import Text

MAX_DATA = 256_000  # characters and values together, of one hand-in
MAX_NESTING = 20
MAX_INTEGER = 2**63

_NOT_JSON = Text("有不能保存的值", "a value that cannot be stored")
_NOT_DICT = Text("应为按名称填写的数据", "it must be data by name")
_KEY = Text("有不能使用的名称", "a name that cannot be used")
_DEEP = Text("嵌套太深", "nested too deep")


def plain(data: Any, where: str) -> dict[str, Any]:
    """A copy of a dict that holds JSON only; raises BadData or TooLarge."""
    if type(data) is not dict:
        raise BadData(where=where, why=_NOT_DICT)
    return plain_value(data, where)


def plain_value(value: Any, where: str) -> Any:
    left = [MAX_DATA]
    return _copy(value, where, left, 0)


def _copy(value: Any, where: str, left: list[int], depth: int) -> Any:
    kind = type(value)
    left[0] -= len(value) + 1 if kind is str else 1
    if left[0] < 0:
        raise TooLarge(limit=f"{MAX_DATA // 1000} KB")
    if kind is str:
        if not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value):
            raise BadData(where=where, why=_NOT_JSON)
        return value
    if value is None or kind is bool:
        return value
    if (kind is int and -MAX_INTEGER <= value < MAX_INTEGER) or (kind is float and isfinite(value)):
        return value
    if depth > MAX_NESTING:
        raise BadData(where=where, why=_DEEP)
    if kind is list:
        return [_copy(one, where, left, depth + 1) for one in value]
    if kind is dict:
        return {_key(key, where, left): _copy(one, where, left, depth + 1) for key, one in value.items()}
    raise BadData(where=where, why=_NOT_JSON)


def _key(key: Any, where: str, left: list[int]) -> str:
    # a stored `typename` is read by the engine library as the name of a type: never let one in
    if type(key) is not str or key == "typename" or not key or not key.isprintable():
        raise BadData(where=where, why=_KEY)
    left[0] -= len(key)
    return key
