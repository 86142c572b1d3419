"""Two diagrams beside each other: elements added, removed and changed, flows that lead elsewhere, shapes that moved."""

from collections.abc import Iterator

from engine.procedures.comparing.change import ADDED, CHANGED, MOVED, REMOVED, Change, Property
from engine.procedures.comparing.drawing import Drawing, Element
from engine.procedures.comparing.xml import Facts, differing_facts
from engine.text import Text

ORDER = "#ways"  # the order in which a gateway looks at its ways out


def diagram_changes(file: str, old: Drawing, new: Drawing) -> Iterator[Change]:
    """Every difference of two diagrams, elements first, then how they are drawn."""
    for id in dict.fromkeys([*old.elements, *new.elements]):
        before, after = old.elements.get(id), new.elements.get(id)
        found = differing_facts(_facts(before), _facts(after))
        if before and after and (order := _order(old, new, id)):
            found = (*found, order)
        one = after or before
        if found and one is not None:
            kind = CHANGED if before and after else REMOVED if before else ADDED
            yield Change(file, one.what, kind, id, _name(new if after else old, id), found, "", before, after)
    yield from _layout(file, old, new)


def _name(side: Drawing, id: str) -> Text:
    found = side.elements.get(id)
    return side.way(id) if found and found.what == "flow" else side.name(id)


def _facts(element: Element | None) -> Facts:
    return element.facts if element else {}


def _order(old: Drawing, new: Drawing, id: str) -> Property | None:
    """Whether ways out that both have are looked at in another order."""
    ways = [each.flows.get(id, []) for each in (old, new)]
    both = set(ways[0]) & set(ways[1])
    before, after = ([one for one in each if one in both] for each in ways)
    if before == after:
        return None
    told = ("、".join(each.name(one).zh for one in order) for each, order in ((old, before), (new, after)))
    return Property((ORDER,), *told)


def _layout(file: str, old: Drawing, new: Drawing) -> Iterator[Change]:
    """How elements are drawn; the shape of one that came or went belongs to it."""
    for key in dict.fromkeys([*old.shapes, *new.shapes]):
        kind, id = key.split(" ", 1)
        known = [id in each.elements for each in (old, new)]
        there = [key in each.shapes for each in (old, new)]
        if known[0] != known[1] and there == known:
            continue
        before, after = (each.shapes[key][1] if key in each.shapes else {} for each in (old, new))
        if found := differing_facts(before, after):
            name = _name(new if known[1] else old, id)
            what = "shape" if kind == "BPMNShape" else "edge"
            done = MOVED if all(there) else ADDED if there[1] else REMOVED
            yield Change(file, what, done, id, name, found)
