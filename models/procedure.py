"""Procedures, their published versions and the specifications the engine runs."""

import sqlalchemy as sa

from models.base import Moment, identity, metadata, reference

procedures = sa.Table(
    "procedures",
    metadata,
    identity(),
    sa.Column("slug", sa.String(60), nullable=False, unique=True),
    sa.Column("family", sa.String(40), nullable=False),
    sa.Column("title_zh", sa.String(200), nullable=False),
    sa.Column("title_en", sa.String(200), nullable=False),
    sa.Column("version_id", sa.BigInteger),  # the version new cases start with
)

# One row a content: many versions and all their cases share it.
specifications = sa.Table(
    "specifications",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
)

versions = sa.Table(
    "versions",
    metadata,
    identity(),
    reference("procedure_id", "procedures"),
    sa.Column("no", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),  # of the whole folder: documents, forms, manifest
    sa.Column("specification_sha256", sa.String(64), sa.ForeignKey("specifications.sha256"), nullable=False),
    sa.Column("manifest", sa.JSON, nullable=False),
    sa.Column("forms", sa.JSON, nullable=False),
    sa.Column("documents", sa.JSON, nullable=False),
    sa.Column("files", sa.JSON(none_as_null=True)),  # its own folder as it was written; empty: of an earlier release
    sa.Column("published_at", Moment, nullable=False),
    reference("published_by", "people", nullable=True),
    sa.Column("effective_at", Moment),  # new cases start with it from then on; empty: since it was published
    sa.UniqueConstraint("procedure_id", "no"),
)
