"""Processes as blocks within blocks, so that every edit of one is a diagram that could be released."""

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.engine.checks.drawing import Drawing

KINDS = ("line", "line", "parallel", "inclusive", "exclusive", "loop")


@dataclass
class Block:
    """A task, or several blocks one after the other, beside each other, by choice, or again and again."""

    name: str
    kind: str = "task"
    parts: list["Block"] = field(default_factory=list)


class Drawer:
    """Makes blocks with names of their own, and small changes to them."""

    def __init__(self, luck: Random):
        self.luck, self.count = luck, 0

    def new(self, depth: int = 2) -> Block:
        self.count += 1
        if depth == 0 or self.luck.random() < 0.35:
            return Block(f"t{self.count}")
        kind, many = self.luck.choice(KINDS), self.luck.randint(2, 3)
        return Block(f"b{self.count}", kind, [self.new(depth - 1) for _ in range(many)])

    def edit(self, top: Block) -> None:
        """Take something away, put something in, exchange two, or put something beside."""
        places = [(block, n) for block in _all(top) for n in range(len(block.parts))]
        block, n = self.luck.choice(places)
        match self.luck.choice(("remove", "add", "add", "swap", "beside", "shuffle")):
            case "remove" if len(block.parts) > 2 or (block.kind == "line" and len(block.parts) > 1):
                del block.parts[n]
            case "swap":
                other, m = self.luck.choice(places)
                one, two = block.parts[n], other.parts[m]
                if one.kind == two.kind == "task":
                    block.parts[n], other.parts[m] = two, one
            case "beside":
                self.count += 1
                block.parts[n] = Block(f"b{self.count}", "parallel", [block.parts[n], self.new(0)])
            case "shuffle":
                self.luck.shuffle(block.parts)
            case _:
                block.parts.insert(n, self.new(1))


def _all(block: Block) -> list[Block]:
    return [block, *(one for part in block.parts for one in _all(part))] if block.parts else []


def drawn(top: Block) -> bytes:
    """start, the block, end; choices are by `roll`."""
    drawing = Drawing().start().end("end")
    into, out = _draw(drawing, top)
    return drawing.path("start", into).path(out, "end").xml(drawn=False)


def _draw(drawing: Drawing, block: Block) -> tuple[str, str]:
    """Where it begins and ends."""
    if block.kind == "task":
        drawing.task(block.name)
        return block.name, block.name
    ways = [_draw(drawing, part) for part in block.parts]
    into, out = f"{block.name}_in", f"{block.name}_out"
    if block.kind in ("line", "loop"):
        for (_, before), (after, _) in pairwise(ways):
            drawing.flow(before, after)
        if block.kind == "line":
            return ways[0][0], ways[-1][1]
        drawing.xor(into).xor(out, default=f"{out}_on").gateway("exclusive", f"{out}_end")
        drawing.flow(into, ways[0][0]).flow(ways[-1][1], out).flow(out, into, "roll % 3 == 0")
        drawing.flow(out, f"{out}_end", id=f"{out}_on")
        return into, f"{out}_end"
    kind = {"parallel": "parallel", "inclusive": "inclusive", "exclusive": "exclusive"}[block.kind]
    chosen = block.kind != "parallel"
    drawing.gateway(kind, into, default=f"{into}_{ways[-1][0]}" if chosen else "").gateway(kind, out)
    for n, (first, last) in enumerate(ways):
        condition = f"(roll + {n}) % 2 == 0" if chosen and n < len(ways) - 1 else None
        drawing.flow(into, first, condition).flow(last, out)
    return into, out
