"""Which sequence flows a case took is told flow by flow, also where two of them lead to the same element."""

import json

from engine.kernel import Flow, specification, specify
from tests.engine.kernel.cases import NOON, Run
from tests.engine.kernel.drawing import (
    both,
    boundary,
    call,
    catch,
    diagram,
    document,
    end,
    flow,
    node,
    process,
    several,
    start,
    timer,
    user,
    xor,
)


class Followed(Run):
    """Also collects the flows."""

    def __init__(self, *documents: bytes, **given):
        self.taken: list[str] = []
        super().__init__(*documents, **given)

    def reload(self) -> Flow:
        self.taken += self.flow.taken
        return super().reload()


def lines(*flows: str) -> str:
    """`a>b` for a flow of that id, `a>b if x == 1` for one with a condition."""
    drawn = []
    for one in flows:
        way, _, condition = one.partition(" if ")
        source, target = way.rstrip("'").split(">")
        drawn.append(flow(source, target, condition or None, id=way))
    return "".join(drawn)


def choice() -> bytes:
    flows = lines("start>ask", "ask>which", "which>done if x == 1", "which>done' if x == 2", "which>ask")
    return diagram(start(), user("ask"), xor("which", default="which>ask"), end("done"), flows)


def test_of_two_flows_to_the_same_element_the_one_that_was_meant_is_told():
    run = Followed(choice())
    assert run.taken == ["start>ask"]
    run.do("ask", x=3)
    run.do("ask", x=2)
    assert run.taken == ["start>ask", "ask>which", "which>ask", "ask>which", "which>done'"]


def test_branches_events_and_called_processes_tell_their_flows():
    main = process(
        start(),
        both("split"),
        user("a"),
        boundary("late", "a", timer("PT1H"), ends=False),
        user("mind"),
        call("part", "q"),
        both("join"),
        end("done"),
        lines("start>split", "split>a", "split>part", "a>join", "part>join", "join>done", "late>mind"),
    )
    called = process(start("s"), user("b"), end("e"), lines("s>b", "b>e"), id="q")
    run = Followed(document(main, called))
    run.later(hours=2)
    assert sorted(run.taken) == ["late>mind", "s>b", "split>a", "split>part", "start>split"]
    run.do("mind")
    run.do("a")
    run.do("b")
    assert run.flow.finished
    assert sorted(run.taken) == sorted(
        ["start>split", "split>a", "split>part", "late>mind", "s>b", "b>e", "a>join", "part>join", "join>done"]
    )


def test_of_the_events_behind_a_gateway_only_the_one_that_happened_is_reached():
    waiting = node("eventBasedGateway", "wait"), catch("soon", timer("PT1H")), catch("never", timer("P9D"))
    flows = lines("start>wait", "wait>soon", "wait>never", "soon>done", "never>done")
    run = Followed(diagram(start(), *waiting, end("done"), flows))
    run.later(hours=1)
    assert run.taken == ["start>wait", "wait>soon", "soon>done"]


def test_a_countersign_is_left_once():
    signers = user("sign", several(source="people", item="who"), mode="all")
    drawn = diagram(start(), signers, end("done"), lines("start>sign", "sign>done"))
    run = Followed(drawn, data={"people": ["x", "y"]})
    run.do("sign", "x", decision="approve")
    assert run.taken == ["start>sign"]
    run.do("sign", "y", decision="approve")
    assert run.taken == ["start>sign", "sign>done"]


def test_what_an_earlier_release_stored_still_runs_and_tells_no_flows():
    stored = json.loads(specify({"a.bpmn": choice()}, "p").text)
    for each in stored["processes"]["p"]["nodes"].values():
        each["next"] = [way[:2] for way in each["next"]]
        if "default" in each:
            each["default"] = each["default"][0]
    old = Flow.start(specification(json.dumps(stored)), {}, now=NOON)
    old.complete(old.open_tasks[0].id, {"x": 3})
    assert [task.step for task in old.open_tasks] == ["ask"]
    old.complete(old.open_tasks[0].id, {"x": 1})
    assert (old.ended, old.taken) == (["done"], [])
