"""What cases are found by: the words and single answers of their content, kept views, and what was opened by whom."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from models.base import Id, Moment, identity, metadata, reference

# One row a case. `words` is what the index reads: on SQLite a text of tokens, indexed by the virtual table
# `case_index` (FTS5, kept by triggers), on PostgreSQL a tsvector. `text` is what a search is checked against.
case_words = sa.Table(
    "case_words",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("words", TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=False),
    sa.Index("ix_case_words_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
)

# The single answers of the newest content; of a question with several answers a row each.
case_fields = sa.Table(
    "case_fields",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("key", sa.String(100), nullable=False),
    sa.Column("no", sa.Integer, nullable=False),
    sa.Column("choice", sa.String(200)),  # the value of an option, yes or no
    sa.Column("text", sa.Text),  # what was written, as a search sees it: see engine.finding.words
    sa.Column("number", sa.Numeric(24, 6, asdecimal=False)),
    sa.Column("day", sa.Date),
    sa.PrimaryKeyConstraint("case_id", "key", "no"),
    sa.Index("ix_case_fields_choice", "key", "choice", "case_id"),
    sa.Index("ix_case_fields_number", "key", "number", "case_id"),
    sa.Index("ix_case_fields_day", "key", "day", "case_id"),
)

views = sa.Table(
    "views",
    metadata,
    identity(),
    reference("owner_id", "people", index=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("box", sa.String(12), nullable=False),
    sa.Column("query", sa.Text, nullable=False),  # as it stands in the address of the list
    reference("unit_id", "units", nullable=True, index=True),  # shared with this unit and what lies below; empty: not
    sa.Column("made_at", Moment, nullable=False),
    sa.UniqueConstraint("owner_id", "name"),
)

# Who saw which content of a task, on its own page or in the preview; a later revision has another hash.
opened = sa.Table(
    "opened",
    metadata,
    reference("person_id", "people"),
    reference("task_id", "tasks", index=True),
    sa.Column("content_sha256", sa.String(64), nullable=False),  # empty: the case has no content
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("person_id", "task_id"),
)
