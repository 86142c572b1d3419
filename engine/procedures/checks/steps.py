"""The properties of a human task: kind, mode, moves, deadline, separation; each of a known vocabulary."""

import re
from collections.abc import Iterator

from engine.calendar import read_term
from engine.kernel.document import Node
from engine.procedures.acts import WORDS, separate_from
from engine.procedures.checks.assignment import steps
from engine.procedures.checks.base import Scene, error, warning
from engine.procedures.findings import Finding

KINDS = ("decide", "do", "submit")
MODES = ("one", "all", "any", "in_turn")
KNOWN = frozenset("who form fields due release separate mode acts kind signers weights veto en publishes".split())


def check(scene: Scene) -> Iterator[Finding]:
    if scene.context.foreign:
        return
    known = steps(scene)
    for node in scene.process.nodes:
        if node.human:
            yield from _words(node)
            yield from _mode(node)
            yield from _separate(node, known) if scene.complete else ()


def _words(node: Node) -> Iterator[Finding]:
    properties = node.properties
    if (kind := properties.get("kind")) is not None and kind not in KINDS:
        yield error(
            "kind_unknown", node,
            "「{at}」的 kind「{kind}」不认识;请写 decide、do 或 submit。",
            "The kind “{kind}” of “{at}” is not known; write decide, do or submit.",
            kind=kind,
        )  # fmt: skip
    for act in filter(None, re.split(r"[\s,,]+", properties.get("acts", ""))):
        if act not in WORDS:
            yield error(
                "act_unknown", node,
                "「{at}」允许的操作「{act}」不认识;可用的有:{all}。",
                "The move “{act}” allowed on “{at}” is not known; possible: {all}.",
                act=act, all=", ".join(sorted(WORDS)),
            )  # fmt: skip
    if (due := properties.get("due")) and read_term(due) is None:
        yield error(
            "due_value", node,
            "「{at}」的期限「{due}」不是以周、天、小时计的 ISO 8601 时长;请写如 P1D 或 PT4H。",
            "The deadline “{due}” of “{at}” is not an ISO 8601 duration of weeks, days and hours; write such as "
            "P1D or PT4H.",
            due=due,
        )  # fmt: skip
    if (release := properties.get("release")) and read_term(release) is None:
        yield error(
            "release_value", node,
            "「{at}」的自动退还时限「{release}」不是以周、天、小时计的 ISO 8601 时长;请写如 P1D 或 PT4H。",
            "“{at}” releases a claimed task after “{release}”, which is not an ISO 8601 duration of weeks, days and "
            "hours; write such as P1D or PT4H.",
            release=release,
        )  # fmt: skip
    for name in sorted(set(properties) - KNOWN):
        yield warning(
            "property_unknown", node,
            "「{at}」的属性「{property}」系统不使用;请删除或更正拼写。",
            "The property “{property}” of “{at}” is not used; remove it or correct its spelling.",
            property=name,
        )  # fmt: skip


def _mode(node: Node) -> Iterator[Finding]:
    mode = node.properties.get("mode", "")
    several = node.loop is not None and node.loop.kind != "standard"
    if mode and mode not in MODES and not _share(mode):
        yield error(
            "mode_unknown", node,
            "「{at}」的 mode「{mode}」不认识;请写 one、all、any、in_turn、ratio:0.6 或 weight:0.6。",
            "The mode “{mode}” of “{at}” is not known; write one, all, any, in_turn, ratio:0.6 or weight:0.6.",
            mode=mode,
        )  # fmt: skip
    elif mode not in ("", "one") and not several:
        yield error(
            "mode_single", node,
            "「{at}」的 mode 是 {mode},但没有画成会签(多实例);请加上多实例,或改为 one。",
            "The mode of “{at}” is {mode}, but it is not drawn as multi-instance; draw it so or write one.",
            mode=mode,
        )  # fmt: skip
    elif (mode == "one" and several) or (mode == "in_turn" and node.loop and node.loop.kind == "parallel"):
        yield error(
            "mode_mismatch", node,
            "「{at}」的 mode 是 {mode},与画出的多实例方式不符;请改成一致(in_turn 须为顺序多实例)。",
            "The mode {mode} of “{at}” does not fit the multi-instance drawn; make them agree (in_turn needs "
            "a sequential one).",
            mode=mode,
        )  # fmt: skip
    elif several and mode and (kind := node.properties.get("kind")) in ("do", "submit"):
        yield error(
            "mode_undecided", node,
            "「{at}」的 mode 是 {mode},但它不作决定(kind={kind}),无从计票;请删去 mode,每人都办完才继续。",
            "The mode of “{at}” is {mode}, but nothing is decided there (kind={kind}), so there are no votes to count; "
            "leave mode away: it goes on when everybody has answered.",
            mode=mode, kind=kind,
        )  # fmt: skip


def _share(mode: str) -> bool:
    found = re.fullmatch(r"(?:ratio|weight):([01](?:\.[0-9]{1,4})?)", mode)
    return found is not None and 0 < float(found[1]) <= 1


def _separate(node: Node, known: set[str]) -> Iterator[Finding]:
    for step in separate_from(node.properties):
        if step not in known:
            yield error(
                "separate_unknown", node,
                "「{at}」要与步骤「{step}」职责分离,但没有这个步骤;请更正。",
                "“{at}” is to be separate from the step “{step}”, which does not exist; correct it.",
                step=step,
            )  # fmt: skip
