"""OCEL 2.0 as JSON: cases and what they have to do with, and each line of their trails related to all of it.

Every value is a string, as the published schema has it; the declared types say what it is. Objects are written as they
come, events into a second file that follows at the end: nothing is kept in memory but which people, units and channels
were already written.
"""

import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import orjson

from engine.exports.told import Counted, Head, Party, ToldCase, ToldEvent, moment

EPOCH = moment(datetime(1970, 1, 1, tzinfo=UTC))  # the time of what has always been so
OBJECTS: dict[str, dict[str, str]] = {
    "case": dict.fromkeys(
        ("number", "title", "procedure", "procedure_title", "state", "outcome", "started", "ended"), "string"
    )
    | {"version": "integer", "started": "time", "ended": "time"},
    "content": {"no": "integer", "sha256": "string"},
    "publication": {"number": "string", "title": "string", "link": "string", "sha256": "string"},
    "account": {"name": "string", "kind": "string", "state": "string"},
    "lending": {"since": "time", "until": "time"},
    "channel": {"code": "string", "name": "string"},
    "person": {"login": "string", "name": "string"},
    "unit": {"code": "string", "name": "string"},
}
EVENT = {
    "verb": "string", "name": "string", "step": "string", "decision": "string", "seq": "integer", "waited": "float",
    "worked": "float",
}  # fmt: skip

# What else of the case a line of the trail is about, by its verb.
ABOUT = {
    "start": ("unit",), "archive": ("publication", "channel"), "take_down": ("publication", "channel"),
    "open_account": ("account",), "lend": ("lending", "account"), "take_back": ("lending", "account"),
    "book_slot": ("channel",), "confirm_slot": ("channel",), "release_slot": ("channel",), "move_slot": ("channel",),
}  # fmt: skip


class _Log:
    """The two halves of the file, and what is written already."""

    def __init__(self, objects: BinaryIO, events: BinaryIO):
        self.objects, self.events = objects, events
        self.known: set[str] = set()
        self.verbs: set[str] = set()
        self.counted = [0, 0]

    def add(self, type: str, id: str, facts: dict[str, Any], at: str, related: Iterable[dict[str, str]] = ()) -> str:
        """Write an object that is not written yet; its number."""
        key = f"{type}:{id}"
        if key not in self.known:
            if type in ("person", "unit", "channel", "account"):  # what many cases share
                self.known.add(key)
            told = [{"name": name, "time": at, "value": str(it)} for name, it in facts.items() if it is not None]
            self._write(self.objects, 0, {"id": key, "type": type, "attributes": told, "relationships": list(related)})
        return key

    def event(self, said: dict[str, Any]) -> None:
        self.verbs.add(said["type"])
        self._write(self.events, 1, said)

    def _write(self, out: BinaryIO, half: int, said: dict[str, Any]) -> None:
        out.write((b",\n" if self.counted[half] else b"\n") + orjson.dumps(said))
        self.counted[half] += 1


def write_ocel(out: BinaryIO, head: Head, parts: Iterable[list[ToldCase]]) -> Counted:
    cases = 0
    with TemporaryFile() as later:
        log = _Log(out, later)
        out.write(b'{"objects":[')
        for part in parts:
            for one in part:
                _case(log, one, head.language)
            cases += len(part)
        out.write(b'\n],\n"events":[')
        later.seek(0)
        shutil.copyfileobj(later, out)
    types = {"objectTypes": list(_types(OBJECTS)), "eventTypes": list(_types(dict.fromkeys(sorted(log.verbs), EVENT)))}
    out.write(b"\n],\n" + orjson.dumps(types)[1:] + b"\n")
    return Counted(cases, log.counted[1])


def _types(known: dict[str, dict[str, str]]) -> Iterator[dict[str, Any]]:
    for name, facts in known.items():
        yield {"name": name, "attributes": [{"name": each, "type": type} for each, type in facts.items()]}


def _case(log: _Log, one: ToldCase, language: str) -> None:
    began = moment(one.started_at)
    unit = _party(log, "unit", one.unit)
    related = [_to(_party(log, "person", one.applicant), "applicant"), _to(unit, "unit")]
    contents: dict[str, str] = {}
    near: dict[str, set[str]] = {"unit": {unit}}
    for thing in one.things:
        others = [_to(f"{type}:{id}", qualifier) for type, id, qualifier in thing.others]
        key = log.add(thing.type, thing.id, thing.facts, moment(thing.at), others)
        related.append(_to(key, thing.qualifier))
        near.setdefault(thing.type, set()).add(key)
        if thing.type == "content":
            contents[thing.facts["sha256"]] = key
    facts = {
        "number": one.number, "title": one.title, "procedure": one.procedure, "state": one.state,
        "procedure_title": one.procedure_title.in_language(language), "version": one.version, "outcome": one.outcome,
        "started": began, "ended": moment(one.ended_at) if one.ended_at else None,
    }  # fmt: skip
    here = log.add("case", str(one.id), facts, began, related)
    for event in one.events:
        log.event(_event(log, here, one, event, contents, near))


def _event(
    log: _Log, here: str, one: ToldCase, event: ToldEvent, contents: dict[str, str], near: dict[str, set[str]]
) -> dict[str, Any]:
    related = [_to(here, "case")]
    if event.actor:
        related.append(_to(_party(log, "person", event.actor), "actor"))
    if event.behalf:
        related.append(_to(_party(log, "person", event.behalf), "acted for"))
    if event.content in contents:
        related.append(_to(contents[event.content], "about"))
    for type in ABOUT.get(event.verb, ()):
        related += [_to(key, type) for key in sorted(near.get(type, ()))]
    told = [{"name": name, "value": str(value)} for name in EVENT if (value := getattr(event, name)) is not None]
    return {
        "id": f"event:{one.id}:{event.seq}",
        "type": event.verb,
        "time": moment(event.at),
        "attributes": told,
        "relationships": related,
    }


def _party(log: _Log, type: str, one: Party) -> str:
    return log.add(type, one.key, {"login" if type == "person" else "code": one.key, "name": one.name}, EPOCH)


def _to(id: str, qualifier: str) -> dict[str, str]:
    return {"objectId": id, "qualifier": qualifier}
