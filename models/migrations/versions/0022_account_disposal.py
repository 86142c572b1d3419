"""Closed accounts are disposed of as cases are, and registers say how many lines went."""

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0022"
down_revision = "0021"

LIVE = sa.text("state IN ('asked', 'approved')")
KEYS = {
    "channel_id": "channels",
    "procedure_id": "procedures",
    "unit_id": "units",
    "request_id": "disposal_requests",
}


def upgrade() -> None:
    _closed_by()
    _requests()
    _proofs()
    _lines()


def _closed_by() -> None:
    """Which version closed an account: that of the case of its last term."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    # SQLite takes the reference only with the column, PostgreSQL then gives it a name of its own.
    named = "" if sqlite else "CONSTRAINT fk_accounts_version_id "
    number = "INTEGER" if sqlite else "BIGINT"
    op.execute(f"ALTER TABLE accounts ADD COLUMN version_id {number} {named}REFERENCES versions (id)")
    op.execute(
        "UPDATE accounts SET version_id = (SELECT c.version_id FROM account_terms t JOIN cases c ON c.id = t.case_id"
        " WHERE t.account_id = accounts.id AND t.until IS NULL) WHERE closed_at IS NOT NULL"
    )


def _requests() -> None:
    op.add_column("disposal_requests", sa.Column("kind", sa.String(10), nullable=False, server_default="cases"))
    op.drop_index("uq_disposal_requests_live", "disposal_requests")
    op.create_index(
        "uq_disposal_requests_live",
        "disposal_requests",
        ["procedure_id", "kind"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def _proofs() -> None:
    op.create_table(
        "account_disposals",
        sa.Column("account_id", Id, autoincrement=False, nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("channel_id", Id),
        sa.Column("procedure_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=False),
        sa.Column("terms", sa.Integer(), nullable=False),
        sa.Column("lendings", sa.Integer(), nullable=False),
        sa.Column("package_sha256", sa.String(64), nullable=False),
        sa.Column("package_kept", sa.Boolean(), nullable=False),
        sa.Column("request_id", Id, nullable=False),
        sa.Column("house_seq", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        *[
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_account_disposals_{column}")
            for column, target in KEYS.items()
        ],
        sa.PrimaryKeyConstraint("account_id", name="pk_account_disposals"),
        sa.UniqueConstraint("house_seq", name="uq_account_disposals_house_seq"),
    )
    for column in KEYS:
        op.create_index(f"ix_account_disposals_{column}", "account_disposals", [column])
    _keep("account_disposals")


def _keep(table: str) -> None:
    """A proof is neither changed nor deleted."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for change in ("UPDATE", "DELETE"):
        trigger = f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table} "
        op.execute(
            f"{trigger}FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            if postgresql
            else f"{trigger}BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END"
        )
    if postgresql:
        op.execute(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _lines() -> None:
    op.create_table(
        "disposed_lines",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("register", sa.String(20), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment()),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_disposed_lines_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_disposed_lines"),
    )
    op.create_index("ix_disposed_lines_register_since", "disposed_lines", ["register", "since"])
