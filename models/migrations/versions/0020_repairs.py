"""Repairs of cases that are stuck, agreed to by a second person."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0020"
down_revision = "0019"

KEYS = {"case_id": "cases", "asked_by": "people", "asked_for": "people", "decided_by": "people"}


def upgrade() -> None:
    op.create_table(
        "repairs",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("token", sa.String(36), nullable=False, server_default=""),
        sa.Column("step", sa.String(100), nullable=False, server_default=""),
        sa.Column("target", sa.String(100), nullable=False, server_default=""),
        sa.Column("value", sa.JSON),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_for", Id, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", Id),
        sa.Column("decided_at", Moment),
        sa.Column("answer", sa.Text, nullable=False, server_default=""),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        *[
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_repairs_{column}")
            for column, target in KEYS.items()
        ],
        sa.PrimaryKeyConstraint("id", name="pk_repairs"),
    )
    op.create_index("ix_repairs_case_id", "repairs", ["case_id"])
    asked = sa.text("state = 'asked'")
    op.create_index("uq_repairs_asked", "repairs", ["case_id"], unique=True, sqlite_where=asked, postgresql_where=asked)
