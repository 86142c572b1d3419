"""What people are told: one row for each person and event."""

from typing import Any

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

_unread: dict[str, Any] = {
    "sqlite_where": sa.text("read_at IS NULL"),
    "postgresql_where": sa.text("read_at IS NULL"),
}

messages = sa.Table(
    "messages",
    metadata,
    identity(),
    reference("person_id", "people"),
    sa.Column("kind", sa.String(20), nullable=False),  # see engine.messages
    sa.Column("key", sa.String(100), nullable=False),  # names the event: nobody is told of it twice
    sa.Column("zh", sa.Text, nullable=False),
    sa.Column("en", sa.Text, nullable=False),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), index=True),
    sa.Column("task_id", sa.BigInteger),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("read_at", Moment),
    sa.UniqueConstraint("person_id", "key"),
    sa.Index("ix_messages_person_id_id", "person_id", "id"),
    sa.Index("ix_messages_unread", "person_id", "id", **_unread),
)
