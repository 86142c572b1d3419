"""Approval sheets that were printed, each under the code that verifies it."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

sheets = sa.Table(
    "sheets",
    metadata,
    identity(),
    sa.Column("code", sa.String(16), nullable=False, unique=True),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("sha256", sa.String(64), nullable=False),  # of the PDF
    sa.Column("state", sa.String(20), nullable=False),  # the case's, when it was printed
    sa.Column("trail_seq", sa.Integer, nullable=False),
    sa.Column("trail_hash", sa.String(64), nullable=False),  # the head of the case's trail, before the print
    reference("printed_by", "people"),
    sa.Column("printed_at", Moment, nullable=False),
)
