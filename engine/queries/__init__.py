"""What people can see: reads only, ready for pages and for the API."""

from engine.finding.address import Filterable, address, filterable, kept, list_wanted
from engine.finding.wanted import AUDIT, BOXES, LABELS, SORTS, STATES, Wanted
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
from engine.queries.change_cases import ChangeCase, change_case, change_procedures, drafts_to_propose
from engine.queries.channels import Channel, Day, Month, Overview, channel_list, channel_month
from engine.queries.compare import compared
from engine.queries.decision_tables import TableView, decision_table, decision_tables, tried
from engine.queries.draft_findings import draft_findings
from engine.queries.draft_forms import draft_form, draft_forms
from engine.queries.house import Sought, house_table, one_person, people_list, role_list, stand_in_rules, unit_tree
from engine.queries.inbox import Item, Page, counts, how_many, inbox
from engine.queries.messages import Message, Messages, has_news_of, how_told, message, messages
from engine.queries.migration import Migratable, MigrationView, migratable, migration, spoken
from engine.queries.moves import batches_of, giver_of, movable_people, move_list
from engine.queries.names import Names, Unit, names
from engine.queries.outside import outside_list, outside_view
from engine.queries.own_sessions import profile, session_list
from engine.queries.procedure_changes import (
    Compared,
    Side,
    differences,
    draft_comparison,
    draft_drawing,
    version_comparison,
    version_drawing,
)
from engine.queries.registers import (
    REGISTERS,
    Asked,
    Register,
    gone_lines,
    handover_list,
    incident_list,
    publication,
    published_package,
    takes_package,
)
from engine.queries.release import (
    Hand,
    History,
    Past,
    ReleaseView,
    hands,
    release_view,
    version_files,
    version_history,
)
from engine.queries.sheet import Sheet, sheet
from engine.queries.signers import Signer, signers
from engine.queries.standing_in import stand_in_report
from engine.queries.studio import DraftView, Editable, editable_procedures, procedure_draft
from engine.queries.task import TaskView, task_view
from engine.queries.time_left import Left, time_left
from engine.queries.verify import Record, record
from engine.queries.views import View, views
from engine.queries.vocabulary import vocabulary
from engine.queries.waiting import Stands, spent, stands
from engine.queries.workdays import WorkCalendar, preview, work_calendar

__all__ = [
    "AUDIT",
    "BOXES",
    "LABELS",
    "REGISTERS",
    "SORTS",
    "STATES",
    "Asked",
    "Asking",
    "CaseView",
    "Catalogue",
    "ChangeCase",
    "Channel",
    "Compared",
    "Day",
    "DraftView",
    "Editable",
    "Entry",
    "Event",
    "Filterable",
    "Hand",
    "History",
    "Item",
    "Left",
    "Message",
    "Messages",
    "Migratable",
    "MigrationView",
    "Month",
    "Names",
    "Overview",
    "Page",
    "Past",
    "Procedure",
    "Record",
    "Register",
    "ReleaseView",
    "Sheet",
    "Side",
    "Signer",
    "Sought",
    "Stands",
    "StartView",
    "TableView",
    "TaskView",
    "Unit",
    "View",
    "Waiting",
    "Wanted",
    "WorkCalendar",
    "address",
    "askings",
    "batches_of",
    "case_view",
    "catalogue",
    "change_case",
    "change_procedures",
    "channel_list",
    "channel_month",
    "compared",
    "counts",
    "decision_table",
    "decision_tables",
    "differences",
    "draft_comparison",
    "draft_drawing",
    "draft_findings",
    "draft_form",
    "draft_forms",
    "drafts_to_propose",
    "drawing",
    "earlier_steps",
    "editable_procedures",
    "entries",
    "files_of",
    "filterable",
    "first_step",
    "giver_of",
    "gone_lines",
    "handover_list",
    "hands",
    "has_news_of",
    "house_table",
    "how_many",
    "how_told",
    "inbox",
    "incident_list",
    "kept",
    "list_wanted",
    "message",
    "messages",
    "migratable",
    "migration",
    "movable_people",
    "move_list",
    "names",
    "one_person",
    "outside_list",
    "outside_view",
    "people_list",
    "preview",
    "procedure",
    "procedure_draft",
    "profile",
    "publication",
    "published_package",
    "record",
    "release_view",
    "role_list",
    "session_list",
    "sheet",
    "signers",
    "spent",
    "spoken",
    "stand_in_report",
    "stand_in_rules",
    "stands",
    "start_view",
    "takes_package",
    "task_view",
    "time_left",
    "timeline",
    "tried",
    "unit_tree",
    "version_comparison",
    "version_drawing",
    "version_files",
    "version_history",
    "views",
    "vocabulary",
    "who_may",
    "work_calendar",
]
