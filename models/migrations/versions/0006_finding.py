"""What cases are found by, and the views people keep."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from models.base import Id, Moment, or_never

revision = "0006"
down_revision = "0005"

OPEN = sa.text("state = 'open'")
# The tokens are made by us and hold no ASCII but a-z and 0-9: FTS5 has only to split them at the spaces.
FTS5 = (
    "CREATE VIRTUAL TABLE case_index USING fts5(words, content='case_words', content_rowid='case_id',"
    " tokenize='ascii', detail=none, columnsize=0)",
    "CREATE TRIGGER case_words_added AFTER INSERT ON case_words BEGIN"
    " INSERT INTO case_index(rowid, words) VALUES (new.case_id, new.words); END",
    "CREATE TRIGGER case_words_changed AFTER UPDATE ON case_words BEGIN"
    " INSERT INTO case_index(case_index, rowid, words) VALUES ('delete', old.case_id, old.words);"
    " INSERT INTO case_index(rowid, words) VALUES (new.case_id, new.words); END",
    "CREATE TRIGGER case_words_gone AFTER DELETE ON case_words BEGIN"
    " INSERT INTO case_index(case_index, rowid, words) VALUES ('delete', old.case_id, old.words); END",
)


def upgrade() -> None:
    _words()
    _fields()
    _views()
    op.create_table(
        "opened",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("task_id", Id, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_opened_person_id"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_opened_task_id"),
        sa.PrimaryKeyConstraint("person_id", "task_id", name="pk_opened"),
    )
    op.create_index("ix_opened_task_id", "opened", ["task_id"])
    _orders()


def _words() -> None:
    op.create_table(
        "case_words",
        sa.Column("case_id", Id, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_words_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_words"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in FTS5:
            op.execute(statement)
    else:
        op.create_index("ix_case_words_words", "case_words", ["words"], postgresql_using="gin")


def _fields() -> None:
    op.create_table(
        "case_fields",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(200), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("number", sa.Numeric(24, 6), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_fields_case_id"),
        sa.PrimaryKeyConstraint("case_id", "key", "no", name="pk_case_fields"),
    )
    for name in ("choice", "number", "day"):
        op.create_index(f"ix_case_fields_{name}", "case_fields", ["key", name, "case_id"])


def _views() -> None:
    op.create_table(
        "views",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("box", sa.String(12), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name="fk_views_owner_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_views_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_views"),
        sa.UniqueConstraint("owner_id", "name", name="uq_views_owner_id_name"),
    )
    op.create_index("ix_views_owner_id", "views", ["owner_id"])
    op.create_index("ix_views_unit_id", "views", ["unit_id"])


def _orders() -> None:
    """The boxes: what a search looks at in their index, their deadlines in order; and the cases of a unit."""
    where: dict[str, Any] = {"sqlite_where": OPEN, "postgresql_where": OPEN}
    op.drop_index("ix_tasks_offered_to", "tasks")
    columns = ["offered_to", "id", "case_id", "assignee_id", "state"]
    op.create_index("ix_tasks_offered_to", "tasks", columns, **where)
    op.drop_index("ix_tasks_actor_id", "tasks")
    done: dict[str, Any] = {"sqlite_where": sa.text("state = 'done'"), "postgresql_where": sa.text("state = 'done'")}
    op.create_index("ix_tasks_actor_id", "tasks", ["actor_id", "id", "case_id", "state"], **done)
    for name in ("due", "late"):
        order = or_never(sa.column(f"{name}_at"))
        op.create_index(f"ix_tasks_{name}", "tasks", ["offered_to", order, "id"], **where)
    op.create_index("ix_cases_applicant_unit_id_id", "cases", ["applicant_unit_id", "id"])
