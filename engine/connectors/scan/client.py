"""Two ways to ask a scanner; what it does not answer plainly is unknown, never clean."""

import logging
import shlex
import socket
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

CLEAN, INFECTED, UNKNOWN = "clean", "infected", "unknown"
SECONDS = 60.0
CHUNK = 1 << 16
PORT = 3310
LONGEST_REPLY = 4_096

# What the scanner says of a file, and the name of what it found or the reason why it does not say.
Scan = Callable[[Path], tuple[str, str]]

log = logging.getLogger("qianfa.scan")


def open_scanner(address: str, seconds: float = SECONDS) -> Scan:
    """`clamd://host:port`, or a command that gets the file's path last and ends with 0 (clean) or 1 (infected)."""
    if address.startswith("clamd://"):
        parts = urlsplit(address)
        where = parts.hostname or "127.0.0.1", parts.port or PORT
        return lambda path: _told(lambda: _clamd(where, path, seconds))
    command = shlex.split(address)
    return lambda path: _told(lambda: _program(command, path, seconds))


def _told(ask: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    try:
        verdict = ask()
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        verdict = UNKNOWN, f"{type(error).__name__}: {error}"
    if verdict[0] != CLEAN:
        log.warning("the scanner says %s: %s", *verdict)
    return verdict


def _clamd(where: tuple[str, int], path: Path, seconds: float) -> tuple[str, str]:
    """INSTREAM: chunks with their length before them, an empty one last; `stream: OK` or `stream: <name> FOUND`."""
    with socket.create_connection(where, timeout=seconds) as link, path.open("rb") as file:
        link.sendall(b"zINSTREAM\0")
        try:
            while chunk := file.read(CHUNK):
                link.sendall(struct.pack(">I", len(chunk)) + chunk)
            link.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it closed early, and may have said why
        reply = _reply(link)
    said = reply.removeprefix("stream: ")
    if said == "OK":
        return CLEAN, ""
    if said.endswith(" FOUND"):
        return INFECTED, said.removesuffix(" FOUND")[:100]
    return UNKNOWN, said[:200] or "no answer"


def _reply(link: socket.socket) -> str:
    told = b""
    while len(told) < LONGEST_REPLY and not told.endswith((b"\0", b"\n")):
        block = link.recv(LONGEST_REPLY)
        if not block:
            break
        told += block
    return told.decode(errors="replace").strip("\0\n ")


def _program(command: list[str], path: Path, seconds: float) -> tuple[str, str]:
    run = subprocess.run(  # noqa: S603 - the installation's own setting
        [*command, str(path)], capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
    )
    said = run.stdout.decode(errors="replace").strip().rpartition("\n")[2]
    if run.returncode == 0:
        return CLEAN, ""
    return (INFECTED, said[-100:]) if run.returncode == 1 else (UNKNOWN, f"ended with {run.returncode}")
