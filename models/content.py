"""What is to be published: its revisions, and the uploaded files they name by SHA-256."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

contents = sa.Table(
    "contents",
    metadata,
    identity(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("no", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    reference("author_id", "people"),
    sa.Column("made_at", Moment, nullable=False),
    sa.UniqueConstraint("case_id", "no"),
)

uploads = sa.Table(
    "uploads",
    metadata,
    identity(),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    reference("uploaded_by", "people", index=True),
    sa.Column("uploaded_at", Moment, nullable=False),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), index=True),
)
