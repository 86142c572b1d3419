"""From when a version is the one that new cases start with."""

import sqlalchemy as sa
from alembic import op

from models.base import Moment

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("versions", sa.Column("effective_at", Moment(), nullable=True))
