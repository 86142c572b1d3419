"""What of a recorded case its replay can hang on: cases that are alike in it all go as recorded, or none does."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson

from engine.procedures.forms import into_flow
from engine.procedures.ground import Ground
from engine.procedures.recorded import Recorded

BEGUN_WITH = ("applicant", "case", "switches")


def likeness(case: Recorded, ground: Ground, names: Mapping[str, str]) -> bytes | None:
    """A hash that is the same for cases alike; None where timers, tables or repetitions have a say.

    In it are the record's version and end, every event with what it led to, and of all that is put among the data the
    names that conditions read: whole, or of what a case is begun with what they ask for by dots. Times, persons and
    whatever else is answered turn no token.
    """
    reads = ground.specification.reads
    if reads is None:
        return None
    asked = {path[0] for path in reads}
    begun = [_at(case.data, path) for path in sorted(reads) if path[0] in BEGUN_WITH]
    kept = [[into, case.data.get(into)] for into in _intos(ground) if into in asked]
    told = [case.version_id, case.state, case.outcome, case.ended_at is None, begun, kept]
    events = list(_events(case, ground, names, asked))
    return sha256(orjson.dumps([told, _answers(case.answered, ground, asked), events])).digest()


def given(ground: Ground, step: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What answers to a step put among the data of the diagram."""
    return into_flow(ground.form(ground.properties.get(step, {})), dict(answers))


def _events(case: Recorded, ground: Ground, names: Mapping[str, str], asked: set[str]) -> Iterator[Any]:
    for number, event in enumerate(case.events):
        last = number + 1 == len(case.events) or case.events[number + 1].at != event.at
        step = ground.here(event.to if event.kind == "amend" else event.step, names)
        data = given(ground, step, event.answers) if event.kind in ("done", "amend") else {}
        said = sorted([key, value] for key, value in data.items() if key in asked)
        opened = sorted(case.opened.get(event.at, ())) if last else None
        answered = _answers(event.answered, ground, asked)
        yield [event.kind, event.step, event.to, event.rank, said, answered, opened]


def _answers(answered: Sequence[tuple[str, Any]], ground: Ground, asked: set[str]) -> list[Any]:
    """What operations answered, each value only where it is put under a name that is read, or among all the others."""
    kept = {operation for operation, into in ground.specification.operations.values() if not into or into in asked}
    return [[operation, answer if operation in kept else None] for operation, answer in answered]


def _intos(ground: Ground) -> list[str]:
    return sorted({into for _, into in ground.specification.operations.values()})


def _at(data: Mapping[str, Any], path: Sequence[str]) -> Any:
    """What stands at a path, with how far it could be followed."""
    value: Any = data
    for depth, name in enumerate(path):
        if not isinstance(value, dict) or name not in value:
            return [depth, value if depth else None]
        value = value[name]
    return [len(path), value]
