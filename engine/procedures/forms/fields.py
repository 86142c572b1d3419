"""The questions of a form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.procedures.forms.conditions import Condition
from engine.text import Text

CHOICES = {"select", "radio", "checklist", "taglist"}
MOMENTS = {"datetime", "date", "time"}
INPUTS = {"textfield", "textarea", "number", "checkbox", "dynamiclist", "filepicker"} | CHOICES | MOMENTS
STATIC = {"text", "html", "separator"}
IGNORED = {"button", "spacer"}
NOTHING = Text("", "")


@dataclass(frozen=True)
class Option:
    value: str
    label: Text


@dataclass(frozen=True)
class Field:
    """One component: a question (`key` is set), a group or list of questions (`fields`), or a static text."""

    key: str
    type: str
    label: Text
    required: bool = False
    options: tuple[Option, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
    multiple: bool = False
    description: Text = NOTHING
    fields: tuple["Field", ...] = ()
    readonly: bool = False
    default: Any = None
    validate: Mapping[str, Any] = field(default_factory=dict)
    decimals: int | None = None
    hide: Condition | None = None
    conditional: bool = False

    @property
    def is_input(self) -> bool:
        return self.type in INPUTS

    @property
    def is_article(self) -> bool:
        """Whether it takes the HTML of an article beside plain text."""
        return self.type == "textarea" and self.properties.get("editor") == "article"


def questions(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields that are answered, in order, through groups but not into repeated rows."""
    for each in fields:
        if each.type == "group":
            yield from questions(each.fields)
        elif each.is_input:
            yield each


def asked_in(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> Iterator[str]:
    """The keys of the questions that are to be answered and that these answers do not hide."""
    for each in fields:
        if each.hide is not None and each.hide.holds(answers):
            continue
        if each.type == "group":
            yield from asked_in(each.fields, answers)
        elif each.is_input and not each.readonly:
            yield each.key
