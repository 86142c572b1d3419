"""The forms of two folders beside each other: fields added, removed, changed and moved."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.procedures.comparing.change import ADDED, CHANGED, MOVED, REMOVED, Change, Property
from engine.procedures.comparing.pairing import out_of_order, paired
from engine.procedures.comparing.values import differing
from engine.text import Text

PLACE, WITHIN = "#place", "#within"  # what is told of a field that moved
ROWS = "dynamiclist"


@dataclass(frozen=True)
class Component:
    """A component of a form with the group or list it stands in; `after` is the field before it."""

    identity: str
    within: str
    after: str
    data: Any

    @property
    def own(self) -> Any:
        """What it says itself, without the components in it."""
        if not isinstance(self.data, dict) or not isinstance(self.data.get("components"), list):
            return self.data
        return _without_components(self.data)

    @property
    def name(self) -> Text:
        if not isinstance(self.data, dict):
            return Text(self.identity, self.identity)
        properties = self.data.get("properties")
        zh = str(self.data.get("label") or self.identity)
        en = properties.get("en") if isinstance(properties, dict) else None
        return Text(zh, str(en or zh))


def form_changes(file: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """What differs between two files of forms, form by form."""
    for key in dict.fromkeys([*old, *new]):
        if key not in old or key not in new:
            kind = REMOVED if key in old else ADDED
            at = (Property(("fields",), *(_listed(each.get(key)) for each in (old, new))),)
            yield Change(file, "form", kind, key, Text(key, key), at, key, old.get(key), new.get(key))
        else:
            yield from _form(file, key, old[key], new[key])


def _form(file: str, key: str, old: Any, new: Any) -> Iterator[Change]:
    before, after = components(old), components(new)
    if before is None or after is None:
        told = tuple(differing(old, new))
    else:
        told = tuple(differing(_without_components(old), _without_components(new)))
    if told:
        yield Change(file, "form", CHANGED, key, Text(key, key), told, key, old, new)
    if before is not None and after is not None:
        yield from _fields(file, key, before, after)


def _without_components(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "components"}


def _fields(file: str, key: str, old: list[Component], new: list[Component]) -> Iterator[Change]:
    pairs = _pairs(old, new)
    places = [after for before, after in pairs if old[before].within == new[after].within]
    moved = out_of_order(places)
    gone = set(range(len(old))) - {before for before, _ in pairs}
    come = set(range(len(new))) - {after for _, after in pairs}
    for at in sorted(gone):
        yield _change(file, key, REMOVED, old[at], None, tuple(differing(old[at].own, {})))
    for before, after in pairs:
        found = list(differing(old[before].own, new[after].own))
        stays = len(found)
        if old[before].within != new[after].within:
            found.append(Property((WITHIN,), old[before].within or None, new[after].within or None))
        elif after in moved:
            found.append(Property((PLACE,), old[before].after or None, new[after].after or None))
        if found:
            yield _change(file, key, CHANGED if stays else MOVED, old[before], new[after], tuple(found))
    for at in sorted(come):
        yield _change(file, key, ADDED, None, new[at], tuple(differing({}, new[at].own)))


def _change(
    file: str, form: str, kind: str, old: Component | None, new: Component | None, found: tuple[Property, ...]
) -> Change:
    one = new or old
    assert one is not None
    return Change(file, "field", kind, one.identity, one.name, found, form, old, new)


def _pairs(old: list[Component], new: list[Component]) -> list[tuple[int, int]]:
    return paired(old, new, lambda one: one.identity, _id)


def beside(old: Any, new: Any) -> list[tuple[Component | None, Component | None]]:
    """The components of two forms side by side, in the order of the newer one; what went stands where it stood."""
    before, after = components(old) or [], components(new) or []
    pairs = {b: a for a, b in _pairs(before, after)}
    kept = set(pairs.values())
    rows: list[tuple[Component | None, Component | None]] = []
    told = 0  # of the older form
    for at, one in enumerate(after):
        if at in pairs:
            rows += [(each, None) for place, each in enumerate(before[told : pairs[at]], told) if place not in kept]
            told = max(told, pairs[at] + 1)
        rows.append((before[pairs[at]] if at in pairs else None, one))
    return rows + [(each, None) for place, each in enumerate(before[told:], told) if place not in kept]


def _id(one: Component) -> Hashable | None:
    return one.data["id"] if isinstance(one.data, dict) and isinstance(one.data.get("id"), str) else None


def components(schema: Any) -> list[Component] | None:
    """Every component of a form in its order, those of groups and lists behind them; None for what is no form."""
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        return None
    found: list[Component] = []
    taken: dict[str, int] = {}
    _collect(schema["components"], "", "", found, taken)
    return found


def _collect(data: list[Any], within: str, rows: str, found: list[Component], taken: dict[str, int]) -> None:
    after = ""
    for each in data:
        identity = f"{rows}{_key(each)}"
        taken[identity] = taken.get(identity, 0) + 1
        if taken[identity] > 1:
            identity = f"{identity}#{taken[identity]}"
        one = Component(identity, within, after, each)
        found.append(one)
        after = one.name.zh
        if isinstance(each, dict) and isinstance(each.get("components"), list):
            inner = f"{identity}." if each.get("type") == ROWS else rows
            _collect(each["components"], identity, inner, found, taken)


def _key(component: Any) -> str:
    if not isinstance(component, dict):
        return "?"
    named = (component.get(name) for name in ("key", "path", "id", "type"))
    return next((one for one in named if isinstance(one, str) and one), "?")


def _listed(schema: Any) -> str | None:
    """The names of a form's fields; None where there is no form."""
    if schema is None:
        return None
    return "、".join(one.name.zh for one in components(schema) or [])
