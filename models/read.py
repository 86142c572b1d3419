"""Who read what: one row for each time that content was shown, and the chain that is made of them every hour."""

import sqlalchemy as sa

from models.base import Id, Moment, identity, metadata

# No foreign keys: each would lock a row of what is read, at every look.
reads = sa.Table(
    "reads",
    metadata,
    identity(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("person_id", Id),  # empty: whoever holds an outside link, which `detail` names
    sa.Column("what", sa.String(12), nullable=False),
    sa.Column("case_id", Id),  # empty: a list of many cases
    sa.Column("detail", sa.Text, nullable=False),  # canonical JSON, hashed as it stands
    sa.Index("ix_reads_at", "at"),
    sa.Index("ix_reads_case_id_id", "case_id", "id"),
    sa.Index("ix_reads_person_id_id", "person_id", "id"),
    sqlite_autoincrement=True,  # the number of a read that went with its case is not given again
)

# Insert-only. The digest stays when a read goes with its case, so that the chain can still be verified.
read_links = sa.Table(
    "read_links",
    metadata,
    sa.Column("seq", Id, primary_key=True, autoincrement=False),
    sa.Column("read_id", Id, nullable=False, unique=True),
    sa.Column("case_id", Id),
    sa.Column("digest", sa.String(64), nullable=False),  # of the read
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
