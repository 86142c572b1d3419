"""Tasks: one row for every time a human step opened or somebody was asked beside it, and the drafts people keep."""

from typing import Any

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, or_never, reference

_open: dict[str, Any] = {"sqlite_where": sa.text("state = 'open'"), "postgresql_where": sa.text("state = 'open'")}

_live: dict[str, Any] = {
    "sqlite_where": sa.text("state IN ('open', 'waiting')"),
    "postgresql_where": sa.text("state IN ('open', 'waiting')"),
}

tasks = sa.Table(
    "tasks",
    metadata,
    identity(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("uuid", sa.String(36), nullable=False),  # the engine's name of the task; of an asked one its own
    # Whoever holds the task `parent_id` asked for this one: delegate before after rework; empty: the diagram opened it.
    reference("parent_id", "tasks", nullable=True, index=True),
    sa.Column("asked", sa.String(10)),
    sa.Column("step", sa.String(100), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    # open; waiting (until those who were asked have answered); done; closed (by the engine, nobody acted)
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),  # raised when the task changes, or the content it is about
    sa.Column("offered_to", sa.String(100)),  # a principal; empty: nobody holds the post, see incidents
    reference("assignee_id", "people", nullable=True),
    sa.Column("separate", sa.Text, nullable=False, server_default=""),  # ",submit,review," whose actors may not act
    sa.Column("properties", sa.JSON, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("late_at", Moment),
    sa.Column("claimed_at", Moment),
    sa.Column("closed_at", Moment),
    reference("actor_id", "people", nullable=True),
    reference("for_id", "people", nullable=True),  # B acted for A: actor B, for A
    sa.Column("decision", sa.String(40)),
    sa.Column("comment", sa.Text),
    sa.Column("content_sha256", sa.String(64)),  # what the decision was about
    # Until all asked to sign after have signed: on the waiting row the answers given, on the row of who gave them the
    # exceptions they will allow; where it stays, that approval never stood.
    sa.Column("held", sa.JSON(none_as_null=True)),
    # Time, see engine.actions.keep_time: whose working time counts (empty: the applicant's), how far the clock has
    # come with the deadline and when it goes on, when a claimed task goes back to its post.
    reference("office_id", "units", nullable=True),
    sa.Column("stage", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("next_at", Moment),
    sa.Column("release_at", Moment),
    sa.Index("ix_tasks_next_at", "next_at", **_live),
    sa.Index("ix_tasks_release_at", "release_at", **_live),
    # What waits for one person, of whatever post: counted for the list of people, moved when somebody leaves.
    sa.Index("ix_tasks_assignee_id", "assignee_id", **_live),
    # A box: what a search looks at stands in the index itself, see engine.queries.conditions.
    sa.Index("ix_tasks_offered_to", "offered_to", "id", "case_id", "assignee_id", "state", **_open),
    sa.Index(
        "ix_tasks_actor_id",
        "actor_id",
        "id",
        "case_id",
        "state",
        sqlite_where=sa.text("state = 'done'"),
        postgresql_where=sa.text("state = 'done'"),
    ),
    # What was done in a period.
    sa.Index(
        "ix_tasks_closed_at",
        "closed_at",
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    ),
    # A box in the order of its deadlines, and with what is overdue first.
    sa.Index("ix_tasks_due", "offered_to", or_never(sa.column("due_at")), "id", **_open),
    sa.Index("ix_tasks_late", "offered_to", or_never(sa.column("late_at")), "id", **_open),
    # The tasks of a case, and who acted on which step without touching the table.
    sa.Index("ix_tasks_case_id", "case_id", "state", "step", "actor_id", "for_id"),
    sa.Index("uq_tasks_open", "case_id", "uuid", unique=True, **_open),
)

drafts = sa.Table(
    "drafts",
    metadata,
    reference("person_id", "people"),
    sa.Column("place", sa.String(100), nullable=False),  # "task:7" or "start:pub-company-info"
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("person_id", "place"),
)
