"""What a check of cases found: those that left the drawn path, those in which duties were not kept apart."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

# One row a run that somebody asked for: which cases, how far it is.
check_runs = sa.Table(
    "check_runs",
    metadata,
    identity(),
    reference("person_id", "people"),
    sa.Column("wanted", sa.JSON, nullable=False),  # procedure, since, until
    sa.Column("state", sa.String(10), nullable=False),  # waiting running done failed
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("of", sa.Integer, nullable=False),
    sa.Column("last_id", sa.BigInteger, nullable=False),  # the last case that was looked at: a next try goes on there
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
)

# One row a case that was looked at.
case_checks = sa.Table(
    "case_checks",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, nullable=False),  # of the case, then
    sa.Column("cost", sa.Integer),  # of its best alignment with the diagram; none where it has no fitness
    sa.Column("worst", sa.Integer),  # what it could cost at most: its steps and those of the shortest way
    sa.Column("replayed", sa.Boolean, nullable=False),
    sa.Column("why", sa.JSON(none_as_null=True)),  # why it could not be replayed: {"zh", "en"}
    sa.Column("at", Moment, nullable=False),
)

case_findings = sa.Table(
    "case_findings",
    metadata,
    identity(),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("family", sa.String(10), nullable=False),  # path or duty
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("seq", sa.Integer),  # the line of the trail
    sa.Column("step", sa.String(100)),
    reference("person_id", "people", nullable=True),
    reference("other_id", "people", nullable=True),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Index("ix_case_findings_family_at", "family", "at", "id"),
    sa.Index("ix_case_findings_family_kind_at", "family", "kind", "at", "id"),
)
