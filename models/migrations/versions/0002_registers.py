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
    """Calendars, slots and their exceptions; a mass send is the slot of a channel that takes one article a day."""
    op.add_column("channels", sa.Column("calendar", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("channels", sa.Column("external", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "changed_days",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("channel_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_changed_days_case_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_changed_days_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_days")),
        sa.UniqueConstraint("channel_id", "day", name=op.f("uq_changed_days_channel_id_day")),
    )
    op.create_table(
        "slots",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("channel_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("qualified_at", Moment(), nullable=True),
        sa.Column("booked_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_slots_case_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_slots_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("case_id", name=op.f("uq_slots_case_id")),
        sa.UniqueConstraint("channel_id", "day", "place", name=op.f("uq_slots_channel_id_day_place")),
    )
    op.execute(
        "INSERT INTO slots (channel_id, day, place, case_id, booked_at)"
        " SELECT channel_id, day, serial, case_id, booked_at FROM mass_sends"
    )
    op.drop_table("mass_sends")
    _calendars()
    op.drop_column("channels", "mass_sends_per_day")


def _calendars() -> None:
    channels = sa.table("channels", sa.column("mass_sends_per_day"), sa.column("calendar", sa.JSON))
    conn = op.get_bind()
    for quota in conn.execute(sa.select(channels.c.mass_sends_per_day).distinct()).scalars().all():
        if quota:
            calendar = {"every": "day", "articles": {"most": quota}}
            of_quota = channels.c.mass_sends_per_day == quota
            conn.execute(channels.update().where(of_quota).values(calendar=calendar))
