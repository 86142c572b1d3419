"""The places of a running countersign: whose they are, one more, one less."""

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.task import Task

from engine.kernel.ballot import weight_of
from engine.kernel.errors import NotOpen, NotRemovable
from engine.kernel.specs import CANCELLED, OPEN


@dataclass(frozen=True)
class Seat:
    """One place: whose, whether signed, open or still to come (later), and the task it was or is open as."""

    signer: Any
    state: str
    task: str | None
    added: bool
    weight: int
    veto: bool


@dataclass(frozen=True)
class Round:
    """A countersign as it stands: its places, those signed first, and every task it has opened since it began."""

    seats: tuple[Seat, ...]
    opened: frozenset[str]


def round_of(instance: Task) -> Round:
    my_task = instance.parent
    known, left = my_task.internal_data, list(my_task.internal_data["items"])
    opened = known.get("opened", [])
    found = []
    for vote in known["votes"]:
        left.remove(vote["signer"])
        task = next((one for one, item in reversed(opened) if item == vote["signer"]), None)
        found.append(_seat(known, vote["signer"], "signed", task))
    waiting = [child for child in my_task.task_spec.instances(my_task) if child.state & OPEN]
    for item in left:
        child = next((one for one in waiting if one.internal_data["item"] == item), None)
        if child is not None:
            waiting.remove(child)
        found.append(_seat(known, item, "open" if child else "later", str(child.id) if child else None))
    return Round(tuple(found), frozenset(task for task, _ in opened))


def _seat(known: dict[str, Any], item: Any, state: str, task: str | None = None) -> Seat:
    weight = weight_of(item, known.get("weights", {}))
    return Seat(item, state, task, item in known.get("added", ()), weight, item in known.get("veto", ()))


def add_signer(instance: Task, item: Any) -> None:
    """One more to sign, while the countersigning runs; the vote weighs 1."""
    my_task = instance.parent
    spec, known = my_task.task_spec, my_task.internal_data
    spec._refuse_bad_number(len(known["items"]) + 1)
    known["items"] = [*known["items"], item]
    known["added"] = [*known.get("added", ()), item]
    spec.open_more(my_task)


def remove_signer(instance: Task, item: Any) -> None:
    """One less to sign. NotOpen if that signer has nothing to sign, EmptySigners for the last one of all,
    NotRemovable where the rest had then decided: only a vote decides."""
    my_task = instance.parent
    spec, known = my_task.task_spec, my_task.internal_data
    open_ones = [child for child in spec.instances(my_task) if child.state & OPEN]
    gone = next((child for child in open_ones if child.internal_data["item"] == item), None)
    later = known["items"][known["next"] :]
    if gone is None and item not in later:
        raise NotOpen()
    spec._refuse_bad_number(len(known["items"]) - 1)
    place = gone.internal_data["index"] if gone is not None else known["next"] + later.index(item)
    after = known | _without(known, item, place)
    if len(open_ones) + len(later) == 1 or spec.decision(after) is not None:
        raise NotRemovable(element=spec.bpmn_id, name=spec.bpmn_name or "")
    my_task.internal_data = after
    if gone is not None:
        gone._set_state(CANCELLED)
        after["next"] -= 1
        for child in open_ones:
            child.internal_data["index"] -= child.internal_data["index"] > place
    spec.open_more(my_task)


def _without(known: dict[str, Any], item: Any, place: int) -> dict[str, Any]:
    """What changes with one signer less, who leaves no privilege behind for who is added later."""
    changed: dict[str, Any] = {"items": known["items"][:place] + known["items"][place + 1 :]}
    changed |= {key: [one for one in known[key] if one != item] for key in ("added", "veto") if key in known}
    if "weights" in known:
        changed["weights"] = {one: weight for one, weight in known["weights"].items() if one != item}
    return changed
