"""Accounts the company opened, the one-time hand-over of their passwords, and lendings."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

accounts = sa.Table(
    "accounts",
    metadata,
    identity(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    reference("holder_id", "people", index=True),
    reference("unit_id", "units"),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # active closed
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, unique=True),
    sa.UniqueConstraint("kind", "name"),
)

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
    reference("channel_id", "channels", index=True),
    reference("borrower_id", "people", index=True),
    reference("unit_id", "units"),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, unique=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("operators", sa.Text, nullable=False),
    sa.Column("returned_at", Moment),
)
