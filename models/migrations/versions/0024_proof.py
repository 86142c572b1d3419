"""Closed figures are written once, a read goes only with a case that was disposed of, nothing on record is replaced."""

from alembic import op

revision = "0024"
down_revision = "0023"

REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END"
CLOSED = ("closed_periods", "closed_figures")
# INSERT OR REPLACE of SQLite deletes without a delete trigger, but where recursive_triggers is on.
UNIQUE = {
    "trail": ("id", "chain, seq"),
    "anchors": ("id", "hash"),
    "anchored_heads": ("anchor_id, chain",),
    "reads": ("id",),
    "read_links": ("seq", "read_id"),
    "disposals": ("chain", "number", "house_seq"),
    "closed_periods": ("period",),
    "closed_figures": ("id", "period, kind, procedure_id, version_id, unit_id, subject"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgresql()
        return
    for table in CLOSED:
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table} {REFUSE}")
    unproved = "WHEN NOT EXISTS (SELECT 1 FROM disposals WHERE chain = OLD.case_id)"
    op.execute(f"CREATE TRIGGER reads_refuse_delete BEFORE DELETE ON reads {unproved} {REFUSE}")
    for table, keys in UNIQUE.items():
        same = (" AND ".join(f"{column} = NEW.{column}" for column in key.split(", ")) for key in keys)
        known = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {one})" for one in same)  # noqa: S608 - names are ours
        op.execute(f"CREATE TRIGGER {table}_refuse_replace BEFORE INSERT ON {table} WHEN {known} {REFUSE}")


def _postgresql() -> None:
    for table in CLOSED:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuse_{change.lower()} BEFORE {change} ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
    for table in (*CLOSED, "reads", "read_links"):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE FUNCTION refuse_unproved_read() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF EXISTS (SELECT 1 FROM disposals WHERE chain = OLD.case_id) THEN RETURN OLD; END IF;"
        " RAISE EXCEPTION 'the audit trail is insert-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER reads_refuse_delete BEFORE DELETE ON reads FOR EACH ROW EXECUTE FUNCTION refuse_unproved_read()"
    )
