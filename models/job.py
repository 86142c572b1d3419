"""Work for the outside and for later: jobs, the incidents they and cases end in, and remembered answers."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

jobs = sa.Table(
    "jobs",
    metadata,
    identity(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("key", sa.String(100), nullable=False, unique=True),  # the receiver's idempotency key
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), index=True),
    sa.Column("state", sa.String(10), nullable=False),  # waiting running done failed
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("run_at", Moment, nullable=False),
    sa.Column("lease_until", Moment),
    sa.Column("error", sa.Text),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index(
        "ix_jobs_run_at",
        "run_at",
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    ),
)

incidents = sa.Table(
    "incidents",
    metadata,
    identity(),
    sa.Column("kind", sa.String(40), nullable=False),  # vacant_post undecided failed_job broken_case
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), index=True),
    reference("task_id", "tasks", nullable=True, index=True),
    reference("job_id", "jobs", nullable=True),
    sa.Column("owner", sa.String(100), nullable=False),  # a principal
    sa.Column("zh", sa.Text, nullable=False),
    sa.Column("en", sa.Text, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("resolved_at", Moment),
    reference("resolved_by", "people", nullable=True),
)

# What was answered to a request that carried an idempotency key.
answers = sa.Table(
    "answers",
    metadata,
    reference("person_id", "people"),
    sa.Column("key", sa.String(100), nullable=False),
    sa.Column("request", sa.String(64), nullable=False),  # SHA-256 of what was asked
    sa.Column("answer", sa.JSON, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("person_id", "key"),
    sa.Index("ix_answers_at", "at"),
)
