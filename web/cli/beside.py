"""What runs beside the pages of `qianfa serve`: says the address once they answer, and keeps the worker alive."""

import os
import signal
import subprocess
import sys
import time
from threading import Event

from web.cli.words import say

WORKER = [sys.executable, "-m", "web.cli", "worker"]
PATIENCE = 10.0  # seconds a request or a job gets to end after a stop


def die_with_parent(parent: int) -> None:
    """Ask Linux to end this process when its parent is gone, even by kill -9; at once if it is gone already."""
    # The server's own handler, which a web process has from its fork, only asks the server to stop.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it went before this was asked, and nobody else would ever tell
        signal.raise_signal(signal.SIGTERM)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask a process to end, and make it when it does not."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def announce(host: str, port: int, stop: Event) -> None:
    """Say the address, and in the demonstration company the sign-ins, once the pages answer."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    address = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    while not _answers(address):
        if stop.wait(0.05):
            return
    say("\n签发已就绪:{address}", "\nQianfa is ready: {address}", address=address)
    from web.cli.house import say_sign_ins

    say_sign_ins()
    sys.stdout.flush()


def _answers(address: str) -> bool:
    from urllib.request import urlopen

    try:
        with urlopen(f"{address}/healthz", timeout=5) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except OSError:
        return False


def keep_worker(stop: Event) -> None:
    """Run the worker, and again when it falls, less eagerly each time, until told to stop."""
    pause = 1.0
    while not stop.is_set():
        began, worker = time.monotonic(), start_worker()
        while worker.poll() is None and not stop.wait(1.0):
            pass
        if worker.poll() is None:
            end(worker)
        pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, 60.0)
        stop.wait(pause)


def start_worker() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(WORKER, env={**os.environ, "QIANFA_BESIDE": str(os.getpid())})  # noqa: S603


def main() -> None:
    host, port, jobs, parent = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    die_with_parent(parent)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    announce(host, port, stop)
    if jobs:
        keep_worker(stop)


if __name__ == "__main__":
    main()
