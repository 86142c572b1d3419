"""What people are told, one row for each person and event, and how each wants to be told by mail."""

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
    sa.Column("mailed_at", Moment),
    sa.UniqueConstraint("person_id", "key"),
    sa.Index("ix_messages_person_id_id", "person_id", "id"),
    sa.Index("ix_messages_unread", "person_id", "id", **_unread),
)

# Who has no row is told as `engine.mailing.DEFAULT` says.
message_settings = sa.Table(
    "message_settings",
    metadata,
    sa.Column("person_id", Id, sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
    sa.Column("mail", sa.String(10), nullable=False),  # off now digest
    sa.Column("kinds", sa.JSON, nullable=False),  # kind -> off now digest, where it differs from `mail`
    sa.Column("digest_hour", sa.Integer, nullable=False),  # of the office's day
    sa.Column("quiet_from", sa.String(5)),  # "22:00"; both empty: at any hour
    sa.Column("quiet_until", sa.String(5)),
    sa.Column("refused_at", Moment),  # nothing is mailed until the person looked at the settings
    sa.Column("refused", sa.Text),  # what the mailbox said
)
