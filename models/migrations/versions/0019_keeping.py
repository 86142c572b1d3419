"""Keeping: holds, disposals with their proof, packages to take away, and publications found by their link."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment
from models.link import link_key

revision = "0019"
down_revision = "0018"

AT_ONCE = 1000
PEOPLE = ("put_by", "lift_asked_by", "lifted_by", "asked_by", "decided_by", "person_id")
TARGETS = dict.fromkeys(PEOPLE, "people") | {
    "procedure_id": "procedures",
    "unit_id": "units",
    "request_id": "disposal_requests",
}


def upgrade() -> None:
    _holds()
    _disposals()
    _bundles()
    _links()
    _let_go()


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A table whose references are named as in every other one."""
    columns = [part.name for part in parts if isinstance(part, sa.Column)]
    keys = [
        sa.ForeignKeyConstraint([column], [f"{TARGETS[column]}.id"], name=f"fk_{name}_{column}")
        for column in columns
        if column in TARGETS
    ]
    op.create_table(name, *parts, *keys)


def _holds() -> None:
    _table(
        "holds",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("procedure_id", Id, nullable=True),
        sa.Column("unit_id", Id, nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("words", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("put_by", Id, nullable=False),
        sa.Column("put_at", Moment(), nullable=False),
        sa.Column("lift_asked_by", Id, nullable=True),
        sa.Column("lift_asked_at", Moment(), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=True),
        sa.Column("lifted_by", Id, nullable=True),
        sa.Column("lifted_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    standing = sa.text("lifted_at IS NULL")
    op.create_index("ix_holds_standing", "holds", ["id"], sqlite_where=standing, postgresql_where=standing)


def _disposals() -> None:
    _table(
        "disposal_requests",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("procedure_id", Id, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("keep_package", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_disposal_requests"),
    )
    live = sa.text("state IN ('asked', 'approved')")
    op.create_index(
        "uq_disposal_requests_live",
        "disposal_requests",
        ["procedure_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    _table(
        "disposal_items",
        sa.Column("request_id", Id, nullable=False),
        sa.Column("chain", Id, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("zh", sa.Text(), server_default="", nullable=False),
        sa.Column("en", sa.Text(), server_default="", nullable=False),
        sa.Column("files", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("request_id", "chain", name="pk_disposal_items"),
    )
    op.create_index("ix_disposal_items_state", "disposal_items", ["request_id", "state", "chain"])
    _table(
        "disposals",
        sa.Column("chain", Id, autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("procedure_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("package_sha256", sa.String(length=64), nullable=False),
        sa.Column("package_kept", sa.Boolean(), nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("house_seq", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_disposals"),
        sa.UniqueConstraint("number", name="uq_disposals_number"),
        sa.UniqueConstraint("house_seq", name="uq_disposals_house_seq"),
    )
    for column in ("procedure_id", "unit_id", "request_id"):
        op.create_index(f"ix_disposals_{column}", "disposals", [column])


def _bundles() -> None:
    _table(
        "bundles",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("procedure_id", Id, nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), server_default="0", nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bundles"),
    )
    op.create_index("ix_bundles_asked_by", "bundles", ["asked_by"])


def _links() -> None:
    """What older publications are found by."""
    op.add_column("publications", sa.Column("link_key", sa.String(length=64), nullable=False, server_default=""))
    table = sa.table("publications", sa.column("id", Id), sa.column("link", sa.Text), sa.column("link_key", sa.String))
    conn, last = op.get_bind(), 0
    fill = sa.update(table).where(table.c.id == sa.bindparam("which")).values(link_key=sa.bindparam("key"))
    look = sa.select(table.c.id, table.c.link).order_by(table.c.id).limit(AT_ONCE)
    while rows := conn.execute(look.where(table.c.id > last)).all():
        conn.execute(fill, [{"which": row.id, "key": link_key(row.link)} for row in rows])
        last = rows[-1].id
    op.create_index("ix_publications_link_key", "publications", ["link_key"])
    op.create_index("ix_publications_content_sha256", "publications", ["content_sha256"])


def _let_go() -> None:
    """The proof of a disposal cannot be changed, and alone lets the rows of its chain go."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_unproved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF EXISTS (SELECT 1 FROM disposals WHERE chain = OLD.chain AND OLD.chain <> 0) THEN RETURN OLD; END IF;"
            " RAISE EXCEPTION 'the audit trail is insert-only'; END $$"
        )
        op.execute("DROP TRIGGER trail_refuse_delete ON trail")
        op.execute(
            "CREATE TRIGGER trail_refuse_delete BEFORE DELETE ON trail FOR EACH ROW EXECUTE FUNCTION refuse_unproved()"
        )
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER disposals_refuse_{change.lower()} BEFORE {change} ON disposals"
                " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        op.execute(
            "CREATE TRIGGER disposals_refuse_truncate BEFORE TRUNCATE ON disposals"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute("DROP TRIGGER trail_refuse_delete")
    op.execute(
        "CREATE TRIGGER trail_refuse_delete BEFORE DELETE ON trail"
        " WHEN OLD.chain = 0 OR NOT EXISTS (SELECT 1 FROM disposals WHERE chain = OLD.chain) "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END"
    )
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER disposals_refuse_{change.lower()} BEFORE {change} ON disposals "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END"
        )
