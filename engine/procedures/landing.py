"""Whether tokens put down in the middle of a process can all go on: none waits for one that never comes."""

from collections.abc import Iterable

from engine.kernel.document import Document, Node, Process
from engine.kernel.migrating import Resting
from engine.procedures.checks.soundness import explore
from engine.procedures.checks.tokens import Cell, Fault, Level, level_of
from engine.text import Text

STUCK = Text(
    "在新版本里,「{at}」会等一路永远不会到达的分支。",
    "In the new version “{at}” waits for a branch that never comes.",
)
DOUBLED = Text(
    "在新版本里,并行的几路会未经汇合走到「{at}」,之后的步骤会重复办理。",
    "In the new version parallel paths would reach “{at}” without a join and do what follows twice.",
)
UNKNOWN = Text(
    "「{at}」一带的分支太复杂,无法证明迁移后不会卡住。",
    "The branching around “{at}” is too complex to prove that the case cannot get stuck.",
)
_TOLD = {"deadlock": STUCK, "doubled": DOUBLED, "unknown": UNKNOWN}


class Ground:
    """The processes of a version; what was once looked at is known, so that many cases of one shape cost one look."""

    def __init__(self, documents: Iterable[Document]):
        self.processes = {process.id: process for document in documents for process in document.processes}
        self.known: dict[Resting, Text | None] = {}

    def why_stuck(self, resting: Iterable[Resting]) -> list[Text]:
        """Why tokens resting like this cannot all go on, level by level."""
        return [why for one in resting if not one.alone and (why := self._why(one)) is not None]

    def _why(self, one: Resting) -> Text | None:
        if one not in self.known:
            self.known[one] = self._look(one)
        return self.known[one]

    def _look(self, one: Resting) -> Text | None:
        process, scope = self._place(one.process)
        level = level_of(process, scope)
        if level is None:
            return None
        try:
            _put_down(level, one)
            explore(level)
        except Fault as fault:
            return _TOLD[fault.kind].fill(at=fault.node.name or fault.node.id)
        return None

    def _place(self, name: str) -> tuple[Process, str]:
        """The process and scope of a level by the kernel's name: of a subprocess `>12 process/scope`."""
        if not name.startswith(">"):
            return self.processes[name], name
        length, _, rest = name[1:].partition(" ")
        return self.processes[rest[: int(length)]], rest[int(length) + 1 :]


def _put_down(level: Level, one: Resting) -> None:
    """Let the level begin with exactly these tokens. Where reminders and plain ends alone follow, none matters."""
    own = {cell.node.id: cell for cell in level.cells}  # of a node with a merge before it the last is its own
    given = []
    for element in one.elements:
        cell = own.get(element)
        if cell is None:
            continue
        place = _new_place(level, cell.node)
        level.cells.append(
            Cell(cell.node, "one", cell.gives, [place], cell.outputs, cell.extra, cell.default, cell.ends_all)
        )
        given.append(place)
    arrived = list(one.arrived)
    for name in {join for join, _ in arrived}:
        cell, sources = own[name], [source for join, source in arrived if join == name]
        for flow, place in zip(cell.node.incoming, cell.inputs, strict=True):
            if flow.source in sources:
                sources.remove(flow.source)
                given.append(place)
    if len(one.elements) > len(set(one.elements)):
        twice = next(each for each in one.elements if one.elements.count(each) > 1)
        if twice in own:
            raise Fault("doubled", own[twice].node)
    first: Node = level.head[level.begin]
    level.begin = _new_place(level, first)
    if given:
        level.cells.append(Cell(first, "one", "all", [level.begin], given))
    else:
        level.cells.append(Cell(first, "one", "one", [level.begin], [-1]))


def _new_place(level: Level, node: Node) -> int:
    place = max(level.head) + 1
    level.head[place] = node
    return place
