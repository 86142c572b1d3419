"""Bring a database to the newest shape, or ask whether it already has it."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent / "migrations"


def _config() -> "Config":
    from alembic.config import Config  # late: most commands and every request do without

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


@cache
def _head() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config()).get_current_head()


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has the newest shape; a look, nothing changes."""
    with engine.connect() as conn:
        if not sa.inspect(conn).has_table("alembic_version"):
            return False
        return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == _head()


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that are missing, in one transaction."""
    from alembic import command

    config = _config()
    with engine.connect().execution_options(writes=True) as conn, conn.begin():
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
