"""The registers with their history, and what the calendars of the channels need."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One function for each subject; a new table goes to the function of its subject."""
    _registers()
    _channels()


def _registers() -> None:
    """Accounts, official platforms, designated persons, filings, materials, publications, lendings."""


def _channels() -> None:
    """Calendars, slots and their exceptions."""
