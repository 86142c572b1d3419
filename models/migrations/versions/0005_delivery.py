"""How each person wants to be told, and what was sent by mail."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("people", sa.Column("email", sa.String(length=254), nullable=True))
    op.add_column("messages", sa.Column("mailed_at", Moment(), nullable=True))
    op.create_table(
        "message_settings",
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("mail", sa.String(length=10), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_until", sa.String(length=5), nullable=True),
        sa.Column("refused_at", Moment(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_message_settings_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_message_settings"),
    )
