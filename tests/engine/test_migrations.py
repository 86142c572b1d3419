"""The migrations lead to exactly the tables the code knows, and the trail cannot be changed."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import models
from models.migrate import _config

WORDS = ("case_index", "ix_case_words_words")  # the index of words: FTS5 keeps it in tables of its own


def test_the_migrations_lead_to_the_tables_of_the_code(engine: sa.Engine) -> None:
    with engine.connect() as conn:
        kind = conn.dialect.name
        ours = {"include_object": lambda _object, name, *_: kind != "sqlite" or not name.startswith(WORDS)}
        context = MigrationContext.configure(conn, opts={"compare_type": True, **ours})
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


OLD = """
INSERT INTO units (id, code, name, aliases, parent_id) VALUES (1, 'HQ', '总公司', '[]', NULL);
INSERT INTO units (id, code, name, aliases, parent_id) VALUES (2, 'SALES', '销售部', '[]', 1);
INSERT INTO roles (id, zh, en) VALUES ('text_editor', '编辑', 'editor');
INSERT INTO people (id, login, name, staff_no, unit_id, password_hash) VALUES (1, 'a', '甲', '1', 2, 'x');
INSERT INTO channels (id, code, name, kind, unit_id, operator_role, mass_sends_per_day)
  VALUES (7, 'official_wechat', '公众号', 'wechat', 2, 'text_editor', 1);
INSERT INTO procedures (id, slug, family, title_zh, title_en) VALUES (1, 'p', 'f', '流程', 'procedure');
INSERT INTO specifications (sha256, body) VALUES ('s', '{}');
INSERT INTO versions (id, procedure_id, no, sha256, specification_sha256, manifest, forms, documents, published_at)
  VALUES (1, 1, 1, 's', 's', '{}', '{}', '{}', '2026-01-01 00:00:00');
"""
CASE = (
    "INSERT INTO cases (id, number, procedure_id, version_id, applicant_id, applicant_unit_id, title, state, revision,"
    " snapshot, content_no, started_at, trail_seq, trail_hash)"
    " VALUES ({0}, 'T-{0}', 1, 1, 1, 2, '例', 'done', 1, '', 0, '2026-01-01 00:00:00', 0, '')"
)
MADE = """
INSERT INTO accounts (id, kind, name, holder_id, unit_id, purpose, state, opened_at, closed_at, case_id)
  VALUES (5, 'wechat', 'demo', 1, 2, '联系', 'active', '2026-02-01 00:00:00', NULL, 1);
INSERT INTO accounts (id, kind, name, holder_id, unit_id, purpose, state, opened_at, closed_at, case_id)
  VALUES (6, 'wecom', 'gone', 1, 2, '', 'closed', '2026-02-01 00:00:00', '2026-03-01 00:00:00', 2);
INSERT INTO handovers (id, account_id, person_id, secret, made_at, expires_at)
  VALUES (3, 5, 1, 'sealed', '2026-02-01 00:00:00', '2026-02-08 00:00:00');
INSERT INTO lendings (id, channel_id, borrower_id, unit_id, case_id, since, until, operators)
  VALUES (9, 7, 1, 2, 1, '2026-02-01 00:00:00', '2026-02-02 00:00:00', '甲');
INSERT INTO mass_sends (channel_id, day, serial, case_id, booked_at)
  VALUES (7, '2026-02-03', 1, 1, '2026-02-01 00:00:00')
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_stood_in_the_first_registers_stands_in_the_new_ones(
    kind: str, templates: Callable[[str], Any], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "sqlite" else templates(kind).server.create("first_registers")
    engine = models.open_engine(url)
    config = _config()
    with models.writing(engine) as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        for statement in [*OLD.split(";")[:-1], CASE.format(1), CASE.format(2), *MADE.split(";")]:
            conn.execute(sa.text(statement))
    models.migrate(engine)
    with models.writing(engine) as conn:
        accounts = conn.execute(sa.select(models.accounts).order_by(models.accounts.c.id)).all()
        assert [(row.id, row.name, row.state, row.official, row.organisation_id) for row in accounts] == [
            (5, "demo", "active", False, 1),
            (6, "gone", "closed", False, 1),
            (7, "公众号", "active", True, 1),
        ]
        assert [row.version_id for row in accounts] == [None, 1, None], "what closed it says how long it is kept"
        terms = conn.execute(sa.select(models.account_terms).order_by(models.account_terms.c.id)).all()
        assert [(row.account_id, row.state, row.until is None) for row in terms] == [
            (5, "active", True),
            (6, "active", False),
            (6, "closed", True),
            (7, "active", True),
        ]
        assert (terms[1].until, terms[2].since) == (accounts[1].closed_at, accounts[1].closed_at)
        assert terms[0].since == datetime(2026, 2, 1, tzinfo=UTC)
        (lent,) = conn.execute(sa.select(models.lendings)).all()
        assert (lent.id, lent.account_id, lent.until) == (9, 7, datetime(2026, 2, 2, tzinfo=UTC))
        assert conn.execute(sa.select(models.handovers.c.account_id, models.handovers.c.secret)).all() == [
            (5, "sealed")
        ]
        assert conn.execute(sa.select(models.slots.c.channel_id, models.slots.c.place)).all() == [(7, 1)]
        row = {key: getattr(accounts[0], key) for key in ("kind", "unit_id", "organisation_id", "rights", "opened_at")}
        row |= {"name": "next", "state": "active", "confirmed_at": row["opened_at"]}
        assert conn.execute(models.accounts.insert().returning(models.accounts.c.id), row).scalar() == 8
    engine.dispose()
