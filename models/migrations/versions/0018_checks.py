"""What a check of cases found, kept until the next one."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "check_runs",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_check_runs_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_check_runs"),
    )
    op.create_table(
        "case_checks",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("off", sa.Integer(), nullable=False),
        sa.Column("replayed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_checks_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_checks"),
    )
    op.create_table(
        "case_findings",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("family", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(100), nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("other_id", Id, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_findings_case_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_case_findings_person_id"),
        sa.ForeignKeyConstraint(["other_id"], ["people.id"], name="fk_case_findings_other_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_findings"),
    )
    op.create_index("ix_case_findings_case_id", "case_findings", ["case_id"])
    op.create_index("ix_case_findings_family_at", "case_findings", ["family", "at", "id"])
    op.create_index("ix_case_findings_family_kind_at", "case_findings", ["family", "kind", "at", "id"])
