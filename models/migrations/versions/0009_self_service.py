"""Sessions, stand-ins with their reasons, and moves of many tasks at once."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    pass
