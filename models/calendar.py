"""Working time where it is otherwise than the country's: single days, and the hours of units."""

import sqlalchemy as sa

from models.base import Id, Moment, metadata, reference

workdays = sa.Table(
    "workdays",
    metadata,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    reference("unit_id", "units", nullable=True),  # empty: the whole house
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("working", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    reference("set_by", "people"),
    sa.Column("set_at", Moment, nullable=False),
    sa.UniqueConstraint("unit_id", "day"),
    # To a unique constraint two empty units are two units.
    sa.Index(
        "uq_workdays_house",
        "day",
        unique=True,
        sqlite_where=sa.text("unit_id IS NULL"),
        postgresql_where=sa.text("unit_id IS NULL"),
    ),
)

office_hours = sa.Table(
    "office_hours",
    metadata,
    sa.Column("unit_id", Id, sa.ForeignKey("units.id"), primary_key=True),
    sa.Column("hours", sa.JSON, nullable=False),  # {"every": [["08:30", "12:00"], ...], "fri": [...]}
    reference("set_by", "people"),
    sa.Column("set_at", Moment, nullable=False),
)
