"""What people can see: reads only, ready for pages and for the API."""

from engine.queries.case import (
    CaseView,
    Event,
    case_view,
    earlier_steps,
    files_of,
    timeline,
    who_may,
)
from engine.queries.catalogue import (
    Catalogue,
    Entry,
    Procedure,
    StartView,
    catalogue,
    drawing,
    entries,
    first_step,
    procedure,
    start_view,
)
from engine.queries.channels import Channel, Day, Month, Overview, channel_list, channel_month
from engine.queries.compare import compared
from engine.queries.inbox import BOXES, SORTS, Item, Page, Wanted, counts, inbox
from engine.queries.names import Names, Unit, names
from engine.queries.registers import REGISTERS, Asked, Register, handover_list, incident_list, publication
from engine.queries.sheet import Sheet, sheet
from engine.queries.task import TaskView, task_view
from engine.queries.verify import Record, record
from engine.queries.waiting import Stands, spent, stands

__all__ = [
    "BOXES",
    "REGISTERS",
    "SORTS",
    "Asked",
    "CaseView",
    "Catalogue",
    "Channel",
    "Day",
    "Entry",
    "Event",
    "Item",
    "Month",
    "Names",
    "Overview",
    "Page",
    "Procedure",
    "Record",
    "Register",
    "Sheet",
    "Stands",
    "StartView",
    "TaskView",
    "Unit",
    "Wanted",
    "case_view",
    "catalogue",
    "channel_list",
    "channel_month",
    "compared",
    "counts",
    "drawing",
    "earlier_steps",
    "entries",
    "files_of",
    "first_step",
    "handover_list",
    "inbox",
    "incident_list",
    "names",
    "procedure",
    "publication",
    "record",
    "sheet",
    "spent",
    "stands",
    "start_view",
    "task_view",
    "timeline",
    "who_may",
]
