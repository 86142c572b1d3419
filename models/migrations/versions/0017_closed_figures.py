"""Figures of closed periods, and the indexes by which a period's cases, tasks and pauses are found."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0017"
down_revision = "0016"

DONE = sa.text("closed_at IS NOT NULL")
PAUSES = sa.text("verb IN ('suspend', 'resume')")


def upgrade() -> None:
    op.create_table(
        "closed_periods",
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("closed_at", Moment(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("period", name=op.f("pk_closed_periods")),
    )
    op.create_table(
        "closed_figures",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("procedure_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_figures")),
        sa.UniqueConstraint("period", "kind", "procedure_id", "version_id", "unit_id", "subject",
                            name=op.f("uq_closed_figures_period_kind_procedure_id_version_id_unit_id_subject")),
    )  # fmt: skip
    op.create_index("ix_tasks_closed_at", "tasks", ["closed_at"], sqlite_where=DONE, postgresql_where=DONE)
    op.create_index("ix_trail_pauses", "trail", ["chain", "seq"], sqlite_where=PAUSES, postgresql_where=PAUSES)
