"""Approval sheets and the codes that verify them."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "sheets",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("trail_seq", sa.Integer(), nullable=False),
        sa.Column("trail_hash", sa.String(length=64), nullable=False),
        sa.Column("printed_by", Id, nullable=False),
        sa.Column("printed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sheets_case_id"),
        sa.ForeignKeyConstraint(["printed_by"], ["people.id"], name="fk_sheets_printed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_sheets"),
        sa.UniqueConstraint("code", name="uq_sheets_code"),
    )
    op.create_index("ix_sheets_case_id", "sheets", ["case_id"])
