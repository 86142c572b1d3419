"""A PostgreSQL database that is put back as it was after a test: a new copy costs thirty times as much."""

from typing import Any

import psycopg

from tests.support.postgres import Server

TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
SEQUENCES = "SELECT quote_ident(sequencename), coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences"
SHAPE = ("pg_class", "pg_attribute", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_namespace", "pg_type")


def _changed(counts: dict[str, int]) -> str:
    """A question for the tables of which a row was written after a transaction, or went."""
    asked = "SELECT '{0}' FROM {0} HAVING count(*) <> {1} OR max(xmin::text::bigint) > %(after)s"
    return " UNION ALL ".join(asked.format(*one) for one in counts.items())


class Original:
    """What the seeded database holds: rows, counters, and how many things its shape is made of."""

    def __init__(self, server: Server, name: str):
        self.server, self.name = server, name
        with psycopg.connect(server.address_of(name), autocommit=True) as conn:
            conn.execute("VACUUM ANALYZE")
            tables = [row[0] for row in conn.execute(TABLES)]
            self.rows = {table: self._rows(conn, table) for table in tables}
            counts = self._counts(conn, tables)
            self.empty = {table for table, count in counts.items() if count == 0}
            self.changed, self.bent = _changed(counts), _changed(self._counts(conn, SHAPE))
            counters = conn.execute(SEQUENCES).fetchall()
        self.rewind = "SELECT " + ", ".join(f"setval('{name}', {at}, {used})" for name, at, used in counters)

    def _rows(self, conn: Any, table: str) -> bytes:
        with conn.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
            return b"".join(copy)

    def _counts(self, conn: Any, tables: Any) -> dict[str, int]:
        return {table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


class Recycled:
    """One database in use by one test after the other."""

    def __init__(self, original: Original, name: str):
        self.original, self.name = original, name
        self.url = original.server.create(name, original.name)
        self.conn: Any = psycopg.connect(original.server.address_of(name), autocommit=True)
        self.made = self.after = self._moment()

    def _moment(self) -> int:
        """The number of a transaction: whatever is written from now on has a higher one."""
        return int(self.conn.execute("SELECT txid_current()").fetchone()[0])

    def put_back(self) -> bool:
        """Whether it is as it was; if not, it is to be dropped."""
        self._alone()
        self.conn.execute("SELECT pg_stat_reset()")
        if self.conn.execute(self.original.bent, {"after": self.made}).fetchall():
            return False
        self.conn.execute("SET session_replication_role = replica")  # neither keys nor the trail's guards
        if changed := [row[0] for row in self.conn.execute(self.original.changed, {"after": self.after})]:
            self.conn.execute("".join(f"DELETE FROM {table};" for table in changed))
            self.conn.execute(f"VACUUM {', '.join(changed)}")  # so that rows will lie in the order they come in
        for table in changed:
            if table not in self.original.empty:
                with self.conn.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(self.original.rows[table])
        self.conn.execute(self.original.rewind)
        self.after = self._moment()
        return True

    def _alone(self) -> None:
        """Nobody else is connected, and nothing is under way."""
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        while self.conn.execute(f"SELECT pg_terminate_backend(pid) {others}").fetchall():
            pass

    def drop(self) -> None:
        self.conn.close()
        self.original.server.drop(self.name)
