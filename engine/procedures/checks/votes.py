"""Votes that weigh more and votes that refuse alone: words of the vocabulary, on a countersign, with whole weights."""

import re
from collections.abc import Iterator

from engine.kernel.ballot import words
from engine.kernel.document import Node
from engine.procedures.assignment import BadAssignment, parse_who
from engine.procedures.checks.assignment import SIGN, known
from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding

MOST = 100
SIGNERS_ACTS = ("add_signer", "remove_signer")
_WEIGHED = re.compile(r"(.+)=\s*([0-9]{1,3})")


def check(scene: Scene) -> Iterator[Finding]:
    if scene.context.foreign:
        return
    for node in scene.process.nodes:
        if node.human:
            yield from _weights(scene, node)
            yield from _veto(scene, node)
            yield from _acts(node)


def _weights(scene: Scene, node: Node) -> Iterator[Finding]:
    weights, weighs = node.properties.get("weights", ""), node.properties.get("mode", "").startswith("weight:")
    if weighs and not words(weights):
        yield error(
            "weights_missing", node,
            "「{at}」按权重计票,但没有写 weights;请写如 {example}。",
            "The votes on “{at}” are weighted, but there are no weights; write such as {example}.",
            example='role("公司领导")=3',
        )  # fmt: skip
    elif weights and not weighs:
        yield error(
            "weights_unused", node,
            "「{at}」写了 weights,但 mode 不是 weight:0.6 这样的写法,权重不起作用;请改正其一。",
            "“{at}” has weights, but its mode is not such as weight:0.6, so they count for nothing; correct either.",
        )  # fmt: skip
    for word in words(weights):
        found = _WEIGHED.fullmatch(word)
        if found is None or not 1 <= int(found[2]) <= MOST:
            yield error(
                "weights_value", node,
                "「{at}」的权重「{word}」应写成“岗位=整数”,整数为 1 到 {most};没有写到的人权重为 1。",
                "The weight “{word}” of “{at}” must be a post = a whole number from 1 to {most}; others weigh 1.",
                word=word[:80], most=MOST,
            )  # fmt: skip
        else:
            yield from _named(scene, node, found[1].strip())


def _veto(scene: Scene, node: Node) -> Iterator[Finding]:
    veto = node.properties.get("veto", "")
    if veto and not _counts(node):
        yield error(
            "veto_single", node,
            "「{at}」写了 veto(一票否决),但它不是由 signers 指定会签人、有 mode 的会签;请改成会签或删去 veto。",
            "“{at}” has a veto but is no countersign with signers and a mode; make it one or leave veto away.",
        )  # fmt: skip
    for word in words(veto):
        yield from _named(scene, node, word)


def _named(scene: Scene, node: Node, word: str) -> Iterator[Finding]:
    """A privilege is of those who sign, so it is named as they are: by posts, through `signers`."""
    try:
        who = parse_who(word)
    except BadAssignment:
        who = None
    if who is None or who.kind not in SIGN or not node.properties.get("signers"):
        yield error(
            "privilege_unknown", node,
            "「{at}」的 weights 或 veto 写了「{word}」;请用 role、head_of、superior_of 或 superiors_of,"
            "并用 signers 指定会签人。",
            "“{at}” names “{word}” in weights or veto; use role, head_of, superior_of or superiors_of, and name who "
            "signs by signers.",
            word=word[:80],
        )  # fmt: skip
    else:
        yield from known(scene, node, who)


def _acts(node: Node) -> Iterator[Finding]:
    acts = re.split(r"[\s,,]+", node.properties.get("acts", ""))
    for act in SIGNERS_ACTS:
        if act in acts and not _counts(node):
            yield error(
                "act_single", node,
                "「{at}」允许 {act},但它不是由 signers 指定会签人、有 mode 的会签;请删去。",
                "“{at}” allows {act} but is no countersign with signers and a mode; leave it away.",
                act=act,
            )  # fmt: skip


def _counts(node: Node) -> bool:
    several = node.loop is not None and node.loop.kind != "standard"
    return several and node.properties.get("mode", "one") != "one" and bool(node.properties.get("signers"))
