"""The token walk on random diagrams: shrinking keeps its verdict, and what it calls sound the kernel finishes."""

from copy import deepcopy
from datetime import UTC, datetime
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.kernel import Flow, specify
from engine.kernel.document import Document
from engine.procedures.checks.shrink import shrink
from engine.procedures.checks.soundness import explore
from engine.procedures.checks.tokens import Fault, Level, level_of
from tests.engine.checks.drawing import Drawing

KINDS = ("task", "task", "exclusive", "parallel", "inclusive")


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """start, up to nine nodes joined at random (circles too), and one or two ends."""
    count = draw(st.integers(2, 9))
    names = [f"n{number}" for number in range(count)]
    drawing = Drawing().start().end("one").end("two").flow("start", "n0")
    kinds = ["task", *(draw(st.sampled_from(KINDS)) for _ in names[1:])]
    for number, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        most = 1 if kind == "task" else 3
        onward = [*names[number + 1 :], "one", "two"]
        targets = draw(st.lists(st.sampled_from(onward), min_size=1, max_size=most, unique=True))
        earlier = [one for one in names[:number] if kinds[int(one[1:])] == "task"]
        if kind == "exclusive" and draw(st.booleans()):
            targets.append(draw(st.sampled_from(earlier)))
        targets = list(dict.fromkeys(targets))
        decides = kind in ("exclusive", "inclusive") and len(targets) > 1
        if kind == "task":
            drawing.task(name)
        else:
            drawing.gateway(kind, name, f"{name}_{targets[-1]}" if decides else "")
        for place, target in enumerate(targets):
            odds = f"(roll + {number}) % {place + 2} == 0" if decides and target != targets[-1] else None
            drawing.flow(name, target, odds)
    return drawing


def verdict(level: Level) -> str:
    try:
        explore(level)
    except Fault as fault:
        return fault.kind
    return "sound"


@settings(max_examples=250, deadline=None)
@given(drawings())
def test_shrinking_keeps_the_verdict(drawing: Drawing) -> None:
    document = Document.read(drawing.xml(drawn=False))
    whole = level_of(document.processes[0], "leave")
    assert whole is not None
    small = deepcopy(whole)
    shrink(small)
    before, after = verdict(whole), verdict(small)
    assume(before != "unknown")
    assert len(small.cells) <= len(whole.cells)
    assert (before == "sound") == (after == "sound"), (before, after, drawing.text())


@settings(max_examples=200, deadline=None)
@given(drawings(), st.randoms(use_true_random=False))
def test_what_is_called_sound_the_kernel_finishes(drawing: Drawing, luck: Random) -> None:
    level = level_of(Document.read(drawing.xml(drawn=False)).processes[0], "leave")
    assert level is not None
    shrink(level)
    assume(verdict(level) == "sound")
    flow = Flow.start(
        specify({"leave.bpmn": drawing.xml(drawn=False)}), {"roll": 0}, now=datetime(2026, 1, 1, tzinfo=UTC)
    )
    for _ in range(200):
        open_tasks = flow.open_tasks
        if not open_tasks:
            break
        steps = [task.step for task in open_tasks]
        assert len(steps) == len(set(steps)), drawing.text()
        flow.complete(luck.choice(open_tasks).id, {"roll": luck.randint(0, 60)})
    else:
        return  # unlucky: it went round and round
    assert flow.finished and flow.ended, drawing.text()
