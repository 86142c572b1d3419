"""Our reading and stepping against the library's own: the same people, in the same order, to the same end."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.kernel import Flow, specify
from tests.engine.kernel.drawing import both, diagram, end, flow, path, several, some, start, sub, user, xor

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = 60
Exit = tuple[str, str]  # the element a block is left from, and the id its flow must have


class Drawer:
    """Draws a random block of tasks, gateways, loops, subprocesses and instances, always well nested."""

    def __init__(self, chance: random.Random):
        self.chance, self.number = chance, 0

    def name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    def block(self, depth: int, looped: bool = False) -> tuple[str, str, Exit]:
        joins = [] if looped else ["and", "and", "or"]  # in a loop the library's own joins go wrong
        kinds = ["user", "user", "seq", "seq", "xor", "sub", "several", "loop", *joins]
        kind = self.chance.choice(kinds) if depth else "user"
        if kind in ("user", "several"):
            name = self.name(kind)
            return user(name, several(count="2") if kind == "several" else ""), name, (name, self.name("f"))
        if kind == "seq":
            first, second = self.block(depth - 1, looped), self.block(depth - 1, looped)
            return first[0] + second[0] + leave(first[2], second[1]), first[1], second[2]
        if kind == "sub":
            name, begin, finish = self.name("sub"), self.name("start"), self.name("end")
            inner = self.block(depth - 1, looped)
            parts = start(begin), end(finish), inner[0], path(begin, inner[1]), leave(inner[2], finish)
            return sub(name, *parts), name, (name, self.name("f"))
        return self.loop(depth) if kind == "loop" else self.split(kind, depth, looped)

    def loop(self, depth: int) -> tuple[str, str, Exit]:
        again, question, default = self.name("merge"), self.name("ask"), self.name("f")
        inner = self.block(depth - 1, looped=True)
        drawn = inner[0] + xor(again) + xor(question, default=default) + path(again, inner[1])
        condition = f"x % 3 == {self.chance.choice([0, 1])}"
        return drawn + leave(inner[2], question) + flow(question, again, condition), again, (question, default)

    def split(self, kind: str, depth: int, looped: bool) -> tuple[str, str, Exit]:
        name, joined = self.name("split"), self.name("join")
        gateway = {"xor": xor, "and": both, "or": some}[kind]
        branches = [self.block(depth - 1, looped) for _ in range(self.chance.choice([2, 2, 3]))]
        default = None if kind == "and" else self.name("f")
        drawn = (gateway(name, default=default) if default else gateway(name)) + gateway(joined)
        for number, (inner, entry, left) in enumerate(branches):
            condition = f"x % {self.chance.choice([2, 3])} == {self.chance.choice([0, 1])}"
            plain = kind == "and" or number == 0
            given = default if number == 0 else None
            drawn += inner + flow(name, entry, None if plain else condition, id=given) + leave(left, joined)
        return drawn, name, (joined, self.name("f"))


def leave(left: Exit, target: str) -> str:
    return flow(left[0], target, id=left[1])


def drawing(seed: int) -> tuple[bytes, list[int]]:
    chance = random.Random(seed)
    block = Drawer(chance).block(4)
    drawn = diagram(start(), user("u0"), end(), block[0], path("start", "u0", block[1]), leave(block[2], "end"))
    return drawn, [chance.randrange(6) for _ in range(17)]


def stock(drawn: bytes, seed: int, values: list[int]) -> tuple[list[Any], bool]:
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.fromstring(drawn))
    case = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
    case.do_engine_steps()
    chance, trace = random.Random(seed), []
    while len(trace) < STEPS:
        ready = [(one.task_spec.bpmn_id, one) for one in case.get_tasks(state=TaskState.READY, manual=True)]
        if not ready:
            break
        pick = chance.choice(sorted({name for name, _ in ready}))
        task = next(one for name, one in ready if name == pick)
        trace.append((sorted(name for name, _ in ready), pick))
        task.data["x"] = values[len(trace) % len(values)]
        task.run()
        case.do_engine_steps()
    return trace, case.completed


def ours(drawn: bytes, seed: int, values: list[int]) -> tuple[list[Any], bool]:
    spec = specify({"x": drawn})
    case, chance, trace = Flow.start(spec, {}, now=NOW), random.Random(seed), []
    while len(trace) < STEPS and case.open_tasks:
        case = Flow.load(spec, case.dump(), now=NOW)
        ready = [(one.step, one.id) for one in case.open_tasks]
        pick = chance.choice(sorted({name for name, _ in ready}))
        trace.append((sorted(name for name, _ in ready), pick))
        case.complete(next(one for name, one in ready if name == pick), {"x": values[len(trace) % len(values)]})
    return trace, case.finished


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_a_random_diagram_runs_as_the_library_runs_it(first):
    for seed in range(first, first + 20):
        drawn, values = drawing(seed)
        assert ours(drawn, seed, values) == stock(drawn, seed, values), f"seed {seed}"
