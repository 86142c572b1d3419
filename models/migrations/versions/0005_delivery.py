"""How each person wants to be told, and what was sent by mail."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    pass
