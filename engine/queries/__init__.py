"""What people can see: reads only, ready for pages and for the API."""

from engine.finding.address import Filterable, address, filterable, kept, list_wanted
from engine.finding.wanted import BOXES, LABELS, SORTS, STATES, Wanted
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
from engine.queries.inbox import Item, Page, counts, how_many, inbox
from engine.queries.names import Names, Unit, names
from engine.queries.registers import REGISTERS, Asked, Register, handover_list, incident_list, publication
from engine.queries.task import TaskView, task_view
from engine.queries.views import View, views

__all__ = [
    "BOXES",
    "LABELS",
    "REGISTERS",
    "SORTS",
    "STATES",
    "Asked",
    "CaseView",
    "Catalogue",
    "Channel",
    "Day",
    "Entry",
    "Event",
    "Filterable",
    "Item",
    "Month",
    "Names",
    "Overview",
    "Page",
    "Procedure",
    "Register",
    "StartView",
    "TaskView",
    "Unit",
    "View",
    "Wanted",
    "address",
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
    "filterable",
    "first_step",
    "handover_list",
    "how_many",
    "inbox",
    "incident_list",
    "kept",
    "list_wanted",
    "names",
    "procedure",
    "publication",
    "start_view",
    "task_view",
    "timeline",
    "views",
    "who_may",
]
