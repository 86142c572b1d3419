"""Lists of cases that were asked for as a file: how far the making is, and the file until it is let go."""

import sqlalchemy as sa

from models.base import Moment, identity, metadata, reference

exports = sa.Table(
    "exports",
    metadata,
    identity(),
    reference("person_id", "people", index=True),
    sa.Column("format", sa.String(8), nullable=False),  # csv xlsx xes ocel
    sa.Column("query", sa.Text, nullable=False),  # as it stands in the address of the list
    sa.Column("state", sa.String(12), nullable=False),  # waiting running done failed cancelled
    sa.Column("done", sa.Integer, nullable=False, server_default="0"),  # cases that are written
    sa.Column("size", sa.BigInteger),
    sa.Column("sha256", sa.String(64)),
    sa.Column("scope", sa.JSON(none_as_null=True)),  # what its asker looked over when it was made
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
)
