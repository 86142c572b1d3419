"""How each element behaves: SpiffWorkflow's specifications and task tree, without guessing ahead."""

from typing import Any, ClassVar, NamedTuple
from uuid import uuid4

from SpiffWorkflow.bpmn.specs import defaults as spiff
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.kernel.deciding import Ready
from engine.kernel.errors import NoPath

FUTURE, WAITING, READY, STARTED = TaskState.FUTURE, TaskState.WAITING, TaskState.READY, TaskState.STARTED
COMPLETED, CANCELLED = TaskState.COMPLETED, TaskState.CANCELLED
OPEN = WAITING | READY | STARTED | FUTURE


class Token(Task):
    """A task of the library that writes no log and reads no clock: that was half the cost of a step."""

    def __init__(self, workflow: Any, spec: BpmnTaskSpec, parent: Task | None, state: int, id: Any = None):
        self.id = str(uuid4()) if id is None else id
        self.workflow, self.task_spec, self._state = workflow, spec, state
        self._parent: Any = None
        self._children: list[Any] = []
        self.triggered, self.thread_id, self.last_state_change = False, 0, 0.0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        workflow.tasks[self.id] = self
        if parent is not None:
            self._parent = parent.id
            parent._children.append(self.id)

    def _set_state(self, value: int) -> None:
        self._state = value


def spawn(parent: Task, spec: BpmnTaskSpec) -> Token:
    """A new task after (or, for an instance, inside) another."""
    return Token(parent.workflow, spec, parent, FUTURE)


def ancestors(task: Task) -> list[Task]:
    """The task itself and everything before it, nearest first."""
    found = []
    current: Task | None = task
    while current is not None:
        found.append(current)
        current = current.parent
    return found


def apply_changes(data: dict[str, Any], common: Task, token: Task) -> None:
    """Put into `data` what was assigned or became different between two tasks of one branch."""
    base, assigned = common.data, set[str]()
    for one in ancestors(token):
        if one is common:
            break
        assigned.update(one.internal_data.get("own", ()))
    for key, value in token.data.items():
        if key in assigned or key not in base or (base[key] is not value and base[key] != value):
            data[key] = value
    for key in base:
        if key not in token.data:
            data.pop(key, None)


def place(task: Task) -> tuple[str, str]:
    """The id and the name of the element a task stands for."""
    spec = task.task_spec
    return spec.bpmn_id or "", spec.bpmn_name or ""


class Way(NamedTuple):
    """A sequence flow: the specification it leads to, its condition, its id if the drawing gave it one."""

    target: str
    condition: str | None = None
    flow: str | None = None


class Lean(BpmnTaskSpec):
    """The task tree holds what happened and what is open; the next task is made when a token leaves."""

    kind: ClassVar[str] = "automatic"
    described: dict[str, Any] = {}  # what the diagram says of the element, set by the builder
    props: dict[str, str] = {}

    def _predict(self, my_task: Task, *args: Any, **kwargs: Any) -> None:
        """Nothing is predicted: the library's look ahead costs a deep recursion and most of a snapshot."""

    def _on_ready(self, my_task: Task) -> None:
        """No checks and signals on the way: they were made when the diagram was read."""

    def _update_hook(self, my_task: Task) -> bool:
        if not my_task.internal_data.pop("kept", False):
            my_task.data = dict(my_task.parent.data)
        return True

    def _run_hook(self, my_task: Task) -> bool:  # noqa: ARG002
        return True

    def _run(self, my_task: Task) -> bool:
        return self._run_hook(my_task)

    def _on_complete(self, my_task: Task) -> None:
        top, parent = my_task.workflow.top_workflow, my_task.parent
        ways = self._choose(my_task)
        top.passed(my_task)
        if parent is not None and my_task.triggered:
            parent.task_spec.merge(parent, my_task)
            return
        if parent is not None and isinstance(parent.task_spec, Attached):
            top.close_boundary(my_task)
        self._leave(my_task, ways)
        if not ways:
            top.token_ended(my_task)

    def _leave(self, my_task: Task, ways: list[Way]) -> None:
        specs, taken = my_task.workflow.spec.task_specs, my_task.workflow.top_workflow.taken
        children = []
        for target, _, flow in ways:
            children.append(spawn(my_task, specs[target]))
            if flow is not None:
                taken.append(flow)
        for child in children:
            child.task_spec._update(child)

    def _choose(self, my_task: Task) -> list[Way]:
        """Where the token goes: every flow without a condition, and those whose condition holds."""
        flows = self.described["next"]
        ask = my_task.workflow.top_workflow.ask
        chosen = [way for way in flows if way.condition is None or ask(my_task, way.condition)]
        if not chosen and "default" in self.described:
            return [self.described["default"]]
        if flows and not chosen:
            raise NoPath(element=self.bpmn_id, name=self.bpmn_name or "")
        return chosen


class Human(Lean, spiff.UserTask):
    kind = "human"


class Manual(Lean, spiff.ManualTask):
    kind = "human"


class Plain(Lean, spiff.NoneTask):
    kind = "human"


class Start(Lean, spiff.StartEvent):
    kind = "event"


class Throw(Lean, spiff.IntermediateThrowEvent):
    kind = "event"

    def _run_hook(self, my_task: Task) -> bool:
        my_task.workflow.top_workflow.throw(my_task, self.described.get("event"))
        return True


class Send(Throw):
    kind = "automatic"


class End(Throw, spiff.EndEvent):
    pass


class Catch(Lean, spiff.IntermediateCatchEvent):
    kind = "event"

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        my_task._set_state(WAITING)
        my_task.workflow.top_workflow.set_timer(my_task, self.described["event"])
        return False


class Receive(Catch):
    kind = "automatic"


class Boundary(Catch, spiff.BoundaryEvent):
    pass


class Service(Lean, spiff.ServiceTask):
    def _run_hook(self, my_task: Task) -> bool:
        my_task.workflow.top_workflow.serve(my_task, self.described["does"])
        return True


class Rule(Lean, SimpleBpmnTask):
    """Asks a decision table when its token arrives; where that does not decide, the token stays."""

    table: Ready

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        return bool(my_task.workflow.top_workflow.rule(my_task, self.table))


class Scope(Lean, spiff.SubWorkflowTask):
    """A subprocess or a called process: started when its token arrives, left when nothing is open in it."""

    def _update_hook(self, my_task: Task) -> bool:
        super()._update_hook(my_task)
        my_task._set_state(STARTED)
        my_task.workflow.top_workflow.enter(my_task, self.spec)
        return False


class Attached(Lean, SimpleBpmnTask):
    """Stands before an activity with boundary events: activity and events are its children."""

    def _on_complete(self, my_task: Task) -> None:
        self._leave(my_task, self._choose(my_task))


class Begin(Lean, BpmnStartTask):
    """The root of a process."""


class Process(BpmnProcessSpec):
    """A level of a process, without the library's own elements whose names a drawing may carry too."""

    def __init__(self, name: str, process_id: str):
        self.bpmn_start_events: list[Any] = []
        WorkflowSpec.__init__(self, name=name)
        self.process_id = process_id
        self.start = Begin(self, ">start")
        self.end = None
        self.data_objects: dict[str, Any] = {}
        self.io_specification = None
        self.correlation_keys: dict[str, Any] = {}


NO_EVENT = NoneEventDefinition()
