"""Drafts of procedures, and the folder a version was published from."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0010"
down_revision = "0009"
LIVE = sa.text("state IN ('editing', 'submitted')")


def upgrade() -> None:
    op.add_column("versions", sa.Column("files", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "procedure_drafts",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("based_on", Id, nullable=True),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by", Id, nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("saved_by", Id, nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.Column("submitted_by", Id, nullable=True),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("effective_at", Moment(), nullable=True),
        sa.Column("proofs", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("released_by", Id, nullable=True),
        sa.Column("released_at", Moment(), nullable=True),
        sa.Column("version_id", Id, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_procedure_drafts_{column}")
            for column, table in (
                ("based_on", "versions"),
                ("made_by", "people"),
                ("saved_by", "people"),
                ("submitted_by", "people"),
                ("released_by", "people"),
                ("version_id", "versions"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_procedure_drafts"),
    )
    op.create_index("ix_procedure_drafts_slug", "procedure_drafts", ["slug"])
    op.create_index(
        "uq_procedure_drafts_live", "procedure_drafts", ["slug"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_table(
        "draft_hands",
        sa.Column("draft_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["procedure_drafts.id"], name="fk_draft_hands_draft_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_draft_hands_person_id"),
        sa.PrimaryKeyConstraint("draft_id", "revision", name="pk_draft_hands"),
    )
