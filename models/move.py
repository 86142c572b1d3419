"""Tasks that were given on because their holder left: who moved what to whom, and whether it went back."""

import sqlalchemy as sa

from models.base import Moment, identity, metadata, reference

moves = sa.Table(
    "moves",
    metadata,
    identity(),
    sa.Column("batch", sa.String(40), nullable=False),  # all rows of one hand-over
    sa.Column("made_at", Moment, nullable=False),
    reference("by_id", "people"),
    reference("from_id", "people", index=True),
    reference("to_id", "people", nullable=True),  # empty: to nobody, an incident tells its owner
    reference("task_id", "tasks", index=True),
    sa.Column("result", sa.String(10), nullable=False),  # moved, refused, vacant
    sa.Column("zh", sa.String(300), nullable=False, server_default=""),  # why it was refused, or did not go back
    sa.Column("en", sa.String(300), nullable=False, server_default=""),
    # What the task was before, so that it can go back.
    sa.Column("offered_to", sa.String(100)),
    reference("assignee_id", "people", nullable=True),
    sa.Column("claimed_at", Moment),
    sa.Column("revision", sa.Integer),  # of the task after the move: another one means that somebody acted since
    sa.Column("undone_at", Moment),
    reference("undone_by", "people", nullable=True),
    sa.UniqueConstraint("batch", "task_id"),
)
