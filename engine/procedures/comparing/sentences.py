"""Every difference of two folders as a sentence, the weightiest first."""

from collections.abc import Iterator, Mapping, Set
from itertools import islice

from engine.procedures.comparing import Change, Comparison
from engine.procedures.comparing.change import LAYOUT as DRAWN
from engine.procedures.comparing.drawing import Drawing
from engine.procedures.comparing.element_words import ElementWords, kind_of
from engine.procedures.comparing.flow_words import drawn, flow
from engine.procedures.comparing.form_words import form_sentences
from engine.procedures.comparing.setting_words import other_sentences
from engine.procedures.comparing.words import LAYOUT, Sentence, Who, joined
from engine.text import Text

SHAPES = Text("图中移动或改变大小的图形 {n} 个:{names}", "{n} shape(s) moved or changed in size: {names}")
EDGES = Text("重新布线的连线 {n} 条", "{n} line(s) drawn another way")
MOST_OF_ONE = 30  # sentences on one difference; the table has the rest
MOST = 8  # shapes that are named


def sentences(comparison: Comparison, who: Who) -> list[Sentence]:
    """What changed, in words; `who` says an assignment in words."""
    titles = form_titles(comparison)
    apart = {
        file: _apart(comparison.old[file], comparison.new[file]) for file in comparison.old if file in comparison.new
    }
    found: list[Sentence] = []
    for change in comparison.changes:
        if change.what not in DRAWN:
            found += islice(_of(change, comparison, who, titles, apart), MOST_OF_ONE)
    for file in comparison.new:
        found += _layout([one for one in comparison.changes if one.file == file and one.what in DRAWN])
    return sorted(found, key=lambda one: one.weight)


def _apart(old: Drawing, new: Drawing) -> tuple[Set[str], Set[str]]:
    """The elements that only one side has: those that came, those that went."""
    return new.elements.keys() - old.elements.keys(), old.elements.keys() - new.elements.keys()


def _of(
    change: Change,
    comparison: Comparison,
    who: Who,
    titles: dict[str, Text],
    apart: Mapping[str, tuple[Set[str], Set[str]]],
) -> Iterator[Sentence]:
    if change.what in ("form", "field"):
        yield from form_sentences(change, titles)
    elif change.what not in ("node", "flow", "lane", "drawn"):
        yield from other_sentences(change, who)
    else:
        old, new = comparison.old[change.file], comparison.new[change.file]
        if change.what == "flow":
            yield from flow(change, old, new, *apart[change.file])
        elif change.what == "drawn":
            yield from drawn(change, kind_of(change))
        else:
            words = ElementWords(old, new, who, titles)
            yield from words.node(change) if change.what == "node" else words.lane(change)


def form_titles(comparison: Comparison) -> dict[str, Text]:
    """Each form by the steps that ask it, as the newer side draws them."""
    found: dict[str, dict[str, Text]] = {}
    sides: list[Drawing] = [*comparison.old.values(), *comparison.new.values()]
    for side in sides:
        for node in side.nodes.values():
            if form := node.properties.get("form"):
                found.setdefault(form, {})[node.id] = side.name(node.id)
    return {form: joined(list({one.zh: one for one in steps.values()}.values())[:2]) for form, steps in found.items()}


def _layout(changes: list[Change]) -> Iterator[Sentence]:
    shapes = [one for one in changes if one.what == "shape"]
    edges = [one for one in changes if one.what == "edge"]
    if shapes:
        names = joined([one.name for one in shapes[:MOST]])
        yield Sentence(LAYOUT, SHAPES.fill(n=len(shapes), names=names), shapes[0])
    if edges:
        yield Sentence(LAYOUT, EDGES.fill(n=len(edges)), edges[0])
