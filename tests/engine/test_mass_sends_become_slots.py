"""A house of before: its mass sends are slots after the migration, its quotas calendars, and it may be used at once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

import models
from engine.calendar import read_plan
from models import channels, slots
from models.migrate import _config
from tests.support.databases import Database

BEFORE = (
    "INSERT INTO units (id, code, name, aliases) VALUES (1, 'HQ', 'HQ', '[]')",
    "INSERT INTO roles (id, zh, en) VALUES ('text_editor', '文字编辑员', 'Text editor')",
    "INSERT INTO people (id, login, name, staff_no, unit_id, password_hash) VALUES (1, 'lin.xia', '林夏', '1', 1, 'x')",
    "INSERT INTO procedures (id, slug, family, title_zh, title_en) VALUES (1, 'p', 'f', 'p', 'p')",
    "INSERT INTO specifications (sha256, body) VALUES ('s', '{}')",
    "INSERT INTO versions (id, procedure_id, no, sha256, specification_sha256, manifest, forms, documents,"
    " published_at) VALUES (1, 1, 1, 's', 's', '{}', '{}', '{}', '2026-11-01 00:00:00')",
    "INSERT INTO cases (id, number, procedure_id, version_id, applicant_id, applicant_unit_id, title, state, revision,"
    " snapshot, started_at, trail_seq, trail_hash)"
    " VALUES (1, 'GS-1', 1, 1, 1, 1, 't', 'done', 1, '{}', '2026-11-01 00:00:00', 0, '')",
    "INSERT INTO channels (id, code, name, kind, unit_id, operator_role, mass_sends_per_day) VALUES"
    " (1, 'official_wechat', '公众号', 'wechat', 1, 'text_editor', 2),"
    " (2, 'weibo', '微博', 'weibo', 1, 'text_editor', NULL)",
    "INSERT INTO mass_sends (channel_id, day, serial, case_id, booked_at)"
    " VALUES (1, '2026-11-20', 2, 1, '2026-11-19 00:00:00')",
)


@pytest.fixture
def empty(database: Database, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database without a table, on both kinds."""
    sqlite = database.kind == "sqlite"
    made = models.open_engine(f"sqlite:///{tmp_path / 'before.sqlite'}") if sqlite else database.engine()
    if not sqlite:
        with models.writing(made) as conn:
            conn.exec_driver_sql("DROP SCHEMA public CASCADE")
            conn.exec_driver_sql("CREATE SCHEMA public")
    yield made
    made.dispose()


def test_mass_sends_become_slots_and_quotas_calendars(empty: sa.Engine) -> None:
    config = _config()
    with models.writing(empty) as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        for statement in BEFORE:
            conn.exec_driver_sql(statement)
    models.migrate(empty)
    with models.reading(empty) as conn:
        wechat, weibo = conn.execute(sa.select(channels).order_by(channels.c.id)).all()
        assert (wechat.external, weibo.calendar) == (True, None)
        plan = read_plan(wechat.calendar)
        assert (plan.most, plan.lead, plan.per_month, plan.window) == (2, 0, None, None)
        (slot,) = conn.execute(sa.select(slots)).all()
        assert (slot.channel_id, slot.day, slot.place, slot.case_id) == (1, date(2026, 11, 20), 2, 1)
        assert (slot.urgent, slot.qualified_at, slot.confirmed_at) == (False, None, None)
