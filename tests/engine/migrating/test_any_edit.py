"""Whatever is changed in a diagram: a case that stands in the middle is refused, or goes on to its end."""

from copy import deepcopy
from datetime import UTC, datetime
from random import Random

import pytest

from engine.kernel import Flow, Specification, specify
from engine.kernel.document import Document
from engine.kernel.migrating import Moving, NotMigratable, migrate
from engine.procedures.landing import Ground
from tests.engine.migrating.blocks import Block, Drawer, drawn

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EXAMPLES, GROUPS = 60, 5


def step(flow: Flow, spec: Specification, luck: Random) -> Flow:
    """Somebody acts, or sends it back to an earlier step; then it is saved and loaded."""
    task = luck.choice(flow.open_tasks)
    earlier = flow.earlier_steps(task.id)
    if earlier and luck.random() < 0.1:
        flow.return_to(task.id, luck.choice(earlier)[0])
    else:
        flow.complete(task.id, {"roll": luck.randint(0, 60)})
    return Flow.load(spec, flow.dump(), now=NOON)


def in_the_middle(luck: Random, drawer: Drawer) -> tuple[Block, Specification, Flow] | None:
    top = Block("top", "line", [drawer.new() for _ in range(3)])
    spec = specify({"leave.bpmn": drawn(top)})
    flow = Flow.start(spec, {"roll": 1}, now=NOON)
    for _ in range(luck.randint(0, 8)):
        if flow.open_tasks:
            flow = step(flow, spec, luck)
    return (top, spec, flow) if flow.open_tasks else None


def ends(flow: Flow, spec: Specification, luck: Random) -> bool:
    for _ in range(150):
        if not flow.open_tasks:
            return flow.finished
        steps = [task.step for task in flow.open_tasks]
        assert len(steps) == len(set(steps)), steps
        flow = step(flow, spec, luck)
    return True  # unlucky: it went round and round


def one(seed: int) -> str:
    luck = Random(seed)
    drawer = Drawer(luck)
    found = in_the_middle(luck, drawer)
    if found is None:
        return "over"
    top, spec, flow = found
    changed = deepcopy(top)
    for _ in range(luck.randint(1, 2)):
        drawer.edit(changed)
    text = drawn(changed)
    new = specify({"leave.bpmn": text})
    before = flow.dump()
    try:
        landed = migrate(Moving(spec, new), before, now=NOON)
    except NotMigratable:
        return "refused"
    if Ground([Document.read(text)]).why_stuck(landed.resting):
        return "refused"
    assert {task.id for task in landed.flow.open_tasks} == {task.id for task in flow.open_tasks}
    assert ends(landed.flow, new, luck), f"seed {seed}: {drawn(top)!r} {text!r}"
    return "moved"


@pytest.mark.parametrize("group", range(GROUPS))
def test_after_any_edit_a_case_is_refused_or_runs_to_its_end(group: int) -> None:
    told = [one(seed) for seed in range(group * EXAMPLES, (group + 1) * EXAMPLES)]
    assert told.count("moved") >= EXAMPLES // 4 and told.count("refused") >= EXAMPLES // 12, told
