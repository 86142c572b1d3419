"""Figures of periods that are over: written once, never changed."""

import sqlalchemy as sa

from models.base import Moment, identity, metadata

closed_periods = sa.Table(
    "closed_periods",
    metadata,
    sa.Column("period", sa.String(8), primary_key=True),  # 2026-05 2026-W19
    sa.Column("closed_at", Moment, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),  # also in the trail of the house
)

# No foreign keys: the figures outlive what they tell of.
closed_figures = sa.Table(
    "closed_figures",
    metadata,
    identity(),
    sa.Column("period", sa.String(8), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),  # case step person publication slot account
    sa.Column("procedure_id", sa.BigInteger, nullable=False),
    sa.Column("version_id", sa.BigInteger, nullable=False),
    sa.Column("unit_id", sa.BigInteger, nullable=False),
    sa.Column("subject", sa.String(100), nullable=False),
    sa.Column("figures", sa.Text, nullable=False),  # canonical JSON, hashed as it stands
    sa.UniqueConstraint("period", "kind", "procedure_id", "version_id", "unit_id", "subject"),
)
