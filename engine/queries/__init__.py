"""What people can see: reads only, ready for pages and for the API."""

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
from engine.queries.house import Sought, house_table, one_person, people_list, role_list, stand_in_rules, unit_tree
from engine.queries.inbox import BOXES, SORTS, Item, Page, Wanted, counts, inbox
from engine.queries.moves import batches_of, giver_of, movable_people, move_list
from engine.queries.names import Names, Unit, names
from engine.queries.outside import outside_list, outside_view
from engine.queries.own_sessions import profile, session_list
from engine.queries.registers import REGISTERS, Asked, Register, handover_list, incident_list, publication
from engine.queries.standing_in import stand_in_report
from engine.queries.task import TaskView, task_view

__all__ = [
    "BOXES",
    "REGISTERS",
    "SORTS",
    "Asked",
    "Asking",
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
    "Register",
    "Sought",
    "StartView",
    "TaskView",
    "Unit",
    "Waiting",
    "Wanted",
    "askings",
    "batches_of",
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
    "giver_of",
    "handover_list",
    "house_table",
    "inbox",
    "incident_list",
    "movable_people",
    "move_list",
    "names",
    "one_person",
    "outside_list",
    "outside_view",
    "people_list",
    "procedure",
    "profile",
    "publication",
    "role_list",
    "session_list",
    "stand_in_report",
    "stand_in_rules",
    "start_view",
    "task_view",
    "timeline",
    "unit_tree",
    "who_may",
]
