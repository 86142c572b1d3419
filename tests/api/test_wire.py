"""What only shows on the wire: bodies without a length, cut bodies, and a connection that lives on."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.conftest import make_token
from tests.support.databases import Database
from tests.support.server import RunningServer


@pytest.fixture
def running(sqlite: Database, tmp_path: Path) -> Iterator[tuple[str, str]]:
    engine = sqlite.engine()
    token = make_token(engine, "lin.xia")
    engine.dispose()
    server = RunningServer(sqlite.url, tmp_path, "--no-jobs").start()
    yield server.url, token
    server.stop()
    assert "Traceback" not in server.log.read_text()


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 10_000):
        yield b" " * 10_000


def test_a_huge_body_without_a_length_is_413(running: tuple[str, str]) -> None:
    address, token = running
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    told = httpx.post(f"{address}/api/v1/cases", content=chunks(3_000_000), headers=headers)
    assert (told.status_code, told.json()["code"]) == (413, "too_large")


def test_a_file_without_a_length_is_taken(running: tuple[str, str]) -> None:
    address, token = running
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
        "08d763f8cfc000000301010018dd8db00000000049454e44ae426082"
    )
    told = httpx.post(f"{address}/api/v1/uploads?name=a.png", content=iter([png[:20], png[20:]]), headers=headers)
    assert told.status_code == 201, told.json()
    assert told.json()["size"] == len(png)


def test_a_body_that_breaks_off_changes_nothing(running: tuple[str, str]) -> None:
    address, token = running
    place = urlsplit(address)
    with socket.create_connection((place.hostname, place.port)) as line:
        head = f"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        line.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{".encode())
    headers = {"Authorization": f"Bearer {token}"}
    told = httpx.get(f"{address}/api/v1/tasks?box=mine", headers=headers)
    assert (told.status_code, told.json()["items"]) == (200, [])


def test_a_connection_lives_on_after_a_refusal(running: tuple[str, str]) -> None:
    address, token = running
    with httpx.Client(base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}) as client:
        statuses = [
            client.post("/cases", content=b"{").status_code,
            client.post("/cases", json={"x": 1}).status_code,
            client.get("/tasks/1").status_code,
            client.get("/me").status_code,
        ]
    assert statuses == [415, 422, 404, 200]
