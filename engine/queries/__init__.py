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
from engine.queries.catalogue import Entry, StartView, catalogue, drawing, first_step, procedure, start_view
from engine.queries.clauses import clause_of
from engine.queries.compare import compared
from engine.queries.inbox import BOXES, SORTS, Item, Page, Wanted, counts, inbox
from engine.queries.registers import (
    account_list,
    handover_list,
    incident_list,
    lending_list,
    publication,
    publication_list,
)
from engine.queries.task import TaskView, task_view

__all__ = [
    "BOXES",
    "SORTS",
    "CaseView",
    "Entry",
    "Event",
    "Item",
    "Page",
    "StartView",
    "TaskView",
    "Wanted",
    "account_list",
    "case_view",
    "catalogue",
    "clause_of",
    "compared",
    "counts",
    "drawing",
    "earlier_steps",
    "files_of",
    "first_step",
    "handover_list",
    "inbox",
    "incident_list",
    "lending_list",
    "procedure",
    "publication",
    "publication_list",
    "start_view",
    "task_view",
    "timeline",
    "who_may",
]
