"""Keeping: what may not be disposed of, who asked for a disposal and who decided, its proof, packages to take away."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

_standing = sa.text("lifted_at IS NULL")
_live = sa.text("state IN ('asked', 'approved')")

# A hold keeps whatever fits everything it names; at least one is named.
holds = sa.Table(
    "holds",
    metadata,
    identity(),
    sa.Column("number", sa.String(40)),  # of one case
    reference("procedure_id", "procedures", nullable=True),
    reference("unit_id", "units", nullable=True),  # it and all below
    reference("person_id", "people", nullable=True),  # who applied, acted, or was acted for
    sa.Column("since", sa.Date),  # days on which the case began
    sa.Column("until", sa.Date),
    sa.Column("words", sa.String(100)),  # in the title
    sa.Column("reason", sa.Text, nullable=False),
    reference("put_by", "people"),
    sa.Column("put_at", Moment, nullable=False),
    reference("lift_asked_by", "people", nullable=True),
    sa.Column("lift_asked_at", Moment),
    sa.Column("lift_reason", sa.Text),
    reference("lifted_by", "people", nullable=True),
    sa.Column("lifted_at", Moment),
    sa.Index("ix_holds_standing", "id", sqlite_where=_standing, postgresql_where=_standing),
)

disposal_requests = sa.Table(
    "disposal_requests",
    metadata,
    identity(),
    reference("procedure_id", "procedures"),
    sa.Column("kind", sa.String(10), nullable=False, server_default="cases"),  # cases, accounts that it closed
    sa.Column("count", sa.Integer, nullable=False),  # how many it names
    sa.Column("keep_package", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # asked approved refused done failed
    reference("asked_by", "people"),
    sa.Column("asked_at", Moment, nullable=False),
    reference("decided_by", "people", nullable=True),
    sa.Column("decided_at", Moment),
    sa.Column("answer", sa.Text),
    sa.Index(
        "uq_disposal_requests_live", "procedure_id", "kind", unique=True, sqlite_where=_live, postgresql_where=_live
    ),
)

# `chain` is the number of the case or of the account, of which nothing else is left at the end.
disposal_items = sa.Table(
    "disposal_items",
    metadata,
    reference("request_id", "disposal_requests"),
    sa.Column("chain", Id, nullable=False),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # waiting, gone (its files are still there), done, kept
    sa.Column("zh", sa.Text, nullable=False, server_default=""),  # why it was kept
    sa.Column("en", sa.Text, nullable=False, server_default=""),
    sa.Column("files", sa.JSON(none_as_null=True)),  # what is left to remove
    sa.PrimaryKeyConstraint("request_id", "chain"),
    sa.Index("ix_disposal_items_state", "request_id", "state", "chain"),
)

# The proof of a disposal, word by word as the row `house_seq` of the house's trail says it; insert-only.
disposals = sa.Table(
    "disposals",
    metadata,
    sa.Column("chain", Id, primary_key=True, autoincrement=False),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    reference("procedure_id", "procedures", index=True),
    reference("unit_id", "units", index=True),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment, nullable=False),
    sa.Column("head_seq", sa.Integer, nullable=False),
    sa.Column("head_hash", sa.String(64), nullable=False),
    sa.Column("package_sha256", sa.String(64), nullable=False),
    sa.Column("package_kept", sa.Boolean, nullable=False),
    reference("request_id", "disposal_requests", index=True),
    sa.Column("house_seq", sa.Integer, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False),
)

# The same of a closed account: the row `house_seq` of the house's trail says it; insert-only. It names nobody.
account_disposals = sa.Table(
    "account_disposals",
    metadata,
    sa.Column("account_id", Id, primary_key=True, autoincrement=False),
    sa.Column("official", sa.Boolean, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),  # of an official account; empty otherwise
    reference("channel_id", "channels", nullable=True, index=True),
    reference("procedure_id", "procedures", index=True),
    reference("unit_id", "units", index=True),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("closed_at", Moment, nullable=False),
    sa.Column("terms", sa.Integer, nullable=False),
    sa.Column("lendings", sa.Integer, nullable=False),
    sa.Column("package_sha256", sa.String(64), nullable=False),
    sa.Column("package_kept", sa.Boolean, nullable=False),
    reference("request_id", "disposal_requests", index=True),
    sa.Column("house_seq", sa.Integer, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False),
)

# A line of a register that went: that there was one, from when to when, and whose, is all that is left of it.
disposed_lines = sa.Table(
    "disposed_lines",
    metadata,
    identity(),
    sa.Column("register", sa.String(20), nullable=False),
    reference("unit_id", "units"),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment),
    sa.Index("ix_disposed_lines_register_since", "register", "since"),
)

# Archive packages of a period in one file, made by a job and kept for some days.
bundles = sa.Table(
    "bundles",
    metadata,
    identity(),
    reference("procedure_id", "procedures", nullable=True),  # empty: of every procedure in the asker's scope
    sa.Column("since", sa.Date, nullable=False),  # days on which the cases ended
    sa.Column("until", sa.Date, nullable=False),
    reference("asked_by", "people", index=True),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # waiting ready gone failed
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("made", sa.Integer, nullable=False, server_default="0"),
    sa.Column("size", sa.BigInteger),
    sa.Column("sha256", sa.String(64)),
    sa.Column("expires_at", Moment),
)
