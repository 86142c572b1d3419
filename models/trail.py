"""The audit trail: insert-only, a hash chain for every case, anchors over all chains."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata, reference

trail = sa.Table(
    "trail",
    metadata,
    identity(),
    # The case's number; 0 is the chain of the house: publications, rights, tokens.
    sa.Column("chain", sa.BigInteger, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    reference("actor_id", "people", nullable=True),  # empty: the clock
    reference("for_id", "people", nullable=True),
    sa.Column("verb", sa.String(40), nullable=False),
    sa.Column("step", sa.String(100)),
    sa.Column("task_id", sa.BigInteger),
    sa.Column("facts", sa.Text, nullable=False),  # canonical JSON, hashed as it stands
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("chain", "seq"),
    sa.Index("ix_trail_at", "at"),
    # When cases stood still: few rows of many.
    sa.Index(
        "ix_trail_pauses",
        "chain",
        "seq",
        sqlite_where=sa.text("verb IN ('suspend', 'resume')"),
        postgresql_where=sa.text("verb IN ('suspend', 'resume')"),
    ),
    # The newest rows of a person and of a verb.
    sa.Index("ix_trail_actor_id_id", "actor_id", "id"),
    sa.Index("ix_trail_verb_id", "verb", "id"),
    # What was done by one person for another: few rows of many.
    sa.Index(
        "ix_trail_for_id",
        "for_id",
        "actor_id",
        sqlite_where=sa.text("for_id IS NOT NULL"),
        postgresql_where=sa.text("for_id IS NOT NULL"),
    ),
)

anchors = sa.Table(
    "anchors",
    metadata,
    identity(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("heads", sa.Integer, nullable=False),  # how many chains it covers
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
)

anchored_heads = sa.Table(
    "anchored_heads",
    metadata,
    reference("anchor_id", "anchors"),
    sa.Column("chain", sa.BigInteger, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.PrimaryKeyConstraint("anchor_id", "chain"),
    sa.Index("ix_anchored_heads_chain_seq", "chain", "seq"),
)

# Once a day the newest anchor is written outside, by each way that is set up.
anchor_copies = sa.Table(
    "anchor_copies",
    metadata,
    identity(),
    reference("anchor_id", "anchors"),
    sa.Column("way", sa.String(10), nullable=False),  # file mail webhook
    sa.Column("job_id", Id, nullable=False),  # jobs that went well are swept away after a while
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("written_at", Moment),
    sa.Column("place", sa.String(300)),  # where it went
    sa.UniqueConstraint("anchor_id", "way"),
)

INSERT_ONLY = ("trail", "anchors", "anchored_heads")
# Not in it, for the first migration reads it: `disposals` is insert-only too, and a row of the trail may be deleted
# once a row of `disposals` names its chain, see the migration 0019.
