"""Bring a database to the newest shape, or ask whether it already has it."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).parent / "migrations"
_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_FOLLOWED = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)


def _config() -> "Config":
    from alembic.config import Config  # late: most commands and every request do without

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


@cache
def newest() -> str:
    """The revision that no other one follows; read from the files, since every start asks and alembic is large."""
    told = [path.read_text("utf-8") for path in (_SCRIPTS / "versions").glob("*.py")]
    revisions, followed = ({one for text in told for one in found.findall(text)} for found in (_REVISION, _FOLLOWED))
    (last,) = revisions - followed
    return last


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has the newest shape; a look, nothing changes."""
    with engine.connect() as conn:
        if not sa.inspect(conn).has_table("alembic_version"):
            return False
        return conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == newest()


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that are missing, in one transaction."""
    from alembic import command

    config = _config()
    with engine.connect().execution_options(writes=True) as conn, conn.begin():
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
