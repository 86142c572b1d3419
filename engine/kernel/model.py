"""What a diagram consists of, as plain objects: processes, nodes, flows, lanes, data, events, repetitions."""

from dataclasses import dataclass, field

HUMAN = frozenset({"userTask", "manualTask", "task"})
NODES = frozenset(
    "task userTask manualTask serviceTask scriptTask businessRuleTask sendTask receiveTask callActivity "
    "subProcess transaction adHocSubProcess startEvent endEvent intermediateCatchEvent "
    "intermediateThrowEvent boundaryEvent exclusiveGateway parallelGateway inclusiveGateway "
    "eventBasedGateway complexGateway callChoreography choreographyTask subChoreography".split()
)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})


@dataclass(frozen=True)
class EventDefinition:
    """What an event waits for or throws; `value_kind` is timeDate, timeDuration or timeCycle."""

    kind: str
    line: int | None
    reference: str = ""
    value_kind: str = ""
    value: str = ""


@dataclass(frozen=True)
class Loop:
    """A repetition: kind is parallel, sequential or standard."""

    kind: str
    line: int | None
    cardinality: str = ""
    source: str = ""
    item: str = ""
    output: str = ""
    output_item: str = ""
    condition: str = ""
    maximum: str = ""


@dataclass(frozen=True)
class Operation:
    """What a service task asks for; parameters are expressions."""

    id: str
    result: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class Flow:
    id: str
    name: str
    line: int | None
    source: str
    target: str
    scope: str
    condition: str | None
    generated: bool  # the drawing gave no id


@dataclass(frozen=True)
class Lane:
    id: str
    name: str
    line: int | None
    members: tuple[str, ...]
    properties: dict[str, str]
    nested: bool


@dataclass(frozen=True)
class DataElement:
    """A data object or a reference to one (`target`); kind is the local name of the element."""

    id: str
    name: str
    line: int | None
    kind: str
    target: str
    scope: str


@dataclass
class Node:
    id: str
    kind: str
    name: str
    line: int | None
    scope: str  # the id of the subprocess or process around it
    process: str
    attributes: dict[str, str]
    properties: dict[str, str]
    documentation: str = ""
    lane: str | None = None
    default: str = ""
    attached_to: str = ""
    interrupting: bool = True
    called: str = ""
    events: tuple[EventDefinition, ...] = ()
    loop: Loop | None = None
    operation: Operation | None = None
    payload: str = ""  # the expression whose value a message carries
    decision: str = ""  # the id of the decision table a rule step asks
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()  # tags of what stands in extensionElements
    performers: tuple[str, ...] = ()  # the standard's own assignments, which are not used here
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def human(self) -> bool:
        return self.kind in HUMAN

    @property
    def container(self) -> bool:
        return self.kind in SUBPROCESSES

    @property
    def gateway(self) -> bool:
        return self.kind.endswith("Gateway")

    def event(self) -> str:
        """The kind of its only event definition, `none` without one, `several` with more."""
        if not self.events:
            return "none"
        return self.events[0].kind if len(self.events) == 1 else "several"


@dataclass
class Process:
    id: str
    name: str
    line: int | None
    executable: bool
    documentation: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    data: list[DataElement] = field(default_factory=list)
    by_id: dict[str, Node] = field(default_factory=dict)

    def scopes(self) -> list[str]:
        """The process and its subprocesses: the levels on which tokens move."""
        return [self.id, *(node.id for node in self.nodes if node.container)]

    def level(self, scope: str) -> list[Node]:
        return [node for node in self.nodes if node.scope == scope]

    def boundaries(self, node: Node) -> list[Node]:
        return [other for other in self.nodes if other.kind == "boundaryEvent" and other.attached_to == node.id]
