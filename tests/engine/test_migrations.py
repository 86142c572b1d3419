"""The migrations lead to exactly the tables the code knows, and the trail cannot be changed."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import models


def test_the_migrations_lead_to_the_tables_of_the_code(engine: sa.Engine) -> None:
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, models.metadata) == []


def test_migrating_again_changes_nothing(engine: sa.Engine) -> None:
    assert models.is_current(engine)
    models.migrate(engine)
    assert models.is_current(engine)


@pytest.mark.parametrize("change", ["UPDATE trail SET verb = 'x'", "DELETE FROM trail", "DELETE FROM anchors"])
def test_what_is_on_record_is_neither_changed_nor_deleted(engine: sa.Engine, change: str) -> None:
    with models.writing(engine) as conn:
        row = {"at": datetime(2026, 1, 1, tzinfo=UTC), "heads": 0, "previous": "0" * 64, "hash": "1" * 64}
        conn.execute(models.anchors.insert(), row)
    with pytest.raises(sa.exc.DBAPIError, match="insert-only"), models.writing(engine) as conn:
        conn.exec_driver_sql(change)
