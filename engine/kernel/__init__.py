"""The kernel: BPMN diagrams in, open tasks and thin snapshots out; the only importer of SpiffWorkflow."""

from engine.kernel.errors import DiagramError
from engine.kernel.flow import Flow, OpenTask
from engine.kernel.run import Step
from engine.kernel.seats import Round, Seat
from engine.kernel.specification import Specification, specification, specify
from engine.kernel.xml import MAX_BYTES, MAX_ELEMENTS, parse_xml

__all__ = [
    "MAX_BYTES",
    "MAX_ELEMENTS",
    "DiagramError",
    "Flow",
    "OpenTask",
    "Round",
    "Seat",
    "Specification",
    "Step",
    "parse_xml",
    "specification",
    "specify",
]
