"""Repetition: on human tasks only, over a list or a count from 1 to 100, so that nobody's vote is skipped."""

import re
from collections.abc import Iterator

from engine.kernel.document import Loop, Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding

MOST = 100


def check(scene: Scene) -> Iterator[Finding]:
    for node in scene.process.nodes:
        if node.loop is None:
            continue
        if not node.human:
            yield error(
                "repetition_place", node,
                "「{at}」设置了重复执行,但只有人工任务可以重复;请把它放到人工任务上。",
                "“{at}” is repeated, but only human tasks may be; put the repetition on a human task.",
            )  # fmt: skip
        elif node.loop.kind == "standard":
            yield from _standard(node, node.loop)
        else:
            yield from _several(node, node.loop)


def _standard(node: Node, loop: Loop) -> Iterator[Finding]:
    if loop.maximum and not _count(loop.maximum):
        yield _limits(node, loop.maximum)
    elif not loop.maximum and not loop.condition:
        yield error(
            "repetition_endless", node,
            "「{at}」的循环既没有条件也没有最大次数;请至少写一个。",
            "The loop of “{at}” has neither a condition nor a maximum; give at least one.",
        )  # fmt: skip


def _several(node: Node, loop: Loop) -> Iterator[Finding]:
    listed = loop.source or node.properties.get("signers", "")
    if loop.cardinality and listed:
        yield error(
            "repetition_twice", node,
            "「{at}」的会签同时写了名单和次数;请只留一个。",
            "“{at}” has both a list and a count of signers; keep one.",
        )  # fmt: skip
    elif not loop.cardinality and not listed:
        yield error(
            "repetition_source", node,
            "「{at}」的会签没有名单,会无人签署就通过;请指定 loopDataInputRef 或 signers。",
            "“{at}” has no list of signers and would pass without any; give loopDataInputRef or signers.",
        )  # fmt: skip
    elif re.fullmatch(r"[-+\d.]+", loop.cardinality) and not _count(loop.cardinality):
        yield _limits(node, loop.cardinality)
    elif loop.source and not loop.source.isidentifier():
        yield error(
            "repetition_list", node,
            "「{at}」的会签名单「{source}」不是数据中的名称;请写字段名。",
            "The list of signers “{source}” of “{at}” is not a name in the data; write a field's name.",
            source=loop.source[:60],
        )  # fmt: skip


def _count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MOST


def _limits(node: Node, count: str) -> Finding:
    return error(
        "repetition_limits", node,
        "「{at}」的次数 {count} 不在 1 到 {most} 之间;请改正。",
        "The count {count} of “{at}” is not between 1 and {most}; correct it.",
        count=count[:20], most=MOST,
    )  # fmt: skip
