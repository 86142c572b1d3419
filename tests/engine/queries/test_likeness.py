"""A case like one that went as recorded is not replayed again, and what is said of it is what a replay would say."""

import dataclasses
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from engine.errors import QianfaError
from engine.kernel import specify
from engine.procedures.ground import Ground, ground_of
from engine.procedures.likeness import likeness
from engine.procedures.recorded import Event, Recorded
from engine.procedures.replay import replay
from engine.queries.audit.deviations import _begun
from engine.queries.history import whole
from models import reading
from tests.engine.kernel.drawing import boundary, diagram, end, flow, path, several, start, timer, user, xor
from tests.support.history import write_history

SOME = 150
CHANGES = 800
WAYS = "drop twice swap event event data opened end together unanswered cut".split()
FORGED = {
    "decision": ("approve", "return", "reject", None), "channel": ("official_weibo", "official_wechat", 1, True),
    "category": ("1", "6"), "test_result": ("ok", "text_changed"), "custody": ("accepted", "no"),
}  # fmt: skip


def said(case: Recorded, ground: Ground, names: Any) -> Any:
    """All that a replay says."""
    try:
        found = replay(case, ground, names)
    except QianfaError as error:
        return error.text
    return found and (found.was, found.now, found.seq, found.unasked)


def changed(case: Recorded, chance: Random) -> Recorded:
    """The same case with one thing otherwise."""
    way = chance.choice(WAYS)
    events, at = list(case.events), chance.randrange(len(case.events))
    if way == "drop":
        del events[at]
    elif way == "twice":
        events.insert(at, events[at])
    elif way == "swap":
        other = chance.randrange(len(events))
        events[at], events[other] = events[other], events[at]
    elif way == "together" and at + 1 < len(events):
        events[at] = events[at]._replace(at=events[at + 1].at)
    elif way == "event":
        events[at] = other_event(events[at], chance)
    elif way == "data":
        return dataclasses.replace(case, data=other_data(case.data, chance))
    elif way == "opened":
        return dataclasses.replace(case, opened=other_opened(case, events[at], chance))
    elif way == "cut":
        return dataclasses.replace(begun(case, at + 1), ended_at=events[at].at)
    elif way == "unanswered":  # what operations answered is then what the case knows of it at last
        bare = [one._replace(answered=[]) for one in events]
        return dataclasses.replace(case, events=bare, data={**case.data, "approval": {"valid": chance.random() < 0.8}})
    else:
        ends = ({"state": "withdrawn"}, {"state": "done"}, {"outcome": "published"}, {"ended_at": None})
        return dataclasses.replace(case, **chance.choice(ends))
    return dataclasses.replace(case, events=events)


def begun(case: Recorded, events: int) -> Recorded:
    """The case as it was after so many events."""
    going_on = {"state": "running", "outcome": None, "ended_at": None}
    return dataclasses.replace(case, events=case.events[:events], **going_on)


def other_event(event: Event, chance: Random) -> Event:
    what = chance.choice(("answers", "answers", "answered", "kind", "kind", "step", "to"))
    if what == "answers":
        name = chance.choice([*(name for name in FORGED if name in event.answers), "decision"])
        return event._replace(answers={**event.answers, name: chance.choice(FORGED[name])})
    if what == "answered":
        answered = [(name, {**answer, "valid": False}) for name, answer in event.answered]
        return event._replace(answered=chance.choice((answered, [])))
    if what == "kind":
        return event._replace(kind=chance.choice(("done", "amend", "end", "tick")))
    steps = ("submit", "review_by_unit_head", "review_by_enterprise_office", "publish_post", "assemble")
    return event._replace(**{what: chance.choice(steps)})


def other_data(data: dict[str, Any], chance: Random) -> dict[str, Any]:
    found = dict(data)
    if chance.random() < 0.3:
        found.pop(chance.choice(list(found)))
    found["applicant"] = {**data["applicant"], "unit": chance.choice(("EMD", "EMO", "MKT"))}
    found["switches"] = {"gatekeeper": chance.choice((True, False))}
    found["approval"] = {"valid": chance.choice((True, False))}
    return found


def other_opened(case: Recorded, event: Event, chance: Random) -> dict[Any, set[str]]:
    steps = {*case.opened.get(event.at, set())} ^ {chance.choice(("submit", "review_by_unit_head", "publish_post"))}
    return {**case.opened, event.at: steps}


@pytest.fixture(scope="module")
def cases(templates: Any) -> Iterator[list[tuple[Recorded, Ground, Any]]]:
    """Recorded cases with what they ran on; one that goes on with what it was begun with."""
    database, remove = templates("sqlite").copy()
    engine = database.engine()
    history = write_history(engine, SOME)
    with reading(engine) as conn:
        found = list(whole(conn, [one.id for one in history.cases]))
    yield [
        (
            dataclasses.replace(one.recorded, data=one.recorded.data or _begun(one)),
            ground_of(one.version),
            one.version.manifest["steps"],
        )
        for one in found
    ]
    engine.dispose()
    remove()


def test_what_is_said_of_a_case_is_the_same_however_many_were_like_it(
    cases: list[tuple[Recorded, Ground, Any]],
) -> None:
    """Whatever is changed in a record, and after however many: the verdict is that of a ground which saw no other."""
    chance, verdicts = Random(7), set[bool]()
    for case, ground, names in cases:
        said(case, ground, names)
    each = {likeness(*one): one for one in cases}
    assert None in each and 30 < len(each) < SOME / 2, "many are alike, and those with timers are like no other"
    for case, ground, names in each.values():
        if case.ended_at is not None and said(case, ground, names) is None:
            assert not any(said(begun(case, events), ground, names) for events in range(1, len(case.events)))
    for _ in range(CHANGES):
        case, ground, names = chance.choice(list(each.values()))
        forged = changed(case, chance)
        if chance.random() < 0.3:
            forged = changed(forged, chance)
        verdict = said(forged, ground, names)
        assert verdict == said(forged, dataclasses.replace(ground, followed=set()), names), forged
        verdicts.add(verdict is None)
    assert verdicts == {True, False}


def test_where_more_than_conditions_has_a_say_every_case_is_replayed() -> None:
    def reads(*parts: str, condition: str = "yes", more: str = "") -> Any:
        drawn = start() + user("a", *parts) + xor("g", default="no") + end() + end("other") + more
        drawn += path("start", "a", "g") + flow("g", "end", condition) + flow("g", "other", id="no")
        return specify({"x": diagram(drawn)}).reads

    said = 'applicant.unit in ["A"] and len(items) > 2 or (first or second).name == switches["on"]'
    assert reads(condition=said) == {
        ("applicant", "unit"), ("items",), ("len",), ("first",), ("second",), ("switches",),
    }  # fmt: skip
    assert reads(condition="form.yes") is None
    assert reads(several(source="people")) is None
    late = boundary("late", "a", timer("P1D")) + end("gone") + path("late", "gone")
    assert reads(more=late) is None
