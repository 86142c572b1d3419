"""Every expression is of the one safe language; what another product would run is never evaluated."""

from collections.abc import Iterator

from engine.kernel.errors import NotUnderstood
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.language import is_vendor, names_in, uses
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    for use in uses(scene.process):
        if is_vendor(use.text):
            yield error(
                "expression_vendor", use.at,
                "「{at}」的表达式 {text} 是其他产品的写法,系统不会计算;请改写,例如 decision == \"approve\"。",
                "The expression {text} of “{at}” is another product's and is never evaluated here; rewrite it, "
                'for example decision == "approve".',
                text=use.text[:80],
            )  # fmt: skip
            continue
        if use.kind == "timer":
            continue  # told by the check of timers
        try:
            names_in(use.text)
        except NotUnderstood as fault:
            yield error(
                "expression", use.at,
                "「{at}」的表达式 {text} 不能使用:{why}。",
                "The expression {text} of “{at}” cannot be used: {why_en}.",
                text=use.text[:80], why=fault.facts["why"].zh, why_en=fault.facts["why"].en,
            )  # fmt: skip
