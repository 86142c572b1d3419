"""The tables: columns and neighbours, no rules."""

from models.account import FACTS, account_terms, accounts, handovers, lendings
from models.archive import publications
from models.base import metadata, open_engine, reading, writing
from models.calendar import office_hours, workdays
from models.case import cases, comments, copies, serials
from models.channel import changed_days, channels, slots
from models.content import contents, uploads
from models.finding import case_fields, case_words, opened, views
from models.job import answers, incidents, jobs
from models.message import message_settings, messages
from models.migrate import is_current, migrate
from models.migration import case_migrations, migrated_cases
from models.move import moves
from models.outside import outside_links
from models.people import people, posts, roles, sessions, stand_ins, tokens, units
from models.procedure import procedures, specifications, versions
from models.register import designations, filings, materials, takedowns
from models.sheet import sheets
from models.studio import LIVE, draft_hands, procedure_drafts
from models.task import drafts, tasks
from models.trail import INSERT_ONLY, anchor_copies, anchored_heads, anchors, trail

__all__ = [
    "FACTS",
    "INSERT_ONLY",
    "LIVE",
    "account_terms",
    "accounts",
    "anchor_copies",
    "anchored_heads",
    "anchors",
    "answers",
    "case_fields",
    "case_migrations",
    "case_words",
    "cases",
    "changed_days",
    "channels",
    "comments",
    "contents",
    "copies",
    "designations",
    "draft_hands",
    "drafts",
    "filings",
    "handovers",
    "incidents",
    "is_current",
    "jobs",
    "lendings",
    "materials",
    "message_settings",
    "messages",
    "metadata",
    "migrate",
    "migrated_cases",
    "moves",
    "office_hours",
    "open_engine",
    "opened",
    "outside_links",
    "people",
    "posts",
    "procedure_drafts",
    "procedures",
    "publications",
    "reading",
    "roles",
    "serials",
    "sessions",
    "sheets",
    "slots",
    "specifications",
    "stand_ins",
    "takedowns",
    "tasks",
    "tokens",
    "trail",
    "units",
    "uploads",
    "versions",
    "views",
    "workdays",
    "writing",
]
