"""The database: one metadata, UTC times, and how a connection is opened."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from models.personal import MAIL, NUMBERS, SPACED

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows up by itself only in a column that is exactly INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class Moment(sa.types.TypeDecorator[datetime]):
    """A point in time: aware UTC in Python, timestamptz in PostgreSQL, UTC text in SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone was given to the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def identity() -> sa.Column[int]:
    """The row's own number."""
    return sa.Column("id", Id, primary_key=True, autoincrement=True)


def reference(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    """A column that names a row of another table."""
    return sa.Column(name, Id, sa.ForeignKey(f"{target}.id"), nullable=nullable, index=index)


class joined(FunctionElement[str]):
    """All values of a group in one text, with commas between; `aggregate_strings` is compiled at every call."""

    type = sa.Text()
    inherit_cache = True


@compiles(joined, "sqlite")
def _joined_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **options)}, ',')"


@compiles(joined, "postgresql")
def _joined_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **options)}, ',')"


class or_never(FunctionElement[datetime]):
    """A time, or the end of time where there is none; written out, so that an index over it is found."""

    type = Moment()
    inherit_cache = True


@compiles(or_never, "sqlite")
def _or_never_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **options)}, '9999-01-01 00:00:00.000000')"


@compiles(or_never, "postgresql")
def _or_never_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"coalesce({compiler.process(element.clauses, **options)}, '9999-01-01 00:00:00+00'::timestamptz)"


class stands_in(FunctionElement[bool]):
    """Whether the first text holds the second, letter by letter."""

    type = sa.Boolean()
    inherit_cache = True


@compiles(stands_in, "sqlite")
def _stands_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(stands_in, "postgresql")
def _stands_in_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"


# Personal data in a text as engine.finding.words spells it, where a mark stands before each number and word: what
# engine.rules.masking hides of mails, ids, cards, mobiles and telephones, told so that PostgreSQL reads it alike.
_GAP = r"(?:[-.() \u00b7\u2010-\u2015\u2022\u200b-\u200d\u2060\u2212\u3002\u30fb\x1f]|&\x1f?nbsp;|<[^<>]*>)*"
_WAYS = [*(groups for ways in NUMBERS.values() for groups in ways), SPACED]
PERSONAL = rf"[{MAIL}\x1f-]+@|(?<![0-9])(?:(?:00)?86{_GAP})?(?:{'|'.join(map(_GAP.join, _WAYS))})(?![0-9])"
_PERSONAL = re.compile(PERSONAL)


class without_personal(FunctionElement[str]):
    """A spelled text in which no personal data can be found."""

    type = sa.Text()
    inherit_cache = True


@compiles(without_personal, "sqlite")
def _without_personal_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"without_personal({compiler.process(element.clauses, **options)})"


@compiles(without_personal, "postgresql")
def _without_personal_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    pattern = PERSONAL.replace("%", "%%")
    return f"regexp_replace({compiler.process(element.clauses, **options)}, '{pattern}', '*', 'g')"


def _hide_personal(text: str | None) -> str | None:
    return None if text is None else _PERSONAL.sub("*", text)


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def open_engine(url: str | URL, *, pool_size: int = 5) -> sa.Engine:
    """An engine on SQLite (WAL, FULL, foreign keys) or PostgreSQL; `postgresql://` means psycopg 3."""
    url = make_url(url)
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(url, **options)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = sa.create_engine(url, pool_size=pool_size, pool_pre_ping=True, **options)
    sa.event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """No statement of ours runs as long as compiling it would take."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    # With recursive triggers what replaces a row asks its delete trigger too.
    said = ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")
    for pragma in said:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("without_personal", 1, _hide_personal, deterministic=True)


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that writes: committed once at the end, rolled back on any exception."""
    with engine.connect().execution_options(writes=True) as conn, conn.begin():
        yield conn


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One consistent look at the database; nothing is kept."""
    with engine.connect() as conn:
        yield conn


@contextmanager
def still(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One look during which nothing moves, however many statements it takes; PostgreSQL must be asked for that."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as conn:
        yield conn
