"""The way a case really went on its drawing: what became of each element, how often it was passed, what was jumped."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.procedures.outlook import nodes_of
from engine.procedures.version import Version
from engine.standing import STANDING

MIGRATED = ("migrate", "migrate_back")


@dataclass(frozen=True)
class Jump:
    """A move that no line of the drawing made; `kind` is return, resume, recall, move, skip or migrate."""

    no: int
    kind: str
    step: str
    to: str
    at: datetime
    actor: str | None


def became(version: Version, rows: Iterable[Any], running: set[str], timeline: Iterable[Any]) -> dict[str, list[str]]:
    """Ids of the drawing by what became of them: done, running, rejected, closed."""
    last = _last_states(rows)
    nodes = nodes_of(version)
    done = [step for step, state in last.items() if state == "done" and step not in running]
    passed = set(_told(timeline, "passed")) & nodes.keys()
    calls = {node.id for node in nodes.values() if node.kind == "callActivity"}
    inside = {call: {n.id for n in nodes.values() if n.process == nodes[call].called} for call in calls}
    return {
        "done": [*done, *sorted(passed - running - calls), *[call for call in calls if inside[call] & set(done)]],
        "running": [*running, *[call for call in calls if inside[call] & running]],
        "rejected": [step for step, state in last.items() if state == "rejected" and step not in running],
        "closed": [step for step, state in last.items() if state == "closed" and step not in running],
    }


def counted(version: Version, rows: Iterable[Any], timeline: Iterable[Any]) -> dict[str, int]:
    """How often each line was taken and each element was come to, as the trail says; nothing is guessed.

    An element is come to by its lines, by returns and repairs. Where a line has no id of its own, people's steps are
    counted by their openings.
    """
    events, found = list(timeline), Counter[str]()
    found.update(one for one in _told(events, "flows"))
    opened: dict[str, set[str]] = {}
    for row in rows:
        if row.asked is None:
            opened.setdefault(row.step, set()).add(row.uuid)
    passed = Counter(_told(events, "passed"))
    jumped = Counter(one.to for one in jumps(events) if one.kind in ("return", "move"))
    lines, total = dict(found), dict(found)
    for node in nodes_of(version).values():
        drawn = [flow.id for flow in node.incoming if not flow.generated]
        if drawn and len(drawn) == len(node.incoming):
            times = sum(lines.get(flow, 0) for flow in drawn) + jumped[node.id]
        else:
            times = len(opened.get(node.id, ())) if node.human and node.loop is None else passed[node.id]
        if times:
            total[node.id] = times
    return total


def jumps(timeline: Iterable[Any]) -> list[Jump]:
    """Numbered in the order in which they happened; by the names of the version the case is on."""
    found: list[tuple[str, str, str, Any]] = []
    for event in timeline:
        kind, facts = event.verb, event.facts
        if kind == "return":
            found.append(("resume" if facts.get("resume") else "return", event.step or "", facts.get("to", ""), event))
        elif kind == "repair" and facts.get("kind") in ("move", "skip"):
            found.append((facts["kind"], event.step or "", facts.get("target", ""), event))
        elif kind == "recall":
            found.append(("recall", "", event.step or "", event))
        elif kind in MIGRATED:
            names = facts["renamed"]
            found = [(one, names.get(step, step), names.get(to, to), of) for one, step, to, of in found]
            found.append(("migrate", "", "", event))
    return [Jump(no, kind, step, to, event.at, event.actor) for no, (kind, step, to, event) in enumerate(found, 1)]


def _told(timeline: Iterable[Any], what: str) -> list[str]:
    """What the diagram passed or took by itself, each time, by the names of the version the case is on."""
    found: list[str] = []
    for event in timeline:
        found += event.facts.get(what, ())
        if event.verb in MIGRATED:
            names = event.facts["renamed"]
            found = [names.get(element, element) for element in found]
    return found


def _last_states(rows: Iterable[Any]) -> dict[str, str]:
    """Step -> what became of it the last time; of those who were asked only who did not sign after counts."""
    last, done = dict[str, str](), set[str]()
    for task in rows:
        rejected = task.decision in ("reject", "return")
        if task.state in STANDING or (task.asked and not (task.asked == "after" and rejected)):
            continue
        if task.state == "done":
            done.add(task.uuid)
            last[task.step] = "rejected" if rejected else "done"
        elif task.uuid not in done and not task.asked:
            last[task.step] = "closed"
    return last
