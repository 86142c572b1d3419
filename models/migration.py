"""Running cases moved to another version of their procedure: who moved them why, and what each was before."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

case_migrations = sa.Table(
    "case_migrations",
    metadata,
    identity(),
    reference("procedure_id", "procedures", index=True),
    reference("version_id", "versions"),  # where to
    sa.Column("renamed", sa.JSON, nullable=False),  # element -> what it is called in the new version
    sa.Column("reason", sa.Text, nullable=False),
    reference("made_by", "people"),
    sa.Column("made_at", Moment, nullable=False),
    reference("undone_by", "people", nullable=True),
    sa.Column("undone_at", Moment),
)

migrated_cases = sa.Table(
    "migrated_cases",
    metadata,
    reference("migration_id", "case_migrations"),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    # waiting, moved, refused; when it is undone: returning, undone, kept (somebody acted since)
    sa.Column("state", sa.String(10), nullable=False),
    reference("version_id", "versions", nullable=True),  # where from
    sa.Column("zh", sa.Text, nullable=False, server_default=""),  # why it was refused or kept
    sa.Column("en", sa.Text, nullable=False, server_default=""),
    sa.Column("before", sa.JSON(none_as_null=True)),  # the columns of the case and its tasks as they were
    sa.Column("after", sa.JSON(none_as_null=True)),  # what tells whether anybody acted since
    sa.Column("at", Moment),
    sa.PrimaryKeyConstraint("migration_id", "case_id"),
    sa.Index("ix_migrated_cases_state", "migration_id", "state", "case_id"),
)
