"""The log is found by who acted and by what was done; where copies of anchors went outside."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index("ix_trail_actor_id_id", "trail", ["actor_id", "id"])
    op.create_index("ix_trail_verb_id", "trail", ["verb", "id"])
    op.create_table(
        "anchor_copies",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("anchor_id", Id, nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("job_id", Id, nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("written_at", Moment(), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["anchor_id"], ["anchors.id"], name="fk_anchor_copies_anchor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_anchor_copies"),
        sa.UniqueConstraint("anchor_id", "way", name="uq_anchor_copies_anchor_id_way"),
    )
