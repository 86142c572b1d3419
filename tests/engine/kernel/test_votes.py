"""Every way of counting votes against a short function that knows nothing of ours, in a thousand random rounds."""

from itertools import product
from random import Random
from typing import Any

import pytest

from engine.kernel.ballot import decided
from tests.engine.kernel.cases import Run
from tests.engine.kernel.drawing import diagram, path, several, start, user

VOTES = ("approve", "reject", "return", "abstain")
RULES = ("all", "any", "in_turn", *(f"{kind}:{share}" for kind in ("ratio", "weight") for share in (0.3, 0.5, 0.6, 1)))
Cast = dict[str, str]


def reference(rule: str, cast: Cast, signers: list[str], weights: dict[str, int], veto: list[str]) -> str | None:
    """What is certain: it is the same however the others may yet vote. `cast` is in the order of voting."""
    kind, _, share = rule.partition(":")
    thousandths = round(float(share or 0) * 1000)

    def passes(votes: Cast) -> bool:
        if any(votes[one] in ("reject", "return") for one in veto):
            return False
        yes = [one for one in signers if votes[one] == "approve"]
        if kind == "any":
            return bool(yes)
        if kind == "ratio":
            return len(yes) * 1000 >= thousandths * len(signers)
        if kind == "weight":
            return sum(map(weights.get, yes)) * 1000 >= thousandths * sum(weights.values())
        return yes == signers

    left = [one for one in signers if one not in cast]
    ways = {passes(cast | dict(zip(left, rest, strict=True))) for rest in product(VOTES[:2], repeat=len(left))}
    return None if len(ways) == 2 else "approve" if ways == {True} else [*cast.values()][-1]


def round_of(random: Random) -> dict[str, Any]:
    signers = [f"p:{number}" for number in range(1, random.randint(1, 6) + 1)]
    veto = random.sample(signers, random.choice([0, 0, 1, min(2, len(signers))]))
    weights = {one: random.choice([1, 1, 1, 2, 3, 5]) for one in signers}
    return {"rule": random.choice(RULES), "signers": signers, "weights": weights, "veto": veto}


@pytest.mark.parametrize("seed", range(4))
def test_the_joint_decision_equals_the_reference_after_every_vote(seed: int) -> None:
    random = Random(seed)
    for _ in range(1_000):
        given, cast = round_of(random), Cast()
        for signer in random.sample(given["signers"], len(given["signers"])):
            cast[signer] = random.choice(VOTES)
            votes = [{"signer": one, "decision": vote} for one, vote in cast.items()]
            told = decided(given["rule"], votes, given["signers"], given["weights"], given["veto"])
            assert told == reference(cast=cast, **given), (given, cast)
            if told:
                break
        assert told, "somebody has the last word"


def drawn(given: dict[str, Any], turns: bool) -> bytes:
    """Every signer holds a post of its own, named in weights and veto as a diagram names it."""
    more = {}
    if given["rule"].startswith("weight:"):
        more["weights"] = ";".join(f'role("{one}")={weight}' for one, weight in given["weights"].items())
    if given["veto"]:
        more["veto"] = "; ".join(f'role("{one}")' for one in given["veto"])
    sign = user("sign", several(turns=turns), mode=given["rule"], signers="everybody", **more)
    return diagram(start(), sign, user("next"), path("start", "sign", "next"))


def test_a_thousand_countersigns_decide_when_and_what_the_reference_says_through_a_snapshot_after_every_vote() -> None:
    random = Random(7)
    for _ in range(1_000):
        given, cast = round_of(random), Cast()
        turns = given["rule"] == "in_turn" or random.random() < 0.3
        signers = given["signers"]
        named = {"everybody": signers} | {f'role("{one}")': [one] for one in signers}
        run = Run(drawn(given, turns), signers=lambda who, _data, named=named: named[who])
        certain = None
        while certain is None:
            waiting = [task.item for task in run.flow.open_tasks if task.step == "sign"]
            assert waiting == ([one for one in signers if one not in cast][: 1 if turns else None])
            signer = random.choice(waiting)
            cast[signer] = random.choice(VOTES)
            run.do("sign", signer, decision=cast[signer])
            certain = reference(cast=cast, **given)
            assert (run.open == ["next"]) == (certain is not None), (given, cast)
        assert run.flow.data["decision"] == certain
        assert {vote["signer"]: vote["decision"] for vote in run.flow.data["votes"]} == cast
