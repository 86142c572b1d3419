"""Accounts of people and of the house with their history, the hand-over of passwords, and lendings."""

from collections.abc import Iterator

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference


def _facts() -> Iterator[sa.Column]:
    """What of an account may change; `accounts` has it as it is now, `account_terms` as it was in each term."""
    yield sa.Column("name", sa.String(100), nullable=False)
    yield sa.Column("state", sa.String(12), nullable=False)  # registered (official) active suspended closed
    yield reference("unit_id", "units", index=True)  # the holder's department; the owner of an official account
    yield reference("holder_id", "people", nullable=True, index=True)  # who answers for an account of the staff
    yield sa.Column("user_name", sa.String(100), nullable=False, server_default="")  # who uses it from outside
    yield reference("administrator_id", "people", nullable=True)  # of an official account
    yield reference("operator_id", "people", nullable=True)  # of an official account
    yield reference("custodian_id", "people", nullable=True)  # who keeps the password
    yield sa.Column("purpose", sa.Text, nullable=False, server_default="")
    yield sa.Column("rights", sa.JSON, nullable=False)  # list of words
    yield sa.Column("valid_until", sa.Date)  # the last day on which it may be used
    yield sa.Column("suspended_until", sa.Date)
    yield sa.Column("certificate", sa.String(200), nullable=False, server_default="")
    yield sa.Column("filing", sa.String(40), nullable=False, server_default="")
    yield sa.Column("profile", sa.Text, nullable=False, server_default="")
    yield sa.Column("backup", sa.String(200), nullable=False, server_default="")  # taken before it was closed


_OPEN = sa.text("state <> 'closed'")
_OPEN_APP = sa.text("kind = 'app' AND state <> 'closed'")
_CURRENT = sa.text("until IS NULL")


def _unique(name: str, *columns: str, where: sa.TextClause) -> sa.Index:
    return sa.Index(name, *columns, unique=True, sqlite_where=where, postgresql_where=where)


accounts = sa.Table(
    "accounts",
    metadata,
    identity(),
    sa.Column("official", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("kind", sa.String(40), nullable=False),
    reference("organisation_id", "units", index=True),  # the topmost unit
    sa.Column("channel_id", Id, sa.ForeignKey("channels.id"), unique=True),
    *_facts(),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment, nullable=False),  # somebody last said that it is in use
    sa.Column("closed_at", Moment),
    reference("version_id", "versions", nullable=True),  # what closed it says how long its lines are kept
    reference("case_id", "cases", nullable=True, index=True),  # none: it came with the house
    _unique("one_account_each", "kind", "holder_id", "user_name", where=_OPEN),  # C-A1
    _unique("one_account_of_a_name", "organisation_id", "kind", "name", where=_OPEN),
    _unique("one_app_each", "unit_id", where=_OPEN_APP),  # C-A2
)

account_terms = sa.Table(
    "account_terms",
    metadata,
    identity(),
    reference("account_id", "accounts", index=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment),
    *_facts(),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),  # why this term began
    reference("case_id", "cases", nullable=True, index=True),
    _unique("one_term_now", "account_id", where=_CURRENT),
)

FACTS = tuple(column.name for column in _facts())

handovers = sa.Table(
    "handovers",
    metadata,
    identity(),
    reference("account_id", "accounts", index=True),
    reference("person_id", "people", index=True),
    sa.Column("secret", sa.Text),  # encrypted; emptied when it was shown
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("shown_at", Moment),
)

lendings = sa.Table(
    "lendings",
    metadata,
    identity(),
    reference("account_id", "accounts", index=True),
    reference("borrower_id", "people", index=True),
    reference("unit_id", "units", index=True),
    reference("case_id", "cases", index=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("operators", sa.Text, nullable=False),
    sa.Column("returned_at", Moment),
)
