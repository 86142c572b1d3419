"""The tables: columns and neighbours, no rules."""

from models.account import FACTS, account_terms, accounts, handovers, lendings
from models.archive import publications
from models.base import metadata, open_engine, reading, still, writing
from models.calendar import office_hours, workdays
from models.case import cases, comments, copies, serials
from models.channel import changed_days, channels, slots
from models.check import case_checks, case_findings, check_runs
from models.content import contents, uploads
from models.export import exports
from models.figure import closed_figures, closed_periods
from models.finding import case_fields, case_words, opened, views
from models.job import answers, incidents, jobs
from models.keeping import (
    account_disposals,
    bundles,
    disposal_items,
    disposal_requests,
    disposals,
    disposed_lines,
    holds,
)
from models.link import link_key
from models.message import message_settings, messages
from models.migrate import is_current, migrate
from models.migration import case_migrations, migrated_cases
from models.move import moves
from models.outside import outside_links
from models.people import people, posts, roles, sessions, stand_ins, tokens, units
from models.procedure import procedures, specifications, versions
from models.read import read_links, reads
from models.register import designations, filings, materials, takedowns
from models.repair import repairs
from models.sheet import sheets
from models.studio import LIVE, draft_hands, procedure_drafts
from models.task import drafts, tasks
from models.trail import INSERT_ONLY, anchor_copies, anchored_heads, anchors, trail

__all__ = [
    "FACTS",
    "INSERT_ONLY",
    "LIVE",
    "account_disposals",
    "account_terms",
    "accounts",
    "anchor_copies",
    "anchored_heads",
    "anchors",
    "answers",
    "bundles",
    "case_checks",
    "case_fields",
    "case_findings",
    "case_migrations",
    "case_words",
    "cases",
    "changed_days",
    "channels",
    "check_runs",
    "closed_figures",
    "closed_periods",
    "comments",
    "contents",
    "copies",
    "designations",
    "disposal_items",
    "disposal_requests",
    "disposals",
    "disposed_lines",
    "draft_hands",
    "drafts",
    "exports",
    "filings",
    "handovers",
    "holds",
    "incidents",
    "is_current",
    "jobs",
    "lendings",
    "link_key",
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
    "read_links",
    "reading",
    "reads",
    "repairs",
    "roles",
    "serials",
    "sessions",
    "sheets",
    "slots",
    "specifications",
    "stand_ins",
    "still",
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
