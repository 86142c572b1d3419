"""Official channels, the changed days of their calendars, and the slots booked on them."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

channels = sa.Table(
    "channels",
    metadata,
    identity(),
    sa.Column("code", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("name_en", sa.String(100), nullable=False, server_default=""),
    sa.Column("kind", sa.String(20), nullable=False),  # wechat weibo
    reference("unit_id", "units"),
    sa.Column("operator_role", sa.String(40), sa.ForeignKey("roles.id"), nullable=False),
    sa.Column("calendar", sa.JSON(none_as_null=True)),  # see engine.calendar; empty: nothing is booked on it
    sa.Column("external", sa.Boolean, nullable=False, server_default=sa.true()),  # outsiders read it (C-P7)
)

# A day on which a channel's calendar was changed: so many articles it takes, 0 when it is closed.
changed_days = sa.Table(
    "changed_days",
    metadata,
    identity(),
    reference("channel_id", "channels"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    reference("case_id", "cases"),
    sa.Column("changed_at", Moment, nullable=False),
    sa.UniqueConstraint("channel_id", "day"),
)

# One row an article: of two who take the same place of a day at once the database refuses one.
slots = sa.Table(
    "slots",
    metadata,
    identity(),
    reference("channel_id", "channels"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, unique=True),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("qualified_at", Moment),  # when the material was found fit: the lead time counts from here (C-Q5)
    sa.Column("booked_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),
    sa.UniqueConstraint("channel_id", "day", "place"),
)
