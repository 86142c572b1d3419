"""Faulty diagrams by name, each with the one error it gives and where; and what several of them are drawn from."""

from collections.abc import Callable

from engine.kernel.document import Document
from engine.procedures.checks import Context, run_checks
from engine.procedures.findings import Finding
from tests.engine.checks.drawing import FORMS, Drawing

ROLES = frozenset({"employee", "企管办"})
UNITS = frozenset({"EMD", "企管部"})
FAULTS: dict[str, tuple[Callable[[], Drawing], str, str]] = {}


def errors(drawing: Drawing) -> list[Finding]:
    context = Context(
        forms=drawing.forms, operations=frozenset({"archive"}), roles=ROLES, units=UNITS, tables=drawing.tables
    )
    return [one for one in run_checks(Document.read(drawing.xml()), context) if one.level == "error"]


def fault(code: str, element: str) -> Callable[[Callable[[], Drawing]], Callable[[], Drawing]]:
    def keep(draw: Callable[[], Drawing]) -> Callable[[], Drawing]:
        FAULTS[draw.__name__] = (draw, code, element)
        return draw

    return keep


def around(kind: str, inside: str = "", **more: str) -> Drawing:
    """A process whose only step is one node of a kind."""
    return Drawing().start().node(kind, "x", inside, **more).end().path("start", "x", "end")


def one_task(inside: str = "", **properties: str) -> Drawing:
    return Drawing().start().task("x", inside=inside, **properties).end().path("start", "x", "end")


def branches(split: str, join: str) -> Drawing:
    """Two human branches between two gateways; conditions where the split decides."""
    decides = split in ("exclusive", "inclusive")
    drawing = Drawing(forms=FORMS).start().task("ask", form="submit", kind="submit")
    drawing.gateway(split, "split", "split_b" if decides else "").task("a").task("b").gateway(join, "join")
    drawing.task("after").end().path("start", "ask", "split")
    drawing.flow("split", "a", "days > 3" if decides else None).flow("split", "b")
    return drawing.path("a", "join", "after", "end").path("b", "join")
