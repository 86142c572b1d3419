"""Official channels and the mass sends booked on them."""

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
    sa.Column("mass_sends_per_day", sa.Integer),
)

# The quota of a day is the number of serials a channel has on it: the constraint can't be overbooked.
mass_sends = sa.Table(
    "mass_sends",
    metadata,
    identity(),
    reference("channel_id", "channels"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("serial", sa.Integer, nullable=False),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, unique=True),
    sa.Column("booked_at", Moment, nullable=False),
    sa.UniqueConstraint("channel_id", "day", "serial"),
)
