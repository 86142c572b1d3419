"""How the votes of a countersign are counted: its rule, the weights of the signers, and who may refuse alone."""

import re
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

RULES = ("all", "any", "ratio", "weight", "in_turn")
APPROVE, REJECT, RETURN = "approve", "reject", "return"
_BETWEEN = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')  # no semicolon inside a name


def words(text: str) -> list[str]:
    """The assignments of a list such as `role("a"); role("b")`."""
    return [word.strip() for word in _BETWEEN.split(text) if word.strip()]


def weighed(text: str) -> list[tuple[str, int]]:
    """The assignments of a list such as `role("a")=3; role("b")=2`, each with its weight; ValueError."""
    found = [word.rpartition("=") for word in words(text)]
    return [(who.strip(), int(weight)) for who, _, weight in found]


def decided(
    rule: str,
    votes: Sequence[Mapping[str, Any]],
    signers: Sequence[Any],
    weights: Mapping[str, int] | None = None,
    veto: Collection[str] = (),
) -> str | None:
    """The joint decision as soon as it is certain: `approve`, or the vote that settled it; else None.

    `weights` count under the rule `weight` alone, 1 for who is not in them. Who has the `veto` is always
    heard before it is granted, and settles it at once by refusing or returning.
    """
    if not votes:
        return None
    for vote in votes:
        if vote.get("signer") in veto and vote.get("decision") in (REJECT, RETURN):
            return str(vote["decision"])
    weights = weights or {} if rule.startswith("weight:") else {}
    total = sum(weight_of(one, weights) for one in signers)
    cast = sum(weight_of(vote.get("signer"), weights) for vote in votes)
    yes = sum(weight_of(vote.get("signer"), weights) for vote in votes if vote.get("decision") == APPROVE)
    needed = _needed(rule, total)
    if yes + total - cast < needed:
        last = votes[-1].get("decision")
        return str(last) if last and last != APPROVE else REJECT
    heard = {str(vote.get("signer")) for vote in votes}
    return APPROVE if yes >= needed and heard.issuperset(veto) else None


def weight_of(signer: Any, weights: Mapping[str, int]) -> int:
    return weights.get(signer, 1) if isinstance(signer, str) else 1


def _needed(rule: str, total: int) -> int:
    kind, _, share = rule.partition(":")
    if kind == "any":
        return 1
    return max(1, ceil(Fraction(share) * total)) if share else total
