"""What waits for one person is found without looking at every task there ever was."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    live = sa.text("state IN ('open', 'waiting')")
    op.create_index("ix_tasks_assignee_id", "tasks", ["assignee_id"], sqlite_where=live, postgresql_where=live)
