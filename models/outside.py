"""Links by which somebody without an account is asked for an opinion on one task."""

import sqlalchemy as sa

from models.base import Moment, identity, metadata, reference

outside_links = sa.Table(
    "outside_links",
    metadata,
    identity(),
    reference("task_id", "tasks", index=True),
    reference("asked_by", "people"),
    sa.Column("name", sa.String(100), nullable=False),  # of who is asked
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),  # the SHA-256 of those that may be opened
    sa.Column("content_no", sa.Integer, nullable=False),  # the revision that is shown
    sa.Column("content_sha256", sa.String(64)),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),  # SHA-256 of the link's token
    sa.Column("code_hash", sa.String(64), nullable=False),  # HMAC of the code under the token, which is not kept
    sa.Column("pass_digest", sa.String(64)),  # of the one browser that entered the code
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("wrong", sa.Integer, nullable=False, server_default="0"),  # codes
    sa.Column("refused", sa.Integer, nullable=False, server_default="0"),  # uses in vain that are on record
    sa.Column("opened_at", Moment),
    sa.Column("answered_at", Moment),
    sa.Column("decision", sa.String(10)),
    sa.Column("comment", sa.Text),
    sa.Column("revoked_at", Moment),
)
