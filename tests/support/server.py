"""A real server for a test: `qianfa serve` on a free loopback port, against a database of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = str(Path(sys.executable).with_name("qianfa"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningServer:
    """Started, answering, stopped; `kill` is a power cut."""

    def __init__(self, database_url: str, folder: Path, *options: str, **environment: str):
        """`options` go to `qianfa serve`, as `--no-jobs`; `environment` on top of this process's own."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.environment = {
            **os.environ,
            "QIANFA_DATABASE": database_url,
            "QIANFA_DATA": str(folder),
            "QIANFA_DEMO": "1",
            **environment,
        }
        self.command = [COMMAND, "serve", "--port", str(self.port), *options]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, within: float = 60) -> "RunningServer":
        self.launch()
        return self.wait(within)

    def launch(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.process

    def wait(self, within: float = 60) -> "RunningServer":
        """Until it answers; an error with its log when it has ended or takes too long."""
        assert self.process is not None
        end = time.monotonic() + within
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                raise RuntimeError(f"the server did not come up:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.02)
        return self

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self) -> int:
        """Ask it to end, as an operator does; its exit code."""
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(60)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it and its workers at once."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
