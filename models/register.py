"""Registers beside accounts and publications: designated persons, filings, materials, what was taken down."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

# Who is designated holds the post from then on; since when and until when stands there.
designations = sa.Table(
    "designations",
    metadata,
    identity(),
    reference("person_id", "people", index=True),
    sa.Column("role_id", sa.String(40), sa.ForeignKey("roles.id"), nullable=False),
    reference("unit_id", "units", index=True),
    sa.Column("post_id", Id, sa.ForeignKey("posts.id"), nullable=False, unique=True),
    reference("case_id", "cases", index=True),
    reference("ended_case_id", "cases", nullable=True),
)

filings = sa.Table(
    "filings",
    metadata,
    identity(),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    sa.Column("kind", sa.String(100), nullable=False),
    sa.Column("subject", sa.String(300), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    reference("unit_id", "units", index=True),
    sa.Column("filed_at", Moment, nullable=False),
    reference("case_id", "cases", index=True),
)

materials = sa.Table(
    "materials",
    metadata,
    identity(),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    reference("unit_id", "units", index=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("delisted_at", Moment),
    reference("case_id", "cases", index=True),
)

takedowns = sa.Table(
    "takedowns",
    metadata,
    identity(),
    reference("publication_id", "publications", index=True),
    sa.Column("reason", sa.Text, nullable=False),
    reference("replaced_by", "publications", nullable=True),
    sa.Column("taken_down_at", Moment, nullable=False),
    reference("case_id", "cases", index=True),
    sa.UniqueConstraint("publication_id"),
)
