"""Working time: the days and hours of units, and when an open task is reminded of, escalated and released."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0004"
down_revision = "0003"

LIVE = sa.text("state IN ('open', 'waiting')")
OF_THE_HOUSE = sa.text("unit_id IS NULL")


def upgrade() -> None:
    _tasks()
    _copies()
    _calendar()


def _tasks() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    # SQLite takes the reference only with the column, PostgreSQL then gives it a name of its own.
    named = "" if sqlite else "CONSTRAINT fk_tasks_office_id "
    number = "INTEGER" if sqlite else "BIGINT"
    op.execute(f"ALTER TABLE tasks ADD COLUMN office_id {number} {named}REFERENCES units (id)")
    op.add_column("tasks", sa.Column("stage", sa.SmallInteger(), nullable=False, server_default="0"))
    op.add_column("tasks", sa.Column("next_at", Moment(), nullable=True))
    op.add_column("tasks", sa.Column("release_at", Moment(), nullable=True))
    # What is open already keeps its deadline; half of it may be long over.
    op.execute("UPDATE tasks SET stage = 1, next_at = due_at WHERE state IN ('open', 'waiting')")
    for name in ("next_at", "release_at"):
        op.create_index(f"ix_tasks_{name}", "tasks", [name], sqlite_where=LIVE, postgresql_where=LIVE)


def _copies() -> None:
    """The clock sends copies too."""
    with op.batch_alter_table("copies") as copies:
        copies.alter_column("sent_by", existing_type=Id, nullable=True)


def _calendar() -> None:
    op.create_table(
        "workdays",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by", Id, nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_workdays_unit_id"),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name="fk_workdays_set_by"),
        sa.PrimaryKeyConstraint("id", name="pk_workdays"),
        sa.UniqueConstraint("unit_id", "day", name="uq_workdays_unit_id_day"),
    )
    op.create_index(
        "uq_workdays_house", "workdays", ["day"], unique=True, sqlite_where=OF_THE_HOUSE, postgresql_where=OF_THE_HOUSE
    )
    op.create_table(
        "office_hours",
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("set_by", Id, nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_office_hours_unit_id"),
        sa.ForeignKeyConstraint(["set_by"], ["people.id"], name="fk_office_hours_set_by"),
        sa.PrimaryKeyConstraint("unit_id", name="pk_office_hours"),
    )
