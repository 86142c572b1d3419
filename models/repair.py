"""Repairs of cases that are stuck: what was asked for and why, who agreed to it, and the case before and after."""

from typing import Any

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

_asked: dict[str, Any] = {"sqlite_where": sa.text("state = 'asked'"), "postgresql_where": sa.text("state = 'asked'")}

repairs = sa.Table(
    "repairs",
    metadata,
    identity(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),  # skip move change retry
    sa.Column("token", sa.String(36), nullable=False, server_default=""),  # the engine's name of what stands there
    sa.Column("step", sa.String(100), nullable=False, server_default=""),
    sa.Column("target", sa.String(100), nullable=False, server_default=""),  # step, name of a value, incident
    sa.Column("value", sa.JSON(none_as_null=True)),  # {"value": what it becomes}
    sa.Column("reason", sa.Text, nullable=False),
    reference("asked_by", "people"),
    reference("asked_for", "people"),  # whose post lets ask: oneself, or the absent person's
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),  # of the case: on another one nothing of it is done
    sa.Column("state", sa.String(10), nullable=False),  # asked done refused withdrawn overtaken
    reference("decided_by", "people", nullable=True),
    sa.Column("decided_at", Moment),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),  # why it was refused
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Index("uq_repairs_asked", "case_id", unique=True, **_asked),
)
