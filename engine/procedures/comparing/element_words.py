"""Differences of a diagram in words: steps, ways, lanes."""

from collections.abc import Iterator
from dataclasses import replace

from engine.kernel.ballot import weighed
from engine.kernel.model import Node
from engine.procedures.acts import WORDS
from engine.procedures.comparing.change import CHANGED, REMOVED, Change, Property
from engine.procedures.comparing.drawing import FAR, Drawing
from engine.procedures.comparing.kinds import HUMAN_KIND, KINDS, LABELS, LOOPS, MODES, STEP_KINDS
from engine.procedures.comparing.words import (
    DECIDES,
    OF,
    REWRITTEN,
    TERMS,
    TEXTS,
    WAYS,
    Sentence,
    Who,
    joined,
    listed,
    place_of,
    quoted,
    term,
    turned,
)
from engine.text import Text

RENAMED = Text("{kind}「{old}」改名为「{new}」", "The {kind} “{old}” is now called “{new}”")
NEW = Text("新增{kind}「{name}」{facts}", "New {kind} “{name}”{facts}")
GONE = Text("取消{kind}「{name}」{facts}", "Removed: {kind} “{name}”{facts}")
BY, OPERATES = Text(",由{who}办理", ", done by {who}"), Text(",执行操作 {name}", ", which does {name}")
BEHIND, WITHIN = Text(",在{names}之后", ", after {names}"), Text(",期限 {term}", ", within {term}")
NAMED = Text("「{name}」", "“{name}”")
NO_LONGER = Text("「{name}」不再允许{acts}", "“{name}” no longer allows to {acts}")
NOW_ALSO = Text("「{name}」现在允许{acts}", "“{name}” now allows to {acts}")
SEVERAL = Text(
    "「{name}」现在要由{who}{mode}(以前一人即可)", "“{name}” now needs {who}, {mode} (one person was enough before)"
)
ONE_AGAIN = Text("「{name}」现在一人即可(以前是{mode})", "“{name}” now needs one person only (before: {mode})")
PARAMETER = Text("「{name}」的参数 {key} ", "“{name}”: parameter {key}")
AFFECTED = Text("{told}(涉及{names})", "{told} (this concerns {names})")
BY_LANE = Text("{told},因为它换了泳道", "{told}, because it changed lanes")
ORDER = Text(
    "「{name}」判断各条走向的先后由「{old}」改为「{new}」", "“{name}” now looks at its ways as {new} (before: {old})"
)
STEP = Text("步骤", "step")


class ElementWords:
    """The sentences on one diagram; `old` and `new` are both sides of it."""

    def __init__(self, old: Drawing, new: Drawing, who: Who, forms: dict[str, Text]):
        self.old, self.new, self.who, self.forms = old, new, who, forms

    def node(self, change: Change) -> Iterator[Sentence]:
        """What became of a step, a gateway or an event."""
        if change.kind != CHANGED:
            yield Sentence(self._weight(change), self._came_or_went(change), change)
            return
        for weight, told in self._turns(change):
            yield Sentence(weight, told, change)

    def _weight(self, change: Change) -> int:
        node = (self.old if change.kind == REMOVED else self.new).nodes.get(change.id)
        return DECIDES if node and node.human and node.properties.get("kind") == "decide" else WAYS

    def _came_or_went(self, change: Change) -> Text:
        side = self.old if change.kind == REMOVED else self.new
        facts: list[Text] = []
        if node := side.nodes.get(change.id):
            rule = node.properties.get("signers") or node.properties.get("who", "")
            if node.human and rule:
                facts.append(BY.fill(who=self.who(rule)))
            if node.operation:
                facts.append(OPERATES.fill(name=quoted(node.operation.id)))
            if due := node.properties.get("due"):
                facts.append(WITHIN.fill(term=term(due)))
            if before := _before(side, node):
                facts.append(BEHIND.fill(names=joined([NAMED.fill(name=side.name(one)) for one in before])))
        told = Text("".join(one.zh for one in facts), "".join(one.en for one in facts))
        return (GONE if change.kind == REMOVED else NEW).fill(kind=kind_of(change), name=change.name, facts=told)

    def _turns(self, change: Change) -> Iterator[tuple[int, Text]]:
        before, after = self.old.nodes.get(change.id), self.new.nodes.get(change.id)
        told: set[tuple[str, ...]] = set()
        if before and after:
            for weight, text, kind in self._drawn_anew(change, before, after):
                told |= {one.path for one in change.properties if any(kind in step for step in one.path)}
                yield weight, text
        mode, signers = change.of("mode"), change.of("signers")
        if mode and "one" in ((mode.old or "one"), (mode.new or "one")):
            yield DECIDES, self._several(change, mode, after)
            told |= {mode.path} | ({signers.path} if signers else set())
        for one in change.properties:
            if one.path not in told:
                yield from self._turn(change, one)
        if change.of("#lane") and before and after:
            yield from self._by_lane(change, before, after)

    def _several(self, change: Change, mode: Property, after: Node | None) -> Text:
        if (mode.new or "one") == "one":
            return ONE_AGAIN.fill(name=change.name, mode=mode_words(mode.old or "one"))
        properties = after.properties if after else {}
        who = self.who(properties.get("signers") or properties.get("who", ""))
        return SEVERAL.fill(name=change.name, who=who, mode=mode_words(mode.new or "one"))

    def _turn(self, change: Change, one: Property) -> Iterator[tuple[int, Text]]:
        label = LABELS.get(one.key, (WAYS, place_of(one.path)))
        if one.key == "@name" and one.old and one.new:
            yield TEXTS, RENAMED.fill(kind=kind_of(change), old=quoted(one.old), new=quoted(one.new))
        elif one.key == "acts":
            came, went = listed(one.old, one.new)
            for sentence, acts in ((NO_LONGER, went), (NOW_ALSO, came)):
                if acts:
                    words = joined([WORDS.get(act) or quoted(act) for act in acts])
                    yield TERMS, sentence.fill(name=change.name, acts=words)
            if not (came or went):
                yield TERMS, turned(OF.fill(name=change.name, label=label[1]), one)
        elif one.key == "#ways":
            yield WAYS, ORDER.fill(name=change.name, old=quoted(one.old or ""), new=quoted(one.new or ""))
        else:
            what = OF.fill(name=change.name, label=label[1])
            weight = DECIDES if one.key == "@default" and _decides(self.new.nodes.get(change.id)) else label[0]
            yield weight, self._turned(what, one)

    def _turned(self, what: Text, one: Property) -> Text:
        key = one.key
        sides = iter((self.old, self.new))
        if key in ("@default", "#lane", "@attachedToRef", "separate"):
            values = [self._names(next(sides), value) for value in (one.old, one.new)]
            told = replace(one, old=values[0].zh or None, new=values[1].zh or None)
            english = replace(one, old=values[0].en or None, new=values[1].en or None)
            return Text(turned(what, told).zh, turned(what, english).en)
        return turned(what, one, lambda value: self._value(key, value))

    def _names(self, side: Drawing, value: str | None) -> Text:
        ids = [one.strip() for one in (value or "").replace("、", ",").split(",") if one.strip()]
        return joined([self._label(side, one) for one in ids])

    def _label(self, side: Drawing, id: str) -> Text:
        found = side.elements.get(id)
        return side.way(id) if found and found.what == "flow" else side.name(id)

    def _value(self, key: str, value: str) -> Text:
        if key in ("who", "signers", "veto"):
            return self.who(value) or quoted(value)
        if key == "weights":
            return _weights(value, self.who)
        if key in ("due", "release"):
            return term(value)
        if key == "mode":
            return mode_words(value)
        return {"form": self.forms, "kind": STEP_KINDS, "#kind": KINDS}.get(key, {}).get(value) or quoted(value)

    def _drawn_anew(self, change: Change, old: Node, new: Node) -> Iterator[tuple[int, Text, str]]:
        """What the engine reads from below an element: its operation, its times, its repetition."""
        if old.operation != new.operation:
            yield from ((WAYS, text, "serviceTaskOperator") for text in _operation(change, old, new))
        times = [
            [(each.kind, each.reference, each.value_kind, each.value) for each in one.events] for one in (old, new)
        ]
        if times[0] != times[1]:
            what = OF.fill(name=change.name, label=LABELS["#event"][1])
            values = [" ".join(part for each in one for part in each if part) or None for one in times]
            yield WAYS, turned(what, Property(("#event",), *values)), "EventDefinition"
        loops = [replace(one.loop, line=None) if one.loop else None for one in (old, new)]
        if loops[0] != loops[1]:
            what = OF.fill(name=change.name, label=LABELS["#loop"][1])
            kinds = [LOOPS.get(one.kind, quoted(one.kind)) if one else LOOPS["none"] for one in loops]
            same = loops[0] and loops[1] and loops[0].kind == loops[1].kind
            text = (
                REWRITTEN.fill(what=what)
                if same
                else Text(
                    *(
                        turned(what, Property(("#loop",), kinds[0][language], kinds[1][language]))[language]
                        for language in (0, 1)
                    )
                )
            )
            yield DECIDES, text, "LoopCharacteristics"

    def _by_lane(self, change: Change, old: Node, new: Node) -> Iterator[tuple[int, Text]]:
        """What an element says otherwise because its new lane does."""
        own = {one.key for one in change.properties}
        for key in sorted({*old.properties, *new.properties} - own):
            one = Property((key,), old.properties.get(key), new.properties.get(key))
            if one.old != one.new:
                for weight, told in self._turn(change, one):
                    yield weight, BY_LANE.fill(told=told)

    def lane(self, change: Change) -> Iterator[Sentence]:
        """What became of a lane, and of the steps that take over what it says."""
        if change.kind != CHANGED:
            text = (GONE if change.kind == REMOVED else NEW).fill(kind=kind_of(change), name=change.name, facts="")
            yield Sentence(TEXTS, text, change)
            return
        for one in change.properties:
            inside = [
                each
                for each in self.new.elements.values()
                if change.id in each.facts.get(("#lane",), "").split("、") and each.id in self.new.nodes
            ]
            concerned = [each.name for each in inside if self.new.nodes[each.id].human and one.path not in each.facts]
            for weight, told in self._turn(change, one):
                if concerned and not one.key.startswith("@"):
                    told = AFFECTED.fill(told=told, names=joined([NAMED.fill(name=name) for name in concerned]))
                yield Sentence(weight, told, change)


def kind_of(change: Change) -> Text:
    """What the changed thing is called."""
    kind = getattr(change.new or change.old, "kind", "")
    return HUMAN_KIND if kind in ("userTask", "manualTask", "task") else KINDS.get(kind) or quoted(kind)


def mode_words(mode: str) -> Text:
    """How several decide together."""
    name, _, share = mode.partition(":")
    return MODES[name].fill(share=share) if name in MODES else quoted(mode)


def _weights(value: str, who: Who) -> Text:
    try:
        found = [(who(rule), weight) for rule, weight in weighed(value)]
    except ValueError:
        return quoted(value)
    return joined([Text(f"{one.zh} {weight} 票", f"{one.en}: {weight}") for one, weight in found])


def _operation(change: Change, old: Node, new: Node) -> Iterator[Text]:
    what = OF.fill(name=change.name, label=LABELS["#operation"][1])
    names, results = ([getattr(one.operation, key, None) for one in (old, new)] for key in ("id", "result"))
    if names[0] != names[1]:
        yield turned(what, Property(("#operation",), *names))
    if results[0] != results[1]:
        yield turned(OF.fill(name=change.name, label=LABELS["#result"][1]), Property(("#result",), *results))
    given = [one.operation.parameters if one.operation else {} for one in (old, new)]
    for key in dict.fromkeys([*given[0], *given[1]]):
        if given[0].get(key) != given[1].get(key):
            what = PARAMETER.fill(name=change.name, key=quoted(key))
            yield turned(what, Property((key,), given[0].get(key), given[1].get(key)))


def _decides(node: Node | None) -> bool:
    """Whether a gateway stands behind a decision."""
    return bool(node) and node is not None and any("decision" in (flow.condition or "") for flow in node.outgoing)


def _before(side: Drawing, node: Node, most: int = 2) -> list[str]:
    """The nearest named steps and events before one, looking through gateways."""
    seen, queue, found = {node.id}, [flow.source for flow in node.incoming] + [node.attached_to], list[str]()
    for id in queue:
        if len(found) == most or len(seen) > FAR:
            break
        one = side.nodes.get(id)
        if one is None or id in seen:
            continue
        seen.add(id)
        if one.gateway or not one.name:
            queue += [flow.source for flow in one.incoming]
        else:
            found.append(id)
    return found
