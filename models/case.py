"""Cases, the numbers they get, and who was sent a copy or said something."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

cases = sa.Table(
    "cases",
    metadata,
    identity(),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    reference("procedure_id", "procedures", index=True),
    reference("version_id", "versions", index=True),
    reference("applicant_id", "people"),
    reference("applicant_unit_id", "units"),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # running incident suspended, done rejected withdrawn cancelled
    sa.Column("outcome", sa.String(100)),  # the end event that was reached
    sa.Column("revision", sa.Integer, nullable=False),  # raised by every change: of two at once, one wins
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("content_no", sa.Integer, nullable=False, server_default="0"),
    sa.Column("content_sha256", sa.String(64)),
    sa.Column("next_due", Moment),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("trail_seq", sa.Integer, nullable=False),
    sa.Column("trail_hash", sa.String(64), nullable=False),
    sa.Column("suspended_at", Moment),
    sa.Column("urged_at", Moment),  # the last time somebody asked those it waits for to hurry
    # What the last decision started from, so that it can be taken back before anybody acts on it.
    sa.Column("undo_task_id", sa.BigInteger),
    sa.Column("undo_snapshot", sa.Text),
    sa.Index("ix_cases_applicant_id_id", "applicant_id", "id"),
    sa.Index("ix_cases_applicant_unit_id_id", "applicant_unit_id", "id"),
    # All cases, newest first, and those of a procedure, a unit, a state: see engine.queries.audit.found.
    sa.Index("ix_cases_started", "started_at", "id"),
    sa.Index("ix_cases_procedure_started", "procedure_id", "started_at", "id", "state"),
    sa.Index("ix_cases_unit_started", "applicant_unit_id", "started_at", "id", "procedure_id", "state"),
    sa.Index("ix_cases_state_started", "state", "started_at", "id"),
    sa.Index("ix_cases_ended_at", "ended_at"),
    sa.Index(
        "ix_cases_next_due",
        "next_due",
        sqlite_where=sa.text("next_due IS NOT NULL"),
        postgresql_where=sa.text("next_due IS NOT NULL"),
    ),
)

# One row a kind of number and year; a number is taken by raising `last` in the case's own transaction.
serials = sa.Table(
    "serials",
    metadata,
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

copies = sa.Table(
    "copies",
    metadata,
    identity(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    reference("person_id", "people"),
    reference("sent_by", "people", nullable=True),  # empty: the clock
    sa.Column("sent_at", Moment, nullable=False),
    sa.Column("read_at", Moment),
    sa.UniqueConstraint("case_id", "person_id"),
    sa.Index("ix_copies_person_id_id", "person_id", "id"),
)

comments = sa.Table(
    "comments",
    metadata,
    identity(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    reference("person_id", "people"),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)
