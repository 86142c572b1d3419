"""Reads on record, and the chain of them."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "reads",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reads"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reads_at", "reads", ["at"])
    op.create_index("ix_reads_case_id_id", "reads", ["case_id", "id"])
    op.create_index("ix_reads_person_id_id", "reads", ["person_id", "id"])
    op.create_table(
        "read_links",
        sa.Column("seq", Id, autoincrement=False, nullable=False),
        sa.Column("read_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_read_links"),
        sa.UniqueConstraint("read_id", name="uq_read_links_read_id"),
    )
    _refuse("reads", "UPDATE")  # they may go with their case
    _refuse("read_links", "UPDATE")
    _refuse("read_links", "DELETE")


def _refuse(table: str, change: str) -> None:
    """The database itself refuses to change what is on record."""
    act = (
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        if op.get_bind().dialect.name == "postgresql"
        else "BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END"
    )
    op.execute(f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table} {act}")
