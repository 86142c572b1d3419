"""Several instances of one activity: countersigning with its rules and early decision, plain lists and loops."""

from math import ceil
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.task import Task

from engine.kernel.errors import EmptySigners, TooManySigners
from engine.kernel.specs import CANCELLED, COMPLETED, OPEN, STARTED, Lean, apply_changes, spawn

MAX_SIGNERS = 200
RULES = ("all", "any", "ratio", "in_turn")
APPROVE, REJECT = "approve", "reject"


def decided(rule: str, votes: list[dict[str, Any]], total: int) -> str | None:
    """The joint decision as soon as it is certain: `approve`, or the vote that settled it; else None."""
    if not votes:
        return None
    yes = sum(vote.get("decision") == APPROVE for vote in votes)
    left = total - len(votes)
    last = votes[-1].get("decision")
    no = str(last) if last and last != APPROVE else REJECT
    needed = _needed(rule, total)
    if yes >= needed:
        return APPROVE
    return no if yes + left < needed else None


def _needed(rule: str, total: int) -> int:
    if rule == "any":
        return 1
    if rule.startswith("ratio:"):
        return max(1, ceil(float(rule.removeprefix("ratio:")) * total - 1e-9))
    return total


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
        my_task.internal_data |= {"items": items, "votes": [], "next": 0}
        my_task._set_state(STARTED)
        self.open_more(my_task)
        return False

    def _refuse_bad_number(self, number: int) -> None:
        if number < 1:
            raise EmptySigners(element=self.bpmn_id, name=self.bpmn_name or "")
        if number > MAX_SIGNERS:
            raise TooManySigners(element=self.bpmn_id, name=self.bpmn_name or "", limit=MAX_SIGNERS)

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
            known["votes"].append({"signer": child.internal_data["item"]} | answers)
        if not self.rule:
            self._take_over(my_task, child)
        if loop["out"]:
            result = child.data.get(loop["out_item"]) if loop["out_item"] else answers
            known.setdefault("results", []).append(result)
        self.settle(my_task, child)

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
        decision = decided(self.rule, known["votes"], len(known["items"])) if self.rule else None
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


def add_signer(instance: Task, item: Any) -> None:
    """One more to sign, while the countersigning runs."""
    my_task = instance.parent
    spec = my_task.task_spec
    spec._refuse_bad_number(len(my_task.internal_data["items"]) + 1)
    my_task.internal_data["items"] = [*my_task.internal_data["items"], item]
    spec.open_more(my_task)


def remove_signer(instance: Task, item: Any) -> bool:
    """One less to sign; False if that signer is not open. Never the last one: nobody left is no pass."""
    my_task = instance.parent
    spec, known = my_task.task_spec, my_task.internal_data
    open_ones = [child for child in spec.instances(my_task) if child.state & OPEN]
    gone = next((child for child in open_ones if child.internal_data["item"] == item), None)
    later = known["items"][known["next"] :]
    if gone is None and item not in later:
        return False
    spec._refuse_bad_number(len(known["items"]) - 1)
    place = gone.internal_data["index"] if gone is not None else known["next"] + later.index(item)
    known["items"] = known["items"][:place] + known["items"][place + 1 :]
    if gone is not None:
        gone._set_state(CANCELLED)
        known["next"] -= 1
        for child in spec.instances(my_task):
            child.internal_data["index"] -= child.internal_data["index"] > place and child.state != COMPLETED
    spec.settle(my_task)
    return True
