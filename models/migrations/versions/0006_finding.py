"""What cases are found by, and the views people keep."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass
