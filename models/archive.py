"""The register of publications: what went out, approved by whom, with a package that proves it."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

publications = sa.Table(
    "publications",
    metadata,
    identity(),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, unique=True),
    reference("channel_id", "channels", index=True),
    reference("unit_id", "units", index=True),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("link_key", sa.String(64), nullable=False, server_default="", index=True),  # see models.link
    sa.Column("content_sha256", sa.String(64), nullable=False, index=True),
    sa.Column("approvals", sa.JSON, nullable=False),
    reference("published_by", "people"),
    sa.Column("published_at", Moment, nullable=False),
    sa.Column("archived_at", Moment, nullable=False),
    sa.Column("keep_until", Moment, nullable=False),
    sa.Column("package_sha256", sa.String(64)),  # set by the job that builds the package
)
