"""Reads a form-js schema into the questions of a form, with every fault found on the way."""

import keyword
import re
from dataclasses import replace
from typing import Any

from engine.procedures.forms import conditions, faults, settings
from engine.procedures.forms.conditions import Condition
from engine.procedures.forms.fields import CHOICES, IGNORED, INPUTS, MOMENTS, STATIC, Field
from engine.text import Text

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
# words of the expression language, and names the engine itself puts beside the answers
RESERVED = {*keyword.kwlist, "typename", "form", "applicant", "case", "switches", "data", "actor", "now"}
MAX_COMPONENTS = 200
MAX_NESTING = 4


class Reader:
    def __init__(self) -> None:
        self.problems: list[Text] = []
        self.count = 0

    def read(
        self, components: Any, names: set[str], keys: set[str], conditional: bool = False, depth: int = 0
    ) -> tuple[Field, ...]:
        """`names` are the answers a condition may ask about, `keys` the ones taken in this row."""
        if not isinstance(components, list):
            self.problems.append(faults.NO_COMPONENTS)
            return ()
        if depth > MAX_NESTING:
            self.problems.append(faults.TOO_DEEP.fill(limit=MAX_NESTING))
            return ()
        read = [self._component(each, names, keys, conditional, depth) for each in components]
        return tuple(each for each in read if each)

    def _component(
        self, component: Any, names: set[str], keys: set[str], conditional: bool, depth: int
    ) -> Field | None:
        self.count += 1
        if self.count > MAX_COMPONENTS:
            if self.count == MAX_COMPONENTS + 1:
                self.problems.append(faults.TOO_MANY.fill(limit=MAX_COMPONENTS))
            return None
        kind = component.get("type") if isinstance(component, dict) else None
        if not isinstance(kind, str) or kind not in INPUTS | STATIC | IGNORED | {"group"}:
            self.problems.append(faults.UNKNOWN_TYPE.fill(type=str(kind)[:40]))
            return None
        if kind in IGNORED:
            return None
        hide = self._hide(component, names)
        conditional = conditional or hide is not None
        key = self._key(component, kind, keys) if kind in INPUTS else ""
        inner: tuple[Field, ...] = ()
        if kind == "group":
            if component.get("path"):
                self.problems.append(faults.GROUP_PATH.fill(name=settings.name(component)))
            inner = self.read(component.get("components"), names, keys, conditional, depth + 1)
        elif kind == "dynamiclist":
            inner = self.read(component.get("components"), set(names), set(), conditional, depth + 1)
        if key:
            names.add(key)
        return replace(self._field(component, kind, key), fields=inner, hide=hide, conditional=conditional)

    def _field(self, component: dict[str, Any], kind: str, key: str) -> Field:
        where = settings.name(component)
        for name in ("validate", "properties"):
            if not isinstance(component.get(name, {}), dict):
                self.problems.append(faults.OPTION.fill(name=where, option=name))
                component = component | {name: {}}
        validate, properties = component.get("validate", {}), settings.properties(component)
        self.problems += settings.check(component, validate, properties)
        if key and not component.get("label"):
            self.problems.append(faults.NO_LABEL.fill(name=where))
        required = validate.get("required") is True
        if key == "decision" and not (kind in {"select", "radio"} and required):
            self.problems.append(faults.DECISION)
        subtype = str(component.get("subtype"))
        return Field(
            key=key,
            type=subtype if kind == "datetime" and subtype in MOMENTS else kind,
            label=settings.label(component, properties),
            required=required,
            options=settings.options(component, self.problems) if kind in CHOICES else (),
            properties=properties,
            multiple=kind in {"checklist", "taglist", "dynamiclist"} or component.get("multiple") is True,
            description=settings.text(component.get("description"), properties.get("en_description")),
            readonly=component.get("readonly") is True or component.get("disabled") is True,
            default=component.get("defaultValue"),
            validate=validate,
            decimals=settings.decimals(component),
        )

    def _key(self, component: dict[str, Any], kind: str, keys: set[str]) -> str:
        key = component.get("key")
        if kind == "dynamiclist":
            key = component.get("path") or key
        shown = str(key)[:60]
        if not isinstance(key, str) or not KEY.fullmatch(key):
            self.problems.append(faults.BAD_KEY.fill(key=shown, name=settings.name(component)))
            return ""
        if key in RESERVED:
            self.problems.append(faults.RESERVED_KEY.fill(key=shown))
        if key in keys:
            self.problems.append(faults.DOUBLE_KEY.fill(key=shown))
        keys.add(key)
        return key

    def _hide(self, component: dict[str, Any], names: set[str]) -> Condition | None:
        given = component.get("conditional")
        source = given.get("hide") if isinstance(given, dict) else given
        if source in (None, ""):
            return None
        where = settings.name(component)
        try:
            hide = conditions.parse(source) if isinstance(source, str) and len(source) <= 500 else None
        except ValueError:
            hide = None
        if hide is None:
            self.problems.append(faults.CONDITION.fill(name=where, condition=str(source)[:80]))
        elif unknown := hide.names - names:
            self.problems.append(faults.CONDITION_NAME.fill(name=where, asked=", ".join(sorted(unknown))))
        return hide
