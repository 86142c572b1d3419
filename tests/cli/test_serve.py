"""`qianfa serve`: says where, ends cleanly, and takes nobody's port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Command
from tests.support.databases import Database
from tests.support.server import RunningServer
from web.cli.beside import WORKER


@pytest.fixture
def started(sqlite: Database, tmp_path: Path) -> Iterator[RunningServer]:
    (tmp_path / "demonstration").touch()
    server = RunningServer(sqlite.url, tmp_path)
    yield server
    if server.process is not None:
        server.kill()


def until(condition, within: float = 60) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def group(leader: int) -> set[int]:
    """The living processes of a session."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == leader and fields[0] != "Z":
                found.add(int(entry.name))
    return found


def test_it_says_where_and_who_once_it_answers(started: RunningServer) -> None:
    started.start()
    assert until(lambda: "lin.xia" in started.log.read_text()), started.log.read_text()
    text = started.log.read_text()
    assert started.url in text


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_all_its_processes(started: RunningServer, sign: signal.Signals) -> None:
    started.start()
    assert started.process is not None
    leader = started.process.pid
    assert until(lambda: len(group(leader)) >= 3), "pages and jobs run beside each other"
    started.process.send_signal(sign)
    assert started.process.wait(60) == 0
    assert until(lambda: not group(leader)), group(leader)
    assert "Traceback" not in started.log.read_text()


@pytest.mark.parametrize("processes", [2, 3], ids=["the first is there", "all are there"])
def test_nothing_survives_a_kill_before_it_answers(started: RunningServer, processes: int) -> None:
    """Each is started by another, and none of them may have got as far as to ask for its end."""
    leader = started.launch().pid
    assert until(lambda: len(group(leader)) >= processes), started.log.read_text()
    os.kill(leader, signal.SIGKILL)
    started.process.wait()
    assert until(lambda: not group(leader)), group(leader)


@pytest.mark.parametrize("command", ["web.cli.beside 127.0.0.1 1 jobs {gone}", "web.cli worker"])
def test_who_finds_its_parent_gone_ends_at_once(command: str) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    asked = [sys.executable, "-m", *command.format(gone=gone.pid).split()]
    done = subprocess.run(asked, env={**os.environ, "QIANFA_BESIDE": str(gone.pid)}, timeout=60, check=False)
    assert done.returncode == -signal.SIGTERM


def test_nothing_survives_a_kill_and_the_port_is_free_again(started: RunningServer) -> None:
    started.start()
    assert started.process is not None
    leader = started.process.pid
    os.kill(leader, signal.SIGKILL)
    started.process.wait()
    assert until(lambda: not group(leader)), group(leader)
    started.start()
    assert httpx.get(f"{started.url}/healthz").status_code == 200


def test_a_fallen_worker_is_replaced(sqlite: Database, tmp_path: Path) -> None:
    server = RunningServer(sqlite.url, tmp_path, "--no-jobs").start()
    assert server.process is not None
    leader = server.process.pid
    assert until(lambda: len(group(leader)) == 2), "the pages' process is left when the address was said"
    os.kill((group(leader) - {leader}).pop(), signal.SIGKILL)
    assert until(server.is_ready), server.log.read_text()
    server.stop()


def test_the_command_that_starts_the_job_worker_is_there() -> None:
    told = subprocess.run([*WORKER, "--help"], capture_output=True, text=True, check=False)
    assert told.returncode == 0 and "worker" in told.stdout, told.stderr


def test_a_fallen_job_worker_is_replaced_too(started: RunningServer) -> None:
    started.start()
    assert started.process is not None
    leader = started.process.pid

    def worker() -> set[int]:
        return {pid for pid in group(leader) if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()}

    assert until(lambda: len(worker()) == 1), started.log.read_text()
    first = worker()
    os.kill(next(iter(first)), signal.SIGKILL)
    assert until(lambda: len(worker() - first) == 1), "another one is started"
    assert started.stop() == 0


def test_a_port_in_use_is_one_sentence(qianfa: Command, sqlite: Database, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = qianfa("serve", "--port", port, QIANFA_DATABASE=sqlite.url, QIANFA_DATA=str(tmp_path))
    assert told.status == 1 and str(port) in told.err
