"""procedure.json and walks.json of two folders beside each other."""

from collections.abc import Callable, Hashable, Iterator
from typing import Any

from engine.procedures.comparing.change import ADDED, CHANGED, MOVED, REMOVED, Change, Property
from engine.procedures.comparing.pairing import paired
from engine.procedures.comparing.values import ORDER, differing, shown, written
from engine.text import Text

Identity = Callable[[Any], Hashable | None]


def setting_changes(file: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """What differs between two files of settings, key by key, clause by clause."""
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if key in ITEMS and _both(list, before, after):
            yield from _items(file, key, before or [], after or [])
        elif key == "switches" and _both(dict, before, after):
            yield from _switches(file, before or {}, after or {})
        elif key not in old or key not in new:
            kind, told = (REMOVED, (shown(before), None)) if key in old else (ADDED, (None, shown(after)))
            yield Change(file, "setting", kind, key, Text(key, key), (Property((), *told),), "", before, after)
        elif found := tuple(differing(before, after)):
            yield Change(file, "setting", CHANGED, key, Text(key, key), found, "", before, after)


def _both(kind: type, *values: Any) -> bool:
    """Whether each is of the kind or not there, and one of them holds something."""
    return any(values) and all(isinstance(value, kind) or value is None for value in values)


def walk_changes(file: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    """Stories added, removed and changed."""
    yield from _items(file, "walks", old, new)


def _switches(file: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys([*old, *new]):
        name = _titled(new.get(key, old.get(key)), key)
        if key not in old or key not in new:
            kind, told = (REMOVED, (shown(old[key]), None)) if key in old else (ADDED, (None, shown(new[key])))
            yield Change(file, "switch", kind, key, name, (Property((), *told),), "", old.get(key), new.get(key))
        elif found := tuple(differing(old[key], new[key])):
            yield Change(file, "switch", CHANGED, key, name, found, "", old[key], new[key])


def _items(file: str, key: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    what, name, identities = ITEMS[key]
    pairs = paired(old, new, written, *identities)
    for at in sorted(set(range(len(old))) - {before for before, _ in pairs}):
        told = (Property((), shown(old[at]), None),)
        yield Change(file, what, REMOVED, f"{key}-{at + 1}", name(old[at]), told, key, old[at], None)
    for before, after in pairs:
        if found := tuple(differing(old[before], new[after])):
            id, called = f"{key}-{after + 1}", name(new[after])
            yield Change(file, what, CHANGED, id, called, found, key, old[before], new[after])
    for at in sorted(set(range(len(new))) - {after for _, after in pairs}):
        told = (Property((), None, shown(new[at])),)
        yield Change(file, what, ADDED, f"{key}-{at + 1}", name(new[at]), told, key, None, new[at])
    if [after for _, after in pairs] != sorted(after for _, after in pairs):
        told = (Property((ORDER,), *("、".join(name(one).zh for one in each) for each in (old, new))),)
        yield Change(file, what, MOVED, key, Text(key, key), told, key, old, new)


def _of(*names: str) -> Identity:
    """What these keys of an item say together; nobody's where one is missing."""

    def identity(item: Any) -> Hashable | None:
        if not isinstance(item, dict) or any(name not in item for name in names):
            return None
        return tuple(written(item[name]) for name in names)

    return identity


def _clause(item: Any) -> Text:
    told = item if isinstance(item, dict) else {}
    title, article = str(told.get("title", "")), str(told.get("article", ""))
    return Text(f"《{title}》{article}", f"《{title}》{article}")


def _titled(item: Any, other: str = "") -> Text:
    """What an item says of itself in both languages, in `title` or at once."""
    told = item.get("title", item) if isinstance(item, dict) else {}
    if isinstance(told, dict) and isinstance(told.get("zh"), str):
        return Text(told["zh"], str(told.get("en") or told["zh"]))
    other = other or (str(item.get("id", "?")) if isinstance(item, dict) else "?")
    return Text(other, other)


def _figure(item: Any) -> Text:
    told = str(item.get("rule", "?")) if isinstance(item, dict) else "?"
    return Text(told, told)


# Key of the file -> what an item is, what it is called, and by what it is known, the surest first.
ITEMS: dict[str, tuple[str, Callable[[Any], Text], tuple[Identity, ...]]] = {
    "clauses": (
        "clause",
        _clause,
        (
            _of("regulation", "article", "quote"),
            _of("regulation", "article", "steps"),
            _of("quote"),
            _of("regulation", "article"),
        ),
    ),
    "defaults": ("default", _titled, (_of("zh"), _of("en"))),
    "rules": (
        "rule",
        _figure,
        (
            _of("rule", "aspect", "scope"),
            _of("rule", "aspect"),
            _of("rule", "scope"),
            _of("rule"),
        ),
    ),
    "walks": ("walk", _titled, (_of("id"), _of("title"))),
}
