"""Units, people, the posts they hold for a time, their stand-ins, access tokens and sessions."""

import sqlalchemy as sa

from models.base import Moment, identity, metadata, reference

units = sa.Table(
    "units",
    metadata,
    identity(),
    sa.Column("code", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("name_en", sa.String(100), nullable=False, server_default=""),
    sa.Column("aliases", sa.JSON, nullable=False),  # other names that documents use for it
    reference("parent_id", "units", nullable=True, index=True),
)

roles = sa.Table(
    "roles",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("zh", sa.String(100), nullable=False, unique=True),
    sa.Column("en", sa.String(100), nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    identity(),
    sa.Column("login", sa.String(60), nullable=False, unique=True),
    sa.Column("name", sa.String(100), nullable=False),
    # One staff number, one account: nobody has a second hand in separation of duties.
    sa.Column("staff_no", sa.String(40), nullable=False, unique=True),
    reference("unit_id", "units", index=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("language", sa.String(5), nullable=False, server_default="zh"),
    sa.Column("email", sa.String(254)),
    sa.Column("disabled_at", Moment),
    # Raised when a password changes or a person is disabled: older sessions end at once.
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Column("phone", sa.String(40)),
    # One link at a time by which a forgotten password is set anew: the SHA-256 of its token.
    sa.Column("reset_digest", sa.String(64)),
    sa.Column("reset_until", Moment),
    sa.Index("uq_people_reset_digest", "reset_digest", unique=True),
)

posts = sa.Table(
    "posts",
    metadata,
    identity(),
    reference("person_id", "people", index=True),
    sa.Column("role_id", sa.String(40), sa.ForeignKey("roles.id"), nullable=False),
    reference("unit_id", "units"),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment),
    sa.UniqueConstraint("person_id", "role_id", "unit_id", "since"),
    sa.Index("ix_posts_role_id_unit_id", "role_id", "unit_id"),
)

stand_ins = sa.Table(
    "stand_ins",
    metadata,
    identity(),
    reference("person_id", "people", index=True),
    reference("stand_in_id", "people", index=True),
    reference("procedure_id", "procedures", nullable=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False, server_default=""),
    sa.Column("made_at", Moment),
    sa.Column("ended_at", Moment),  # before its time, by hand or with one of the two who left
    sa.CheckConstraint("person_id <> stand_in_id", name="not_oneself"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    identity(),
    reference("person_id", "people", index=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("revoked_at", Moment),
)

# A session of the pages; the cookie holds the token, the table only its SHA-256.
sessions = sa.Table(
    "sessions",
    metadata,
    identity(),
    reference("person_id", "people", index=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("device", sa.String(200), nullable=False),
    sa.Column("address", sa.String(60), nullable=False),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),  # written every few minutes at most
    sa.Column("ended_at", Moment),
)
