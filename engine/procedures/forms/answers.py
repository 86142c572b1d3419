"""From what was sent to what may be kept: hidden and empty answers leave, files and people are looked up."""

import re
from collections import ChainMap
from collections.abc import Container, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.procedures.forms import articles, messages
from engine.procedures.forms.fields import Field
from engine.procedures.forms.plain import child, is_blank
from engine.text import Text

DAY, ZONE = r"(19|20|21)\d\d-\d\d-\d\d", r"(Z|[+-]\d\d:\d\d)"
MOMENT = {
    "date": re.compile(DAY, re.ASCII),
    "datetime": re.compile(rf"{DAY}T\d\d:\d\d(:\d\d(\.\d{{1,6}})?)?{ZONE}", re.ASCII | re.IGNORECASE),
}
MEDIA = {
    "image": (articles.PICTURE, articles.PICTURES),
    "video": (Text("视频", "a video"), ("video/", "audio/x-ms-wma", "application/vnd.rn-realmedia")),
}


@dataclass(frozen=True)
class Context:
    """What the caller knows: files by SHA-256 (name, size, type), and logins (None: not looked up)."""

    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    people: Container[str] | None = None


class Reading:
    """One pass over one set of answers; `errors` holds what was found by field path."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.errors: dict[str, list[Text]] = {}

    def wrong(self, path: str, text: Text) -> None:
        found = self.errors.setdefault(path, [])
        if text not in found:
            found.append(text)

    def read(
        self,
        fields: tuple[Field, ...],
        given: dict[str, Any],
        outer: MutableMapping[str, Any],
        path: str = "",
    ) -> dict[str, Any]:
        """The answers of one row; `outer` are the answers above it, which conditions may ask about."""
        rest, values = dict(given), dict[str, Any]()
        self._fields(fields, rest, values, outer, path, hidden=False)
        for key in rest:
            self.wrong(child(path, key), messages.UNKNOWN.fill(key=key))
        return values

    def _fields(
        self,
        fields: tuple[Field, ...],
        rest: dict[str, Any],
        values: dict[str, Any],
        outer: MutableMapping[str, Any],
        path: str,
        hidden: bool,
    ) -> None:
        for each in fields:
            gone = hidden or (each.hide is not None and each.hide.holds(ChainMap(values, outer)))
            if each.type == "group":
                self._fields(each.fields, rest, values, outer, path, gone)
            elif each.is_input:
                here, given = child(path, each.key), rest.pop(each.key, None)
                if each.is_article and isinstance(given, str):
                    given, wrong = articles.accept(each, given.strip(), self.context.files)
                    for text in wrong if not (gone or each.readonly) else ():
                        self.wrong(here, text)
                absent = is_empty(given)
                if gone or each.readonly:
                    if not absent:
                        refusal = messages.HIDDEN if gone else messages.READONLY
                        self.wrong(here, refusal.fill(label=each.label))
                elif not absent:
                    values[each.key] = self._value(each, given, here, ChainMap(values, outer))
                elif each.type == "checkbox" and not each.required:
                    values[each.key] = False
                elif each.required and each.conditional:
                    self.wrong(here, required(each))

    def _value(self, each: Field, given: Any, path: str, outer: MutableMapping[str, Any]) -> Any:
        if each.type == "dynamiclist" and isinstance(given, list):
            return [
                self.read(each.fields, row, outer, f"{path}[{index}]") if isinstance(row, dict) else row
                for index, row in enumerate(given)
            ]
        if each.type == "filepicker" and isinstance(given, list):
            return [self._file(each, file, path) for file in given]
        if isinstance(given, str):
            return self._string(each, given, path)
        return given

    def _string(self, each: Field, given: str, path: str) -> str:
        given = given.strip()
        if each.type == "textfield" and ("\n" in given or "\t" in given):
            self.wrong(path, messages.ONE_LINE.fill(label=each.label))
        people = self.context.people
        if each.properties.get("person") in (True, "true") and people is not None and given not in people:
            self.wrong(path, messages.NOT_A_PERSON.fill(label=each.label, login=given[:60]))
        if each.type in ("date", "datetime"):
            try:
                return _moment(each.type, given)
            except ValueError:
                self.wrong(path, messages.MOMENT[each.type].fill(label=each.label))
        return given

    def _file(self, each: Field, given: Any, path: str) -> Any:
        """The reference as the store knows it; a name, size or type that the sender claims is not kept."""
        given = {"sha256": given} if isinstance(given, str) else given
        sha256 = given.get("sha256") if isinstance(given, dict) else None
        facts = self.context.files.get(sha256) if isinstance(sha256, str) else None
        if facts is None:
            self.wrong(path, messages.NO_FILE.fill(label=each.label))
            return given
        media = MEDIA.get(str(each.properties.get("media")))
        if media and not str(facts["type"]).startswith(media[1]):
            self.wrong(path, messages.WRONG_MEDIA.fill(label=each.label, name=facts["name"], media=media[0]))
        known = {"sha256": sha256, "name": facts["name"], "size": facts["size"], "type": facts["type"]}
        return {**given, **known}


def required(each: Field) -> Text:
    return (messages.TICK if each.type == "checkbox" else messages.REQUIRED).fill(label=each.label)


def is_empty(value: Any) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and is_blank(value))


def _moment(kind: str, given: str) -> str:
    """One spelling; Python alone would also take week dates, and times without a zone."""
    if not MOMENT[kind].fullmatch(given):
        raise ValueError(given)
    if kind == "date":
        return date.fromisoformat(given).isoformat()
    return datetime.fromisoformat(given.upper()).isoformat(timespec="seconds")
