"""Working time: the days and hours of units, and when an open task is reminded of, escalated and released."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    pass
