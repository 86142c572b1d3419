"""Plain JSON only: caps on size and depth, one spelling of every string, no control characters."""

import re
import unicodedata
from typing import Any

from engine.errors import Invalid, TooLarge
from engine.text import Text

MAX_DEPTH = 8
MAX_NODES = 5_000
MAX_CHARACTERS = 200_000
MAX_KEY = 60
LARGEST = 2**53
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

CONTROL = Text("含有控制字符({code}),请删除。", "Contains the control character {code}; please remove it.")
NOT_PLAIN = Text("只接受文本、数字、是否、列表和对象。", "Only texts, numbers, booleans, lists and objects are taken.")
BIG_NUMBER = Text("数字超出范围。", "The number is out of range.")
BAD_NAME = Text("字段名不合法。", "The field name is not valid.")


def child(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def shown(key: Any) -> str:
    """A key as it may be shown: short and printable, whatever was sent."""
    return "".join(each if each.isprintable() else "�" for each in str(key)[:MAX_KEY])


def is_blank(text: str) -> bool:
    return all(each.isspace() or unicodedata.category(each) == "Cf" for each in text)


def clean(answers: Any) -> dict[str, Any]:
    """A copy in plain JSON; Invalid with the places that are not, TooLarge beyond the caps."""
    cleaner = _Cleaner()
    copy = cleaner.value(answers, "", 0)
    if not isinstance(copy, dict):
        cleaner.errors.setdefault("", []).append(NOT_PLAIN)
    if cleaner.errors:
        raise Invalid(cleaner.errors)
    return copy


class _Cleaner:
    def __init__(self) -> None:
        self.errors: dict[str, list[Text]] = {}
        self.nodes = 0
        self.characters = 0

    def value(self, value: Any, path: str, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise TooLarge(limit=Text(f"{MAX_DEPTH} 层", f"{MAX_DEPTH} levels"))
        if self.nodes > MAX_NODES:
            raise TooLarge(limit=Text(f"{MAX_NODES} 项", f"{MAX_NODES} entries"))
        # exact types: a subclass could carry behaviour into the engine
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return self.text(value, path)
        if kind in (int, float):
            return self.number(value, path)
        if kind is list:
            return [self.value(each, f"{path}[{index}]", depth + 1) for index, each in enumerate(value)]
        if kind is dict:
            return {
                key: self.value(each, child(path, shown(key)), depth + 1)
                for key, each in value.items()
                if self.name(key, path)
            }
        self.wrong(path, NOT_PLAIN)
        return None

    def name(self, key: Any, path: str) -> bool:
        if type(key) is str and len(key) <= MAX_KEY and key.isprintable():
            return True
        self.wrong(child(path, shown(key)), BAD_NAME)
        return False

    def number(self, value: float, path: str) -> float:
        if abs(value) > LARGEST or value != value:
            self.wrong(path, BIG_NUMBER)
            return 0
        return int(value) if value == int(value) else value

    def text(self, value: str, path: str) -> str:
        self.characters += len(value)
        if self.characters > MAX_CHARACTERS:
            raise TooLarge(limit=Text(f"{MAX_CHARACTERS} 个字", f"{MAX_CHARACTERS} characters"))
        value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
        if found := FORBIDDEN.search(value):
            self.wrong(path, CONTROL.fill(code=f"U+{ord(found[0]):04X}"))
        return value

    def wrong(self, path: str, text: Text) -> None:
        if len(self.errors) < 100:
            self.errors.setdefault(path, []).append(text)
