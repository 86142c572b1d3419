"""A file of cases is handed out only while its asker looks over what it was made of."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("exports", sa.Column("scope", sa.JSON()))
