"""Gateways: choosing in the order of the document, joining exactly the tokens that are meant."""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task

from engine.kernel.errors import NoPath
from engine.kernel.specs import CANCELLED, OPEN, WAITING, Lean, Way, ancestors, apply_changes, spawn


class EventGateway(Lean, spiff.EventBasedGateway):
    """Waits for the first of the events behind it; each timer keeps its own due time."""

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        my_task._set_state(WAITING)
        top, specs = my_task.workflow.top_workflow, my_task.workflow.spec.task_specs
        for way in self.described["next"]:
            top.set_timer(my_task, specs[way.target].described["event"], key=way.target)
        return False

    def _choose(self, my_task: Task) -> list[Way]:
        return [way for way in self.described["next"] if way.target == my_task.internal_data["chosen"]][:1]

    def _leave(self, my_task: Task, ways: list[Way]) -> None:
        child = spawn(my_task, my_task.workflow.spec.task_specs[ways[0].target])
        my_task.workflow.top_workflow.taken += [way.flow for way in ways if way.flow]
        child.data = dict(my_task.data)
        child._ready()


class Exclusive(Lean, spiff.ExclusiveGateway):
    def _choose(self, my_task: Task) -> list[Way]:
        """The first flow, in the order of the document, whose condition holds."""
        ask = my_task.workflow.top_workflow.ask
        for way in self.described["next"]:
            if way.condition is None or ask(my_task, way.condition):
                return [way]
        if "default" in self.described:
            return [self.described["default"]]
        if self.described["next"]:
            raise NoPath(element=self.bpmn_id, name=self.bpmn_name or "")
        return []


class Join(Lean):
    """A token that arrives waits; when enough have arrived they go on as one, their changes merged."""

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        if len(self._inputs) < 2:
            return True
        my_task._set_state(WAITING)
        return False

    def arrived(self, workflow: Any) -> list[Task]:
        """One waiting token for each flow that has any, in the order of arrival."""
        free = list(self._inputs)
        found = []
        for task in workflow.tasks.values():
            if task.task_spec is self and task.state == WAITING and came(task) in free:
                free.remove(came(task))
                found.append(task)
        return found

    def try_to_join(self, workflow: Any) -> bool:
        tokens = self.arrived(workflow)
        if not tokens or not self.complete(workflow, tokens):
            return False
        going, data = tokens[-1], merged(tokens)
        for other in tokens[:-1]:
            other._set_state(CANCELLED)
        if len(tokens) > 1:  # nothing between here and the split may be done again on its own
            going.internal_data["over"] = ancestors(going).index(_common(tokens))
        going.data = data
        going._ready()
        return True

    def complete(self, workflow: Any, tokens: list[Task]) -> bool:
        raise NotImplementedError


class Parallel(Join, spiff.ParallelGateway):
    def complete(self, workflow: Any, tokens: list[Task]) -> bool:  # noqa: ARG002
        return len(tokens) == len(self._inputs)

    def _choose(self, my_task: Task) -> list[Way]:  # noqa: ARG002
        return list(self.described["next"])


class Inclusive(Join, spiff.InclusiveGateway):
    def complete(self, workflow: Any, tokens: list[Task]) -> bool:
        """No token elsewhere may still reach a flow that is empty (unless it could reach a full one too)."""
        full = [came(token) for token in tokens]
        empty = [name for name in self._inputs if name not in full]
        coming = self._before(workflow.spec, empty) - self._before(workflow.spec, full)
        others = (task for task in workflow.tasks.values() if task.state & OPEN and task.task_spec is not self)
        return not any(task.task_spec.name in coming for task in others)

    def _before(self, spec: WorkflowSpec, names: list[str]) -> set[str]:
        seen, waiting = set(), list(names)
        while waiting:
            name = waiting.pop()
            if name not in seen and name != self.name:
                seen.add(name)
                waiting += spec.task_specs[name]._inputs
        return seen

    _choose = Lean._choose


def came(token: Task) -> str:
    """The element before the flow by which a token arrived; noted on it where a migration left the two apart."""
    name: str = token.internal_data.get("came") or token.parent.task_spec.name
    return name


def merged(tokens: list[Task]) -> dict[str, Any]:
    """What was before the branches, and the changes of each branch in the order of arrival.

    The library merges whole data, so that a branch which never touched a key undoes the other's change.
    """
    common = _common(tokens)
    data = dict(common.data)
    for token in tokens:
        apply_changes(data, common, token)
    return data


def _common(tokens: list[Task]) -> Task:
    paths = [[one.id for one in ancestors(token)] for token in tokens]
    shared = set(paths[0]).intersection(*paths[1:])
    return next(one for one in ancestors(tokens[0]) if one.id in shared)
