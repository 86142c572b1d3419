"""What a wizard draws: lanes, nodes in their order from left to right, and flows."""

from dataclasses import dataclass, field, replace

from engine.procedures.wizard.steps import Step


@dataclass(frozen=True)
class Node:
    """`below` is the gateway under which an end stands."""

    id: str
    kind: str
    name: str
    lane: str
    step: Step | None = None
    default: str = ""
    below: str = ""


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""

    def leading(self, source: str, target: str) -> "Flow":
        """The same answer, from and to where it leads."""
        return replace(self, id=self.id or f"{source}_to_{target}", source=source, target=target)


@dataclass
class Model:
    lanes: dict[str, str] = field(default_factory=dict)  # who -> name
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)

    def lane(self, who: str, name: str) -> None:
        self.lanes.setdefault(who, name)

    def add(self, node: Node) -> None:
        self.nodes.append(node)
