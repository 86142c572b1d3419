"""Sessions, stand-ins with their reasons, and moves of many tasks at once."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0008"
down_revision = "0007"

FOR_SOMEBODY = sa.text("for_id IS NOT NULL")


def upgrade() -> None:
    _people()
    _sessions()
    _moves()
    op.create_index(
        "ix_trail_for_id", "trail", ["for_id", "actor_id"], sqlite_where=FOR_SOMEBODY, postgresql_where=FOR_SOMEBODY
    )


def _people() -> None:
    op.add_column("people", sa.Column("phone", sa.String(length=40), nullable=True))
    op.add_column("people", sa.Column("reset_digest", sa.String(length=64), nullable=True))
    op.add_column("people", sa.Column("reset_until", Moment(), nullable=True))
    op.create_index("uq_people_reset_digest", "people", ["reset_digest"], unique=True)
    op.add_column("stand_ins", sa.Column("reason", sa.String(length=200), server_default="", nullable=False))
    op.add_column("stand_ins", sa.Column("made_at", Moment(), nullable=True))
    op.add_column("stand_ins", sa.Column("ended_at", Moment(), nullable=True))


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sessions_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("digest", name="uq_sessions_digest"),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])


def _moves() -> None:
    op.create_table(
        "moves",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("by_id", Id, nullable=False),
        sa.Column("from_id", Id, nullable=False),
        sa.Column("to_id", Id, nullable=True),
        sa.Column("task_id", Id, nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.Column("zh", sa.String(length=300), server_default="", nullable=False),
        sa.Column("en", sa.String(length=300), server_default="", nullable=False),
        sa.Column("offered_to", sa.String(length=100), nullable=True),
        sa.Column("assignee_id", Id, nullable=True),
        sa.Column("claimed_at", Moment(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("undone_by", Id, nullable=True),
        *[
            sa.ForeignKeyConstraint([name], ["people.id"], name=f"fk_moves_{name}")
            for name in ("by_id", "from_id", "to_id", "assignee_id", "undone_by")
        ],
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_moves_task_id"),
        sa.PrimaryKeyConstraint("id", name="pk_moves"),
        sa.UniqueConstraint("batch", "task_id", name="uq_moves_batch_task_id"),
    )
    op.create_index("ix_moves_from_id", "moves", ["from_id"])
    op.create_index("ix_moves_task_id", "moves", ["task_id"])
