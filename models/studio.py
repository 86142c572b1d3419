"""What process owners work on: drafts of procedures, with the proofs of their release."""

import sqlalchemy as sa

from models.base import Moment, identity, metadata, reference

LIVE = ("editing", "submitted")  # states in which a draft may still become a version
_live = sa.text(f"state IN {LIVE}")

# The folder of a procedure while it is changed; one at a time for each procedure.
procedure_drafts = sa.Table(
    "procedure_drafts",
    metadata,
    identity(),
    sa.Column("slug", sa.String(60), nullable=False, index=True),
    sa.Column("family", sa.String(40), nullable=False),
    reference("based_on", "versions", nullable=True),  # the version it was opened from; empty: a new procedure
    sa.Column("files", sa.JSON, nullable=False),  # {"procedure.json": text, "<slug>.bpmn": text, ...}
    sa.Column("revision", sa.Integer, nullable=False),  # raised by every save: of two at once, one wins
    sa.Column("state", sa.String(10), nullable=False),  # editing submitted released dropped
    reference("made_by", "people"),
    sa.Column("made_at", Moment, nullable=False),
    reference("saved_by", "people"),  # of the newest revision
    sa.Column("saved_at", Moment, nullable=False),
    # Release: who asks for it and why, from when, the proofs of this revision, and who released it.
    reference("submitted_by", "people", nullable=True),
    sa.Column("submitted_at", Moment),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("effective_at", Moment),
    sa.Column("proofs", sa.JSON(none_as_null=True)),
    reference("released_by", "people", nullable=True),
    sa.Column("released_at", Moment),
    reference("version_id", "versions", nullable=True),
    sa.Index("uq_procedure_drafts_live", "slug", unique=True, sqlite_where=_live, postgresql_where=_live),
)

# Everybody who saved, with the revision: whoever wrote a text of a draft may not release it.
draft_hands = sa.Table(
    "draft_hands",
    metadata,
    reference("draft_id", "procedure_drafts"),
    sa.Column("revision", sa.Integer, nullable=False),
    reference("person_id", "people"),
    sa.Column("at", Moment, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),  # the names of the files that changed
    sa.PrimaryKeyConstraint("draft_id", "revision"),
)
