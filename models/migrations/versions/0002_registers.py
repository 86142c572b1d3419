"""The registers with their history, and what the calendars of the channels need."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from models.base import Id, Moment

revision = "0002"
down_revision = "0001"

OPEN = sa.text("state <> 'closed'")
OPEN_APP = sa.text("kind = 'app' AND state <> 'closed'")
CURRENT = sa.text("until IS NULL")


def upgrade() -> None:
    """One function for each subject; a new table goes to the function of its subject."""
    _registers()
    _channels()


def _registers() -> None:
    """Accounts with their terms, lendings; designated persons, filings, materials, what was taken down."""
    kept = {name: _take_out(name) for name in ("handovers", "lendings", "accounts")}
    _accounts()
    _account_terms()
    _handovers_and_lendings()
    _beside()
    _put_back(kept)


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("official", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("channel_id", Id, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("holder_id", Id, nullable=True),
        sa.Column("user_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("administrator_id", Id, nullable=True),
        sa.Column("operator_id", Id, nullable=True),
        sa.Column("custodian_id", Id, nullable=True),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("certificate", sa.String(length=200), server_default="", nullable=False),
        sa.Column("filing", sa.String(length=40), server_default="", nullable=False),
        sa.Column("profile", sa.Text(), server_default="", nullable=False),
        sa.Column("backup", sa.String(length=200), server_default="", nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("case_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["administrator_id"], ["people.id"], name=op.f("fk_accounts_administrator_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_accounts_case_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_accounts_channel_id")),
        sa.ForeignKeyConstraint(["custodian_id"], ["people.id"], name=op.f("fk_accounts_custodian_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["people.id"], name=op.f("fk_accounts_holder_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["people.id"], name=op.f("fk_accounts_operator_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["units.id"], name=op.f("fk_accounts_organisation_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_accounts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("channel_id", name=op.f("uq_accounts_channel_id")),
    )
    op.create_index(op.f("ix_accounts_case_id"), "accounts", ["case_id"], unique=False)
    op.create_index(op.f("ix_accounts_holder_id"), "accounts", ["holder_id"], unique=False)
    op.create_index(op.f("ix_accounts_organisation_id"), "accounts", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_accounts_unit_id"), "accounts", ["unit_id"], unique=False)
    op.create_index(
        "one_account_each",
        "accounts",
        ["kind", "holder_id", "user_name"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "one_account_of_a_name",
        "accounts",
        ["organisation_id", "kind", "name"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "one_app_each", "accounts", ["unit_id"], unique=True, sqlite_where=OPEN_APP, postgresql_where=OPEN_APP
    )


def _account_terms() -> None:
    op.create_table(
        "account_terms",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("holder_id", Id, nullable=True),
        sa.Column("user_name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("administrator_id", Id, nullable=True),
        sa.Column("operator_id", Id, nullable=True),
        sa.Column("custodian_id", Id, nullable=True),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("certificate", sa.String(length=200), server_default="", nullable=False),
        sa.Column("filing", sa.String(length=40), server_default="", nullable=False),
        sa.Column("profile", sa.Text(), server_default="", nullable=False),
        sa.Column("backup", sa.String(length=200), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("case_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_terms_account_id")),
        sa.ForeignKeyConstraint(["administrator_id"], ["people.id"], name=op.f("fk_account_terms_administrator_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_account_terms_case_id")),
        sa.ForeignKeyConstraint(["custodian_id"], ["people.id"], name=op.f("fk_account_terms_custodian_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["people.id"], name=op.f("fk_account_terms_holder_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["people.id"], name=op.f("fk_account_terms_operator_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_account_terms_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_terms")),
    )
    op.create_index(op.f("ix_account_terms_account_id"), "account_terms", ["account_id"], unique=False)
    op.create_index(op.f("ix_account_terms_case_id"), "account_terms", ["case_id"], unique=False)
    op.create_index(op.f("ix_account_terms_holder_id"), "account_terms", ["holder_id"], unique=False)
    op.create_index(op.f("ix_account_terms_unit_id"), "account_terms", ["unit_id"], unique=False)
    op.create_index(
        "one_term_now", "account_terms", ["account_id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT
    )


def _handovers_and_lendings() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("shown_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_handovers_account_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_handovers_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_account_id"), "handovers", ["account_id"], unique=False)
    op.create_index(op.f("ix_handovers_person_id"), "handovers", ["person_id"], unique=False)
    op.create_table(
        "lendings",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("borrower_id", Id, nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("operators", sa.Text(), nullable=False),
        sa.Column("returned_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_lendings_account_id")),
        sa.ForeignKeyConstraint(["borrower_id"], ["people.id"], name=op.f("fk_lendings_borrower_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_lendings_case_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_lendings_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lendings")),
    )
    op.create_index(op.f("ix_lendings_account_id"), "lendings", ["account_id"], unique=False)
    op.create_index(op.f("ix_lendings_borrower_id"), "lendings", ["borrower_id"], unique=False)
    op.create_index(op.f("ix_lendings_case_id"), "lendings", ["case_id"], unique=False)
    op.create_index(op.f("ix_lendings_unit_id"), "lendings", ["unit_id"], unique=False)


def _beside() -> None:
    op.create_table(
        "designations",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("role_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("post_id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("ended_case_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_designations_case_id")),
        sa.ForeignKeyConstraint(["ended_case_id"], ["cases.id"], name=op.f("fk_designations_ended_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_designations_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_designations_post_id")),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_designations_role_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_designations_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designations")),
        sa.UniqueConstraint("post_id", name=op.f("uq_designations_post_id")),
    )
    op.create_index(op.f("ix_designations_case_id"), "designations", ["case_id"], unique=False)
    op.create_index(op.f("ix_designations_person_id"), "designations", ["person_id"], unique=False)
    op.create_index(op.f("ix_designations_unit_id"), "designations", ["unit_id"], unique=False)
    op.create_table(
        "filings",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("filed_at", Moment(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_filings_case_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_filings_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filings")),
        sa.UniqueConstraint("number", name=op.f("uq_filings_number")),
    )
    op.create_index(op.f("ix_filings_case_id"), "filings", ["case_id"], unique=False)
    op.create_index(op.f("ix_filings_unit_id"), "filings", ["unit_id"], unique=False)
    op.create_table(
        "materials",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("unit_id", Id, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("delisted_at", Moment(), nullable=True),
        sa.Column("case_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_materials_case_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_materials_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
        sa.UniqueConstraint("number", name=op.f("uq_materials_number")),
    )
    op.create_index(op.f("ix_materials_case_id"), "materials", ["case_id"], unique=False)
    op.create_index(op.f("ix_materials_unit_id"), "materials", ["unit_id"], unique=False)
    op.create_table(
        "takedowns",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("publication_id", Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_by", Id, nullable=True),
        sa.Column("taken_down_at", Moment(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_takedowns_case_id")),
        sa.ForeignKeyConstraint(["publication_id"], ["publications.id"], name=op.f("fk_takedowns_publication_id")),
        sa.ForeignKeyConstraint(["replaced_by"], ["publications.id"], name=op.f("fk_takedowns_replaced_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_takedowns")),
        sa.UniqueConstraint("publication_id", name=op.f("uq_takedowns_publication_id")),
    )
    op.create_index(op.f("ix_takedowns_case_id"), "takedowns", ["case_id"], unique=False)
    op.create_index(op.f("ix_takedowns_publication_id"), "takedowns", ["publication_id"], unique=False)


def _shape(name: str, columns: str) -> sa.TableClause:
    """A table by the columns that are carried over."""
    types: dict[str, Any] = {"opened_at": Moment(), "closed_at": Moment(), "made_at": Moment(), "expires_at": Moment()}
    types |= {"shown_at": Moment(), "returned_at": Moment(), "confirmed_at": Moment(), "since": Moment()}
    types |= {"until": Moment(), "rights": sa.JSON(), "official": sa.Boolean()}
    return sa.table(name, *(sa.column(column, types.get(column)) for column in columns.split()))


ACCOUNTS = "id kind name holder_id unit_id purpose state opened_at closed_at case_id"
HANDOVERS = "id account_id person_id secret made_at expires_at shown_at"
LENDINGS = "id channel_id borrower_id unit_id case_id since until operators returned_at"
FIRST = {"handovers": HANDOVERS, "lendings": LENDINGS, "accounts": ACCOUNTS}
TERMS = "account_id since until name state unit_id holder_id administrator_id purpose rights case_id"


def _take_out(name: str) -> list[dict[str, Any]]:
    """The rows of a table of the first shape, which goes: SQLite changes no constraint of a table that stands."""
    rows = op.get_bind().execute(sa.select(_shape(name, FIRST[name]))).all()
    op.drop_table(name)
    return [dict(row._mapping) for row in rows]


def _put_back(kept: dict[str, list[dict[str, Any]]]) -> None:
    """The old rows in the new shape, each account with its terms; every channel is an official account."""
    tops = _tops()
    found = [
        row
        | {"official": False, "organisation_id": tops[row["unit_id"]], "confirmed_at": row["opened_at"], "rights": []}
        for row in kept["accounts"]
    ]
    _fill("accounts", f"{ACCOUNTS} official organisation_id confirmed_at rights", found)
    _fill("account_terms", TERMS, [term for row in found for term in _terms(row)])
    _fill("handovers", HANDOVERS, kept["handovers"])
    official = _channels_as_accounts(tops)
    lent = [{**row, "account_id": official[row.pop("channel_id")]} for row in kept["lendings"]]
    _fill("lendings", LENDINGS.replace("channel_id", "account_id"), lent)


def _fill(name: str, columns: str, rows: list[dict[str, Any]]) -> None:
    conn, table = op.get_bind(), _shape(name, columns)
    names = table.c.keys()
    for row in rows:
        conn.execute(table.insert(), {column: row.get(column) for column in names})
    if conn.dialect.name == "postgresql" and rows:
        op.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")  # noqa: S608


def _terms(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """From its opening to its closing, and from there on."""
    term = row | {"account_id": row["id"], "since": row["opened_at"], "until": row["closed_at"], "state": "active"}
    yield term
    if row["closed_at"]:
        yield term | {"since": row["closed_at"], "until": None, "state": "closed"}


def _channels_as_accounts(tops: dict[int, int]) -> dict[int, int]:
    """Channel -> account, newly made."""
    conn = op.get_bind()
    now, official = datetime.now(UTC), {}
    last = conn.execute(sa.text("SELECT coalesce(max(id), 0) FROM accounts")).scalar_one()
    channels = conn.execute(sa.text("SELECT id, kind, name, unit_id FROM channels ORDER BY id")).all()
    made = []
    for number, channel in enumerate(channels, last + 1):
        official[channel.id] = number
        facts = {"id": number, "channel_id": channel.id, "kind": channel.kind, "name": channel.name, "purpose": ""}
        facts |= {"unit_id": channel.unit_id, "organisation_id": tops[channel.unit_id], "official": True}
        made.append(facts | {"state": "active", "rights": [], "opened_at": now, "confirmed_at": now, "closed_at": None})
    columns = "id channel_id kind name purpose unit_id organisation_id official state rights opened_at confirmed_at"
    _fill("accounts", columns, made)
    _fill("account_terms", TERMS, [term for row in made for term in _terms(row)])
    return official


def _tops() -> dict[int, int]:
    """Unit -> the topmost unit above it."""
    above = {row.id: row.parent_id for row in op.get_bind().execute(sa.text("SELECT id, parent_id FROM units"))}
    tops = {}
    for unit in above:
        top = unit
        while above[top] is not None:
            top = above[top]
        tops[unit] = top
    return tops


def _channels() -> None:
    """Calendars, slots and their exceptions; a mass send is the slot of a channel that takes one article a day."""
    op.add_column("channels", sa.Column("calendar", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("channels", sa.Column("external", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_table(
        "changed_days",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("channel_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_changed_days_case_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_changed_days_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_days")),
        sa.UniqueConstraint("channel_id", "day", name=op.f("uq_changed_days_channel_id_day")),
    )
    op.create_table(
        "slots",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("channel_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("qualified_at", Moment(), nullable=True),
        sa.Column("booked_at", Moment(), nullable=False),
        sa.Column("confirmed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_slots_case_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_slots_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slots")),
        sa.UniqueConstraint("case_id", name=op.f("uq_slots_case_id")),
        sa.UniqueConstraint("channel_id", "day", "place", name=op.f("uq_slots_channel_id_day_place")),
    )
    op.execute(
        "INSERT INTO slots (channel_id, day, place, case_id, booked_at)"
        " SELECT channel_id, day, serial, case_id, booked_at FROM mass_sends"
    )
    op.drop_table("mass_sends")
    _calendars()
    op.drop_column("channels", "mass_sends_per_day")


def _calendars() -> None:
    channels = sa.table("channels", sa.column("mass_sends_per_day"), sa.column("calendar", sa.JSON))
    conn = op.get_bind()
    for quota in conn.execute(sa.select(channels.c.mass_sends_per_day).distinct()).scalars().all():
        if quota:
            calendar = {"every": "day", "articles": {"most": quota}}
            of_quota = channels.c.mass_sends_per_day == quota
            conn.execute(channels.update().where(of_quota).values(calendar=calendar))
