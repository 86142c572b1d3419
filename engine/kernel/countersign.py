"""Several instances of one activity: countersigning with its rules and early decision, plain lists and loops."""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.task import Task

from engine.kernel.ballot import REJECT, RULES, decided, weighed, weight_of, words
from engine.kernel.errors import EmptySigners, TooManySigners, UnheldSeat
from engine.kernel.specs import OPEN, STARTED, Lean, apply_changes, spawn

MAX_SIGNERS = 200


class Several(Lean):
    """An activity that holds its instances as children; each child is a task of `described['child']`."""

    def add_instance(self, my_task: Task, index: int, item: Any) -> Task:
        spec = my_task.workflow.spec.task_specs[f">each {self.name}"]
        child = spawn(my_task, spec)
        child.triggered = True
        child.data = dict(my_task.data)
        child.internal_data = {"kept": True, "index": index, "item": item}
        variable = self.described["loop"].get("item")
        if variable:
            child.data[variable] = item
        child.task_spec._update(child)
        return child

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
            opened = self.add_instance(my_task, known["next"] - 1, known["items"][known["next"] - 1])
            known.setdefault("opened", []).append([str(opened.id), opened.internal_data["item"]])

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
