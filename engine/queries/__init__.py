"""What people can see: reads only, ready for pages and for the API."""

from engine.finding.wanted import (
    BOXES,
    LABELS,
    SORTS,
    STATES,
    Filterable,
    Wanted,
    address,
    filterable,
    kept,
    list_wanted,
)
from engine.queries.askings import Asking, askings
from engine.queries.case import (
    CaseView,
    Event,
    Waiting,
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
from engine.queries.messages import Message, Messages, has_news_of, how_told, message, messages
from engine.queries.names import Names, Unit, names
from engine.queries.registers import REGISTERS, Asked, Register, handover_list, incident_list, publication
from engine.queries.signers import Signer, signers
from engine.queries.task import TaskView, task_view
from engine.queries.time_left import Left, time_left
from engine.queries.views import View, views
from engine.queries.workdays import WorkCalendar, preview, work_calendar

__all__ = [
    "BOXES",
    "LABELS",
    "REGISTERS",
    "SORTS",
    "STATES",
    "Asked",
    "Asking",
    "CaseView",
    "Catalogue",
    "Channel",
    "Day",
    "Entry",
    "Event",
    "Filterable",
    "Item",
    "Left",
    "Message",
    "Messages",
    "Month",
    "Names",
    "Overview",
    "Page",
    "Procedure",
    "Register",
    "Signer",
    "StartView",
    "TaskView",
    "Unit",
    "View",
    "Waiting",
    "Wanted",
    "WorkCalendar",
    "address",
    "askings",
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
    "has_news_of",
    "how_many",
    "how_told",
    "inbox",
    "incident_list",
    "kept",
    "list_wanted",
    "message",
    "messages",
    "names",
    "preview",
    "procedure",
    "publication",
    "signers",
    "start_view",
    "task_view",
    "time_left",
    "timeline",
    "views",
    "who_may",
    "work_calendar",
]
