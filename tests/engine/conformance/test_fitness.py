"""Fitness is that of an optimal alignment: reckoned by hand, over the language of a diagram, and with the engine."""

from itertools import combinations
from random import Random

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.conformance import Fit, Net, NotComparable, drawn, fit
from engine.kernel.parse import describe
from engine.procedures.replay import Event
from engine.queries.audit.fitness import trace_of
from models import reading, specifications
from tests.engine.kernel.drawing import (
    both,
    boundary,
    call,
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
    sub,
    timer,
    user,
    xor,
)  # fmt: skip
from tests.engine.kernel.test_differential import NOW, drawing, ours
from tests.engine.migrating.blocks import Block, Drawer
from tests.engine.migrating.blocks import drawn as blocks_drawn
from tests.support.databases import Database

Words = set[tuple[str, ...]]


def net_of(drawing: bytes) -> Net:
    return drawn(describe({"x": drawing}))


# --- reckoned by hand

LINE = diagram(start(), user("a"), user("b"), user("c"), end(), path("start", "a", "b", "c", "end"))
RETURNED = diagram(
    start(), xor("again"), user("a"), user("b"), xor("decided", default="back"), end(),
    path("start", "again", "a", "b", "decided"), flow("decided", "end", "ok"), flow("decided", "again", id="back"),
)  # fmt: skip
BESIDE = diagram(
    start(), both("split"), user("a"), user("b"), both("join"), user("c"), end(),
    path("start", "split", "a", "join", "c", "end"), path("split", "b", "join"),
)  # fmt: skip
SIGNED = diagram(
    start(), user("a", several(count="3")), boundary("late", "a", timer("P1D")), user("b"), end(), end("given_up"),
    path("start", "a", "b", "end"), path("late", "given_up"),
)  # fmt: skip
REMINDED = diagram(
    start(), user("a"), boundary("late", "a", timer("P1D"), ends=False), user("urge"), end(), end("urged"),
    path("start", "a", "end"), path("late", "urge", "urged"),
)  # fmt: skip
CALLED = document(
    process(start(), user("a"), call("part", "q"), boundary("late", "part", timer("P1D")), user("c"), end(),
            end("given_up"), path("start", "a", "part", "c", "end"), path("late", "given_up")),
    process(start("q_start"), user("x"), user("y"), end("q_end"), path("q_start", "x", "y", "q_end"), id="q"),
)  # fmt: skip
STOPPED = diagram(
    start(), both("split"), user("a"), user("b"), end("stop", definition("terminate")), end(),
    path("start", "split", "a", "stop"), path("split", "b", "end"),
)  # fmt: skip
LEFT = diagram(
    start(), sub("inner", start("s"), both("split"), user("a"), user("b"), end("e"), end("f"),
                 path("s", "split", "a", "e"), path("split", "b", "f")), end(), path("start", "inner", "end"),
)  # fmt: skip
OPEN_JOIN = diagram(
    start(), both("split"), user("a"), user("b"), some("join"), end(),
    path("start", "split", "a", "join", "end"), path("split", "b", "join"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("drawing", "trace", "expected"),
    [
        (LINE, "abc", Fit(0, 6)),
        (LINE, "ac", Fit(1, 5)),  # b was skipped
        (LINE, "acb", Fit(2, 6)),  # c too early: left out there, put in here
        (LINE, "abbc", Fit(1, 7)),
        (LINE, "xyz", Fit(6, 6)),  # nothing of it is drawn
        (LINE, "", Fit(3, 3)),
        (RETURNED, "ab", Fit(0, 4)),
        (RETURNED, "ababab", Fit(0, 8)),
        (RETURNED, "abb", Fit(1, 5)),  # b a second time, without a
        (BESIDE, "bac", Fit(0, 6)),
        (BESIDE, "acb", Fit(2, 6)),  # c did not wait for b
        (SIGNED, "aaab", Fit(0, 4)),
        (SIGNED, "", Fit(0, 0)),  # the timer came before anybody signed
        (SIGNED, "b", Fit(1, 1)),
        (REMINDED, "a", Fit(0, 2)),
        (REMINDED, "urge a", Fit(0, 3)),
        (REMINDED, "a urge", Fit(0, 3)),
        (REMINDED, "urge urge a", Fit(1, 4)),
        (CALLED, "axyc", Fit(0, 5)),
        (CALLED, "ax", Fit(0, 3)),  # the timer took the part away
        (CALLED, "xc", Fit(2, 3)),
    ],
)
def test_the_cost_is_that_reckoned_by_hand(drawing: bytes, trace: str, expected: Fit) -> None:
    steps = trace.split() if " " in trace else list(trace)
    assert fit(net_of(drawing), tuple(steps)) == expected


def test_fitness_is_one_less_the_share_of_the_worst() -> None:
    assert Fit(1, 5).fitness == 0.8 and Fit(0, 6).fitness == 1 and Fit(6, 6).fitness == 0 and Fit(0, 0).fitness == 1


@pytest.mark.parametrize("drawing", [STOPPED, LEFT, OPEN_JOIN])
def test_of_what_has_no_certain_counterpart_nothing_is_said(drawing: bytes) -> None:
    """An end that takes other tokens away, an activity left twice, a join of nobody knows how many."""
    with pytest.raises(NotComparable):
        net_of(drawing)


def test_too_many_ways_are_given_up_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.conformance.alignment.MOST_STATES", 5)
    with pytest.raises(NotComparable):
        fit(net_of(LINE), ("a", "b", "c"))


# --- a second way: every word of the language, and how far it is from the trace


def shuffled(one: tuple[str, ...], other: tuple[str, ...]) -> Words:
    if not one or not other:
        return {one + other}
    return {(one[0], *rest) for rest in shuffled(one[1:], other)} | {
        (other[0], *rest) for rest in shuffled(one, other[1:])
    }


def joined(ways: list[Words], most: int, together: bool) -> Words:
    found: Words = {()}
    for way in ways:
        pairs = [(one, other) for one in found for other in way if len(one) + len(other) <= most]
        found = {word for one, other in pairs for word in (shuffled(one, other) if together else {one + other})}
    return found


def words(block: Block, most: int) -> Words:
    """What may be done in a block, in words of so many steps at most, from what a block means."""
    parts = [words(one, most) for one in block.parts]
    match block.kind:
        case "task":
            return {(block.name,)}
        case "exclusive":
            return set().union(*parts)
        case "parallel":
            return joined(parts, most, together=True)
        case "inclusive":  # the last is the default: it is taken alone
            others = range(len(parts) - 1)
            taken = [some for size in range(1, len(parts)) for some in combinations(others, size)]
            return parts[-1].union(*(joined([parts[n] for n in some], most, together=True) for some in taken))
    body = joined(parts, most, together=False)
    found, last = set(body), body
    while block.kind == "loop" and last:
        last = joined([last, body], most, together=False) - found
        found |= last
    return found


def distance(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Steps to put in and leave out, by the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for step in one:
        new = [0]
        for at, there in enumerate(other):
            new.append(row[at] + 1 if step == there else max(row[at + 1], new[at]))
        row = new
    return len(one) + len(other) - 2 * row[-1]


@settings(max_examples=120)
@given(seed=st.integers(0, 10**9))
def test_the_cost_is_the_distance_to_the_nearest_word_of_the_language(seed: int) -> None:
    luck = Random(seed)
    block = Drawer(luck).new()
    names = sorted({step for word in words(block, 7) for step in word}) or ["t"]
    trace = tuple(luck.choice([*names, "x"]) for _ in range(luck.randint(0, 4)))
    language = words(block, 8)
    near = min((distance(word, trace) for word in language), default=99)
    shortest = min((len(word) for word in language), default=99)
    if near + len(trace) > 8 or len(language) > 4000:
        return  # a longer word might be nearer
    assert fit(net_of(blocks_drawn(block)), trace) == Fit(near, len(trace) + shortest)


def test_whatever_the_engine_lets_people_do_fits() -> None:
    """Random diagrams with subprocesses, countersigns, loops and joins, run by the kernel with random answers."""
    ended, too_many = 0, 0
    for seed in range(80):
        xml, values = drawing(seed)
        trace, finished = ours(xml, seed, values)
        if not finished:
            continue
        try:
            assert fit(net_of(xml), tuple(step for _, step in trace)).cost == 0, f"seed {seed}"
            ended += 1
        except NotComparable:
            too_many += 1
    assert ended > 40 and too_many < 10, (ended, too_many)


def test_every_procedure_of_the_catalogue_has_a_net(sqlite: Database) -> None:
    engine = sqlite.engine()
    with reading(engine) as conn:
        nets = [drawn(orjson.loads(body)) for body in conn.execute(sa.select(specifications.c.body)).scalars()]
    engine.dispose()
    assert len(nets) >= 85 and all(fit(net, ()).worst > 0 for net in nets)


# --- what was taken back


def events(told: str) -> list[Event]:
    """`a` was done; `c>a`: c was returned to a."""
    return [Event(NOW, "return" if ">" in one else "done", step, {}, to) for one, step, to in map(_told, told.split())]


def _told(one: str) -> tuple[str, str, str]:
    step, _, to = one.partition(">")
    return one, step, to


@pytest.mark.parametrize(
    ("drawing", "told", "stands"),
    [
        (LINE, "a b c>a a b c", "a b c"),
        (LINE, "a b c>b b c", "a b c"),
        (LINE, "a c>b b c", "a b c"),  # b had never been done: nothing is taken back
        (CALLED, "a x y c>part x y c", "a x y c"),
        (CALLED, "a x y>a a x y c", "a x y c"),
        (BESIDE, "a b", "a b"),
    ],
)
def test_what_a_return_took_back_does_not_count(drawing: bytes, told: str, stands: str) -> None:
    assert " ".join(trace_of(events(told), net_of(drawing))) == stands


@pytest.mark.parametrize("told", ["a c>a", "b a>b"])
def test_of_a_return_beside_an_open_step_nothing_is_said(told: str) -> None:
    with pytest.raises(NotComparable):
        trace_of(events(told), net_of(BESIDE))
