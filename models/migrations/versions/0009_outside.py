"""Links for people outside the house."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "outside_links",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("task_id", Id, nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("content_no", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("pass_digest", sa.String(length=64), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("wrong", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", Moment(), nullable=True),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_outside_links_task_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name="fk_outside_links_asked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_outside_links"),
        sa.UniqueConstraint("digest", name="uq_outside_links_digest"),
    )
    op.create_index("ix_outside_links_task_id", "outside_links", ["task_id"])
