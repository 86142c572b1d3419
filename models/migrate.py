"""Bring a database to the newest shape, or ask whether it already has it."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

_SCRIPTS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has the newest shape; a look, nothing changes."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as conn:
        if not sa.inspect(conn).has_table("alembic_version"):
            return False
        return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == head


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that are missing, in one transaction."""
    config = _config()
    with engine.connect().execution_options(writes=True) as conn, conn.begin():
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
