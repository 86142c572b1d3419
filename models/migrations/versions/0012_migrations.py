"""Running cases that were moved to another version of their procedure."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "case_migrations",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("procedure_id", Id, nullable=False),
        sa.Column("version_id", Id, nullable=False),
        sa.Column("renamed", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", Id, nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("undone_by", Id, nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        *_keys(
            "case_migrations", procedure_id="procedures", version_id="versions", made_by="people", undone_by="people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_migrations"),
    )
    op.create_index("ix_case_migrations_procedure_id", "case_migrations", ["procedure_id"])
    op.create_table(
        "migrated_cases",
        sa.Column("migration_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version_id", Id, nullable=True),
        sa.Column("zh", sa.Text(), server_default="", nullable=False),
        sa.Column("en", sa.Text(), server_default="", nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", Moment(), nullable=True),
        *_keys("migrated_cases", migration_id="case_migrations", case_id="cases", version_id="versions"),
        sa.PrimaryKeyConstraint("migration_id", "case_id", name="pk_migrated_cases"),
    )
    op.create_index("ix_migrated_cases_case_id", "migrated_cases", ["case_id"])
    op.create_index("ix_migrated_cases_state", "migrated_cases", ["migration_id", "state", "case_id"])


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}")
        for column, target in columns.items()
    ]
