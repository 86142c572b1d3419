"""Statements of the hot path: compiled once for each kind of database, then sent on the driver's own cursor.

SQLAlchemy Core spends some 50 us on a statement in the middle of real work, the driver 5; a
decision has seven of them. A Prepared is written in Core like every other statement.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

Process = Callable[[Any], Any]


class _Compiled(NamedTuple):
    text: str
    order: tuple[str, ...] | None  # of the parameters; None where the driver takes them by name
    constants: dict[str, Any]
    binds: tuple[tuple[str, Process], ...]
    columns: tuple[tuple[int, Process], ...]
    row: Any


class Prepared:
    """A Core statement whose changing values are named bindparams."""

    def __init__(self, statement: sa.Executable):
        self.statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def all(self, conn: sa.Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """The rows, as named tuples."""
        compiled = self._for(conn)
        cursor = self._send(conn, compiled, self._values(compiled, parameters))
        rows = cursor.fetchall()
        cursor.close()
        if not compiled.columns:
            return [compiled.row._make(row) for row in rows]
        found = []
        for row in rows:
            values = list(row)
            for index, process in compiled.columns:
                values[index] = process(values[index])
            found.append(compiled.row._make(values))
        return found

    def first(self, conn: sa.Connection, parameters: Mapping[str, Any]) -> Any | None:
        rows = self.all(conn, parameters)
        return rows[0] if rows else None

    def run(self, conn: sa.Connection, parameters: Mapping[str, Any]) -> int:
        """Carry it out; how many rows it changed."""
        compiled = self._for(conn)
        cursor = self._send(conn, compiled, self._values(compiled, parameters))
        changed: int = cursor.rowcount
        cursor.close()
        return changed

    def many(self, conn: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Carry it out for each row of values."""
        compiled = self._for(conn)
        values = [self._values(compiled, row) for row in rows]
        if len(values) == 1:
            self._send(conn, compiled, values[0]).close()
        elif values:
            self._send(conn, compiled, values, many=True).close()

    def _send(self, conn: sa.Connection, compiled: _Compiled, values: Any, *, many: bool = False) -> Any:
        cursor = conn.connection.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(compiled.text, values)
        except conn.dialect.loaded_dbapi.Error as error:
            raise sa.exc.DBAPIError.instance(
                compiled.text, None, error, conn.dialect.loaded_dbapi.Error, dialect=conn.dialect
            ) from error
        return cursor

    def _values(self, compiled: _Compiled, parameters: Mapping[str, Any]) -> Any:
        values = {**compiled.constants, **parameters}
        for name, process in compiled.binds:
            values[name] = process(values[name])
        return values if compiled.order is None else [values[name] for name in compiled.order]

    def _for(self, conn: sa.Connection) -> _Compiled:
        name = conn.dialect.name
        if name not in self._compiled:
            self._compiled[name] = self._compile(conn.dialect)
        return self._compiled[name]

    def _compile(self, dialect: sa.Dialect) -> _Compiled:
        made: Any = self.statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        binds = {bind.key: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind in made.binds.values()}
        columns = list(getattr(self.statement, "selected_columns", None) or self.statement.exported_columns)  # type: ignore[attr-defined]
        results = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        return _Compiled(
            made.string,
            tuple(made.positiontup) if made.positional else None,
            {key: bind.value for key, bind in made.binds.items() if not bind.required},
            tuple((key, process) for key, process in binds.items() if process),
            tuple((index, process) for index, process in enumerate(results) if process),
            namedtuple("Row", [column.key for column in columns]),
        )
