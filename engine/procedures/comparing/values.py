"""Two JSON values beside each other: what differs, at the path where it differs."""

from collections.abc import Iterator
from typing import Any

import orjson

from engine.procedures.comparing.change import Property
from engine.procedures.comparing.pairing import aligned, paired

NAMES = ("value", "id", "key", "path", "name")  # by which items of a list are known
MOST_ITEMS = 500  # of a list that is compared item by item
ORDER = "#order"
_NOTHING = object()


def read(text: str) -> Any:
    """The value of a file; ValueError for what is no JSON or nested too deeply to be kept."""
    try:
        value = orjson.loads(text.encode("utf-8"))
        orjson.dumps(value)
    except (TypeError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from None
    return value


def written(value: Any) -> str:
    """One text for each value, whatever the order of its keys."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def shown(value: Any) -> str:
    """The value as a table shows it."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "、".join(value)
    return value if isinstance(value, str) else written(value)


def differing(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[Property]:
    """Every difference of two values, nothing where they are the same."""
    if old is _NOTHING or new is _NOTHING:
        yield Property(path, *(None if one is _NOTHING else shown(one) for one in (old, new)))
    elif written(old) == written(new):
        return
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from differing(old.get(key, _NOTHING), new.get(key, _NOTHING), (*path, key))
    elif _are_items(old) and _are_items(new):
        yield from _items(old, new, path)
    else:
        yield _told(old, new, path)


def _told(old: Any, new: Any, path: tuple[str, ...]) -> Property:
    before, after = shown(old), shown(new)
    return Property(path, before, after) if before != after else Property(path, written(old), written(new))


def _are_items(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ITEMS and all(isinstance(one, dict) for one in value)


def _items(old: list[Any], new: list[Any], path: tuple[str, ...]) -> Iterator[Property]:
    names = [[_name(one) for one in each] for each in (old, new)]
    if any(None in each or len(set(each)) < len(each) for each in names):
        for gone, come in aligned([written(one) for one in old], [written(one) for one in new]):
            place = come if come is not None else gone
            assert place is not None
            before, after = (_NOTHING if at is None else each[at] for at, each in ((gone, old), (come, new)))
            yield from differing(before, after, (*path, str(place + 1)))
        return
    for at, name in enumerate(names[0]):
        other = new[names[1].index(name)] if name in names[1] else _NOTHING
        yield from differing(old[at], other, (*path, str(name)))
    for at, name in enumerate(names[1]):
        if name not in names[0]:
            yield from differing(_NOTHING, new[at], (*path, str(name)))
    pairs = paired(names[0], names[1], lambda name: name)
    if [after for _, after in pairs] != sorted(after for _, after in pairs):
        yield Property((*path, ORDER), *("、".join(map(str, each)) for each in names))


def _name(item: dict[str, Any]) -> str | None:
    return next((item[key] for key in NAMES if isinstance(item.get(key), str)), None)
