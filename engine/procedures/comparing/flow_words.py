"""Differences of the ways between steps in words; the plain ones of a step that came or went are told with it."""

from collections.abc import Iterator, Set

from engine.procedures.comparing.change import ADDED, CHANGED, REMOVED, Change
from engine.procedures.comparing.drawing import Drawing
from engine.procedures.comparing.kinds import LABELS
from engine.procedures.comparing.words import DECIDES, TEXTS, WAYS, Sentence, place_of, quoted, turned
from engine.text import Text

ENDS = ("@sourceRef", "@targetRef")
NEW = Text("新增走向「{way}」{condition}", "New way “{way}”{condition}")
GONE = Text("取消走向「{way}」{condition}", "Removed: the way “{way}”{condition}")
IF = Text(",条件 {condition}", " if {condition}")
LEADS = Text("走向「{old}」改为「{new}」", "The way “{old}” is now “{new}”")
OF = Text("走向「{way}」的{label}", "Way “{way}”: {label}")


def flow(change: Change, old: Drawing, new: Drawing, came: Set[str], went: Set[str]) -> Iterator[Sentence]:
    """What became of a way; `came` and `went` are the elements that one side does not have."""
    side = old if change.kind == REMOVED else new
    if change.kind != CHANGED:
        if not _is_told(change, side, came if change.kind == ADDED else went):
            yield Sentence(WAYS, _came_or_went(change, side), change)
        return
    ends = [one for one in change.properties if one.key in ENDS]
    if ends and not any(one.new in came or one.old in went for one in ends):
        yield Sentence(WAYS, LEADS.fill(old=old.way(change.id), new=new.way(change.id)), change)
    for one in change.properties:
        if one.key not in ENDS:
            weight, label = LABELS.get(one.key, (WAYS, place_of(one.path)))
            text = turned(OF.fill(way=new.way(change.id), label=label), one)
            yield Sentence(DECIDES if "decision" in f"{one.old} {one.new}" else weight, text, change)


def _is_told(change: Change, side: Drawing, others: Set[str]) -> bool:
    """Whether it says no more than that a step came or went."""
    one = side.elements[change.id]
    plain = ("conditionExpression", "#text") not in one.facts and not one.facts.get(("@name",))
    return plain and any(one.facts.get((end,)) in others for end in ENDS)


def _came_or_went(change: Change, side: Drawing) -> Text:
    condition = side.elements[change.id].facts.get(("conditionExpression", "#text"))
    told = IF.fill(condition=quoted(condition)) if condition else ""
    return (GONE if change.kind == REMOVED else NEW).fill(way=side.way(change.id), condition=told)


def drawn(change: Change, kind: Text) -> Iterator[Sentence]:
    """What became of anything else that is drawn: a pool, a note, a message, the file itself."""
    name = change.name if change.id else kind
    if change.kind != CHANGED:
        word = Text("新增{kind}「{name}」", "New {kind} “{name}”")
        gone = Text("取消{kind}「{name}」", "Removed: {kind} “{name}”")
        yield Sentence(TEXTS, (gone if change.kind == REMOVED else word).fill(kind=kind, name=name), change)
        return
    what = Text("{kind}「{name}」的{label}", "The {kind} “{name}”: {label}")
    for one in change.properties:
        weight, label = LABELS.get(one.key, (TEXTS, place_of(one.path)))
        yield Sentence(weight, turned(what.fill(kind=kind, name=name, label=label), one), change)
