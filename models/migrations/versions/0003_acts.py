"""Asked tasks beside those of the diagram, suspended cases, decisions that can be taken back, messages."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0003"
down_revision = "0002"

UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    _tasks()
    _cases()
    _messages()


def _tasks() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    # SQLite takes the reference only with the column, PostgreSQL then gives it a name of its own.
    named = "" if sqlite else "CONSTRAINT fk_tasks_parent_id "
    number = "INTEGER" if sqlite else "BIGINT"
    op.execute(f"ALTER TABLE tasks ADD COLUMN parent_id {number} {named}REFERENCES tasks (id)")
    op.create_index("ix_tasks_parent_id", "tasks", ["parent_id"])
    op.add_column("tasks", sa.Column("asked", sa.String(length=10), nullable=True))
    op.add_column("tasks", sa.Column("held", sa.JSON(none_as_null=True), nullable=True))


def _cases() -> None:
    op.add_column("cases", sa.Column("suspended_at", Moment(), nullable=True))
    op.add_column("cases", sa.Column("urged_at", Moment(), nullable=True))
    op.add_column("cases", sa.Column("undo_task_id", sa.BigInteger(), nullable=True))
    op.add_column("cases", sa.Column("undo_snapshot", sa.Text(), nullable=True))


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_messages_person_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_messages_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("person_id", "key", name="uq_messages_person_id_key"),
    )
    op.create_index("ix_messages_case_id", "messages", ["case_id"])
    op.create_index("ix_messages_person_id_id", "messages", ["person_id", "id"])
    op.create_index("ix_messages_unread", "messages", ["person_id", "id"], sqlite_where=UNREAD, postgresql_where=UNREAD)
