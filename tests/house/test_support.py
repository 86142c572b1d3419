"""What the tests stand on stands: databases are fresh and alike, servers start, stop and die completely."""

import http.client
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

import models
from tests.faults.watch import watching
from tests.support.databases import Database, PostgresTemplates
from tests.support.postgres import Server
from tests.support.server import RunningServer
from tests.support.story import Story


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def test_database_is_seeded(conn: sa.Connection) -> None:
    assert conn.scalar(sa.select(sa.func.count()).select_from(models.people)) > 10
    assert conn.scalar(sa.select(sa.func.count()).select_from(models.procedures)) >= 3


@pytest.mark.parametrize("turn", [1, 2])
def test_no_test_sees_what_another_wrote(database: Database, turn: int) -> None:
    engine = database.engine()
    with models.writing(engine) as conn:
        assert conn.scalar(sa.text("select count(*) from roles where id = 'left_behind'")) == 0
        conn.execute(models.roles.insert().values(id="left_behind", zh="留下", en="left"))
    engine.dispose()


def test_stopped_server_ends_well_and_frees_its_port(server: RunningServer) -> None:
    assert server.stop() == 0
    assert not answers(server.port)


def test_ctrl_c_reaches_every_process_and_ends_them_without_waiting(server: RunningServer) -> None:
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(8) == 0, "10 s is when a process that hangs is killed"
    assert "Killing" not in server.log.read_text()


def test_pages_come_back_when_their_process_dies(server: RunningServer) -> None:
    assert server.process is not None
    for child in children(server.process.pid):
        os.kill(child, signal.SIGKILL)
    server.wait()
    assert answers(server.port)


def test_killed_server_leaves_nobody_behind(server: RunningServer) -> None:
    assert server.process is not None
    workers = children(server.process.pid)
    assert workers
    server.kill()
    assert not answers(server.port)


def look(database: Database) -> dict[str, list[object]]:
    """Every row in the order in which it lies there, and every counter."""
    engine = database.engine()
    with engine.connect() as conn:
        seen = {table.name: conn.execute(sa.select(table)).all() for table in models.metadata.sorted_tables}
        seen["counters"] = conn.execute(sa.text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")).all()
    engine.dispose()
    return seen


def test_a_used_postgresql_database_is_put_back_row_by_row(
    templates: Callable[[str], PostgresTemplates], tmp_path: Path
) -> None:
    fresh = look(Database("postgresql", templates("postgresql").server.url("seeded")))
    used, remove = templates("postgresql").copy()
    engine = used.engine()
    story = Story(engine, tmp_path)
    story.approved()
    story.disable("lin.xia")
    story.write(sa.text("DELETE FROM stand_ins"))
    story.write(sa.text("DELETE FROM posts WHERE id = (SELECT max(id) FROM posts)"))
    assert look(used) != fresh
    left_open = engine.connect()
    left_open.execute(sa.text("LOCK TABLE cases"))
    remove()
    again, remove = templates("postgresql").copy()
    assert again == used
    assert [name for name, rows in look(again).items() if rows != fresh[name]] == []
    with models.writing(again.engine()) as conn, pytest.raises(sa.exc.DBAPIError):
        conn.execute(sa.text("DELETE FROM trail"))  # the guards are up again
    with models.writing(again.engine()) as conn:
        conn.execute(sa.text("CREATE TABLE left_behind (id int)"))
    remove()
    other, remove = templates("postgresql").copy()
    assert other != used, "its shape was changed"
    remove()
    left_open.invalidate()
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO roles (id, zh, en) VALUES ('left', '留下', 'left')",
        "UPDATE people SET name = '另一个' WHERE login = 'lin.xia'",
        "DELETE FROM posts WHERE id = 1",
    ],
)
def test_whoever_watches_sees_a_commit_and_nothing_of_a_rollback(engine: sa.Engine, change: str) -> None:
    with watching(engine) as state:
        before = state()
        with engine.connect().execution_options(writes=True) as conn:
            conn.execute(sa.text(change))
            conn.rollback()
        assert state() == before
        with models.writing(engine) as conn:
            conn.execute(sa.text(change))
        assert state() != before


def test_postgres_ends_with_its_session() -> None:
    server = Server().start()
    engine = models.open_engine(server.create("one"))
    with engine.connect() as conn:
        assert conn.scalar(sa.text("show fsync")) == "off"
    engine.dispose()
    server.stop()
    assert not server.folder.exists()
    with pytest.raises(sa.exc.OperationalError):
        models.open_engine(server.url("one")).connect()
