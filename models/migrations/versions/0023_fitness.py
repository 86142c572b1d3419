"""Fitness is that of an alignment: what was reckoned otherwise goes, the next check reckons anew."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("case_checks", sa.Column("cost", sa.Integer()))
    op.add_column("case_checks", sa.Column("worst", sa.Integer()))
    op.drop_column("case_checks", "events")
    op.drop_column("case_checks", "off")
