"""Small procedures in which one structure follows another: submit, then each block, then a last step."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.procedures.package import Package
from tests.engine.kernel.drawing import (
    both,
    boundary,
    call,
    catch,
    definition,
    diagram,
    document,
    end,
    flow,
    path,
    process,
    several,
    some,
    start,
    timer,
    user,
    xor,
)

ACTS = "transfer,copy,return,delegate,sign_before,sign_after"
OFFICE, LEADERS = 'role("enterprise_mgmt_office")', 'role("company_leader")'
KINDS = ("plain", "parallel", "inclusive", "in_turn", "together", "part", "added")
TIMED = ("timed", "waiting")


@dataclass
class Block:
    """What is drawn, where it begins, how it is left, and what it may be returned to from behind."""

    entry: str
    exit: str
    drawn: str
    deciding: str  # the step that decides
    target: str
    condition: str | None = None
    documents: list[bytes] = field(default_factory=list)

    def leave(self, to: str) -> str:
        return flow(self.exit, to, self.condition)


def review(id: str, *parts: str, **more: str) -> str:
    return user(id, *parts, **{"who": OFFICE, "form": "decide", "kind": "decide", "acts": ACTS, **more})


def doing(id: str, *parts: str) -> str:
    return user(id, *parts, who=OFFICE, form="do", kind="do", acts=ACTS)


def gated(k: str, step: str, drawn: str, entry: str = "", target: str = "", **more: Any) -> Block:
    """A step followed by the gateway on its decision; what is sent back begins again with the submission."""
    gate, refused = f"{k}_ok", f"rejected_{k}"
    drawn += xor(gate, default=f"{k}_back") + end(refused)
    drawn += flow(gate, "again", id=f"{k}_back") + flow(gate, refused, 'decision == "reject"')
    drawn += path(target or step, gate)
    return Block(entry or step, gate, drawn, step, target or step, 'decision == "approve"', **more)


def plain(k: str) -> Block:
    return gated(k, f"{k}_one", review(f"{k}_one"))


def signed(k: str, **loop: Any) -> Block:
    mode = "in_turn" if loop.get("turns") else "all"
    more = {"mode": mode, "signers": LEADERS, "who": "", "acts": f"{ACTS},add_signer,remove_signer"}
    return gated(k, f"{k}_sign", review(f"{k}_sign", several(**loop), **{key: one for key, one in more.items() if one}))


def part(k: str) -> Block:
    inner = start(f"{k}_s") + doing(f"{k}_a") + review(f"{k}_b") + end(f"{k}_e")
    inner += path(f"{k}_s", f"{k}_a", f"{k}_b", f"{k}_e")
    called = document(process(inner, id=f"{k}_called"))
    return gated(
        k, f"{k}_b", call(f"{k}_part", f"{k}_called"), entry=f"{k}_part", target=f"{k}_part", documents=[called]
    )


def branches(k: str, split: str, join: str, ways: str, right: str = "") -> Block:
    """Two branches; in the left one a decision, whose refusal ends everything and whose return stays inside."""
    left, gate, refused = f"{k}_left", f"{k}_left_ok", f"rejected_{k}"
    drawn = split + join + xor(f"{k}_merge") + doing(f"{k}_prep") + review(left) + xor(gate, default=f"{k}_inside")
    drawn += end(refused, definition("terminate")) + doing(f"{k}_right") + ways
    drawn += path(f"{k}_merge", f"{k}_prep", left, gate) + flow(gate, f"{k}_merge", id=f"{k}_inside")
    drawn += flow(gate, f"{k}_join", 'decision == "approve"') + flow(gate, refused, 'decision == "reject"')
    drawn += right or path(f"{k}_right", f"{k}_join")
    return Block(f"{k}_split", f"{k}_join", drawn, left, left)


def parallel(k: str) -> Block:
    ways = path(f"{k}_split", f"{k}_merge") + path(f"{k}_split", f"{k}_right")
    return branches(k, both(f"{k}_split"), both(f"{k}_join"), ways)


def inclusive(k: str) -> Block:
    ways = flow(f"{k}_split", f"{k}_merge", 'subject != ""') + flow(f"{k}_split", f"{k}_right", 'subject != ""')
    ways += flow(f"{k}_split", f"{k}_rare", 'subject == "rare"') + doing(f"{k}_rare") + path(f"{k}_rare", f"{k}_join")
    ways += flow(f"{k}_split", f"{k}_join", id=f"{k}_none")
    return branches(k, some(f"{k}_split", default=f"{k}_none"), some(f"{k}_join"), ways)


def waiting(k: str) -> Block:
    """In the right branch a timer waits before the step."""
    ways = path(f"{k}_split", f"{k}_merge") + path(f"{k}_split", f"{k}_pause", f"{k}_right")
    ways += catch(f"{k}_pause", timer("PT2H"))
    return branches(k, both(f"{k}_split"), both(f"{k}_join"), ways)


def timed(k: str) -> Block:
    """A step with a reminder that takes nothing away and a deadline that does."""
    found = gated(k, f"{k}_one", review(f"{k}_one"))
    found.drawn += boundary(f"{k}_soon", f"{k}_one", timer("PT1H"), ends=False) + doing(f"{k}_note") + end(f"{k}_told")
    found.drawn += boundary(f"{k}_over", f"{k}_one", timer("PT8H")) + doing(f"{k}_late")
    found.drawn += path(f"{k}_soon", f"{k}_note", f"{k}_told") + path(f"{k}_over", f"{k}_late", "again")
    return found


MAKE = {
    "plain": plain,
    "parallel": parallel,
    "inclusive": inclusive,
    "in_turn": lambda k: signed(k, turns=True),
    "together": signed,
    "added": signed,
    "part": part,
    "timed": timed,
    "waiting": waiting,
}


def procedure(slug: str, kinds: Iterable[str]) -> tuple[Package, list[Block]]:
    """submit, the blocks named x, y, … in their order, finish."""
    blocks = [MAKE[kind](name) for kind, name in zip(kinds, "xyz", strict=False)]
    submit = user("submit", who="applicant", form="submit", kind="submit")
    drawn = start() + xor("again") + submit + doing("finish") + end("done")
    drawn += path("start", "again", "submit", blocks[0].entry) + path("finish", "done")
    for block, following in zip(blocks, [*[one.entry for one in blocks[1:]], "finish"], strict=True):
        drawn += block.drawn + block.leave(following)
    name = slug.replace("-", "_")
    called = [one for block in blocks for one in block.documents]
    documents = {f"{slug}.bpmn": diagram(drawn, id=name)} | {f"part-{n}.bpmn": one for n, one in enumerate(called)}
    return Package(Path("tests") / slug, manifest(slug, name), documents, FORMS), blocks


def manifest(slug: str, process_id: str) -> dict[str, Any]:
    title = {"zh": "矩阵", "en": "Matrix"}
    return {
        "slug": slug,
        "process": process_id,
        "title": title,
        "summary": title,
        "organisation": "HQ",
        "family": "F1",
        "owner": {"role": "process_owner", "unit": "EMD"},
        "starters": ['role("employee")'],
        "number": "JZ-{year}-{serial:04}",
        "retention_years": 1,
        "clauses": [],
        "defaults": [],
        "content": {"form": "submit", "title": "subject", "rules": False},
    }


def _field(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "id": key, "label": key, "properties": {"en": key}, **more}


_WAYS = [{"value": one, "label": one} for one in ("approve", "reject", "return")]
FORMS: dict[str, Any] = {
    "submit": {"type": "default", "components": [_field("textfield", "subject", validate={"required": True})]},
    "do": {"type": "default", "components": [_field("textfield", "note")]},
    "decide": {
        "type": "default",
        "components": [_field("radio", "decision", values=_WAYS, validate={"required": True}),
                       _field("textarea", "comment")],
    },
}  # fmt: skip
