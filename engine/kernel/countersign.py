"""Several instances of one activity: countersigning with its rules and early decision, plain lists and loops."""

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.task import Task

from engine.kernel.ballot import REJECT, RULES, decided, weighed, weight_of, words
from engine.kernel.errors import EmptySigners, NotOpen, NotRemovable, TooManySigners, UnheldSeat
from engine.kernel.specs import CANCELLED, OPEN, STARTED, Lean, apply_changes, spawn

MAX_SIGNERS = 200


class Several(Lean):
    """An activity that holds its instances as children; each child is a task of `described['child']`."""

    def add_instance(self, my_task: Task, index: int, item: Any) -> None:
        spec = my_task.workflow.spec.task_specs[f">each {self.name}"]
        child = spawn(my_task, spec)
        child.triggered = True
        child.data = dict(my_task.data)
        child.internal_data = {"kept": True, "index": index, "item": item}
        variable = self.described["loop"].get("item")
        if variable:
            child.data[variable] = item
        child.task_spec._update(child)

    def instances(self, my_task: Task) -> list[Task]:
        return [child for child in my_task.children if child.triggered]


class Each(Several, spiff.ParallelMultiInstanceTask):
    """One instance for each of a list: all at once or in turn."""

    @property
    def rule(self) -> str | None:
        mode = self.props.get("mode", "").strip()
        return mode if mode.partition(":")[0] in RULES else None

    @property
    def in_turn(self) -> bool:
        return bool(self.described["loop"]["turns"]) or self.rule == "in_turn"

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        if self.rule:  # what an earlier round decided is no decision of this one
            my_task.data.pop("votes", None)
            my_task.data.pop("decision", None)
        items = my_task.workflow.top_workflow.items(my_task, self.described["loop"], self.props)
        self._refuse_bad_number(len(items))
        my_task.internal_data |= {"items": items, "votes": [], "next": 0} | self._privileges(my_task, items)
        my_task._set_state(STARTED)
        self.open_more(my_task)
        return False

    def _refuse_bad_number(self, number: int) -> None:
        if number < 1:
            raise EmptySigners(element=self.bpmn_id, name=self.bpmn_name or "")
        if number > MAX_SIGNERS:
            raise TooManySigners(element=self.bpmn_id, name=self.bpmn_name or "", limit=MAX_SIGNERS)

    def _privileges(self, my_task: Task, items: list[Any]) -> dict[str, Any]:
        """Whose votes weigh more and who may refuse alone, among those who sign: settled for the whole round."""
        found: dict[str, Any] = {}
        if self.rule and self.rule.startswith("weight:"):
            weights = found["weights"] = {}
            for who, weight in weighed(self.props.get("weights", "")):
                for item in self._among(my_task, who, items):
                    weights[item] = max(weight, weights.get(item, weight))
        if self.rule and self.props.get("veto"):
            held = [self._among(my_task, who, items) for who in words(self.props["veto"])]
            found["veto"] = sorted({item for several in held for item in several})
        return found

    def _among(self, my_task: Task, who: str, items: list[Any]) -> list[str]:
        """Those of the signers whom an assignment names; nobody is an error, or the vote would pass without them."""
        named = my_task.workflow.top_workflow.named(my_task, who)
        found = [item for item in items if isinstance(item, str) and item in named]
        if not found:
            raise UnheldSeat(element=self.bpmn_id, name=self.bpmn_name or "", who=who)
        return found

    def decision(self, known: dict[str, Any]) -> str | None:
        """The joint decision, if there is a rule and it is certain."""
        if not self.rule:
            return None
        return decided(self.rule, known["votes"], known["items"], known.get("weights"), known.get("veto", ()))

    def open_more(self, my_task: Task) -> None:
        """The next instance in turn, or every one that is not open yet."""
        known = my_task.internal_data
        while known["next"] < len(known["items"]):
            if self.in_turn and any(child.state & OPEN for child in self.instances(my_task)):
                return
            known["next"] += 1
            self.add_instance(my_task, known["next"] - 1, known["items"][known["next"] - 1])

    def merge(self, my_task: Task, child: Task) -> None:
        known, loop = my_task.internal_data, self.described["loop"]
        answers = child.internal_data.get("answers", {})
        if self.rule or answers:
            known["votes"].append(answers | self._signed(known, child.internal_data["item"]))
        if not self.rule:
            self._take_over(my_task, child)
        if loop["out"]:
            result = child.data.get(loop["out_item"]) if loop["out_item"] else answers
            known.setdefault("results", []).append(result)
        self.settle(my_task, child)

    def _signed(self, known: dict[str, Any], item: Any) -> dict[str, Any]:
        weighs = {"weight": weight_of(item, known["weights"])} if "weights" in known else {}
        return {"signer": item} | weighs

    def _take_over(self, my_task: Task, child: Task) -> None:
        """What an instance changed, without the name its item goes by."""
        loop, changed = self.described["loop"], dict[str, Any]()
        apply_changes(changed, my_task.parent, child)
        own = {k: v for k, v in changed.items() if k not in (loop["item"], loop["out_item"])}
        self._assign(my_task, own)

    def _assign(self, my_task: Task, values: dict[str, Any]) -> None:
        my_task.data |= values
        my_task.internal_data["own"] = [*my_task.internal_data.get("own", ()), *values]

    def settle(self, my_task: Task, child: Task | None = None) -> None:
        """Go on if the rule is decided or all is done; otherwise open the next in turn."""
        known, loop = my_task.internal_data, self.described["loop"]
        decision = self.decision(known)
        if decision is None and not self._enough(my_task, child):
            self.open_more(my_task)
            return
        for other in self.instances(my_task):
            my_task.workflow.top_workflow.cancel_task(other)
        if self.rule:
            self._assign(my_task, {"votes": known["votes"], "decision": decision or REJECT})
        if loop["out"]:
            self._assign(my_task, {loop["out"]: known["votes"] if self.rule else known["results"]})
        my_task._ready()

    def _enough(self, my_task: Task, child: Task | None) -> bool:
        known, until = my_task.internal_data, self.described["loop"]["until"]
        done = known["done"] = known.get("done", 0) + (child is not None)
        if done >= len(known["items"]):
            return True
        if not until or child is None:
            return False
        counters = {
            "nrOfInstances": len(known["items"]),
            "nrOfCompletedInstances": done,
            "nrOfActiveInstances": sum(bool(one.state & OPEN) for one in self.instances(my_task)),
            "results": known["votes"],
        }
        return my_task.workflow.top_workflow.ask(child, until, counters)


class Again(Several, spiff.StandardLoopTask):
    """The same activity again while its condition holds, at most so often."""

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        my_task.internal_data["done"] = 0
        if self.described["loop"]["before"] and not self._once_more(my_task):
            return True
        my_task._set_state(STARTED)
        self.add_instance(my_task, 0, None)
        return False

    def _once_more(self, my_task: Task) -> bool:
        loop, done = self.described["loop"], my_task.internal_data["done"]
        if loop["most"] and done >= loop["most"]:
            return False
        if not loop["while"]:
            return bool(loop["most"])
        return my_task.workflow.top_workflow.ask(my_task, loop["while"])

    def merge(self, my_task: Task, child: Task) -> None:
        my_task.data = dict(child.data)
        my_task.internal_data["done"] += 1
        if self._once_more(my_task):
            self.add_instance(my_task, my_task.internal_data["done"], None)
        else:
            my_task._ready()


@dataclass(frozen=True)
class Seat:
    """One place in a countersign: whose, whether it was added, and whether it is open, still to come or used."""

    signer: Any
    state: str  # open later signed
    added: bool
    weight: int
    veto: bool


def seats(instance: Task) -> list[Seat]:
    """Every place of the round, those that have signed first, then in the order of the list."""
    my_task = instance.parent
    known, spec = my_task.internal_data, my_task.task_spec
    left = list(known["items"])
    found = []
    for vote in known["votes"]:
        left.remove(vote["signer"])
        found.append(_seat(known, vote["signer"], "signed"))
    opened = [child.internal_data["item"] for child in spec.instances(my_task) if child.state & OPEN]
    for item in left:
        state = "open" if item in opened else "later"
        if state == "open":
            opened.remove(item)
        found.append(_seat(known, item, state))
    return found


def _seat(known: dict[str, Any], item: Any, state: str) -> Seat:
    weight = weight_of(item, known.get("weights", {}))
    return Seat(item, state, item in known.get("added", ()), weight, item in known.get("veto", ()))


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
