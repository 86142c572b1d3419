"""All cases are looked over and taken out of the house."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_exports_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_index("ix_exports_person_id", "exports", ["person_id"])
    op.create_index("ix_cases_started", "cases", ["started_at", "id"])
    op.create_index("ix_cases_procedure_started", "cases", ["procedure_id", "started_at", "id", "state"])
    unit = ["applicant_unit_id", "started_at", "id", "procedure_id", "state"]
    op.create_index("ix_cases_unit_started", "cases", unit)
    op.create_index("ix_cases_state_started", "cases", ["state", "started_at", "id"])
    op.create_index("ix_cases_ended_at", "cases", ["ended_at"])
