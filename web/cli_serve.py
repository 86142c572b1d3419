"""`qianfa serve` and `qianfa worker`: the pages by granian, and beside them what the clock does."""

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import click

from web.cli_words import say, spoken, stop

if TYPE_CHECKING:
    from engine.connectors.webhook import Webhook
    from web.config import Config

_PATIENCE = 10.0  # seconds a request or a job gets to end after a stop


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="地址 · address")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="端口 · port")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="网页进程 · web processes")
@click.option("--no-jobs", is_flag=True, help="不同时运行后台作业 · leave the jobs to `qianfa worker`")
@spoken
def serve_command(host: str, port: int, workers: int, no_jobs: bool) -> None:
    """启动网页与后台作业 · serve the pages, and run the jobs beside them."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from web.cli_house import demonstration, require_current

    require_current()
    _require_free(host, port)
    if demonstration():
        os.environ.setdefault("QIANFA_DEMO", "1")
    server = Granian(
        "web.cli_serve:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=8,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=int(_PATIENCE),
        log_level=LogLevels.warning,
    )
    beside = None if no_jobs else Beside()
    if beside:
        server.on_startup(beside.start)
        server.on_shutdown(beside.stop)
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    server.serve()


def application() -> Any:
    """The app of one web process, which ends when the command that started it does."""
    die_with_parent()
    import encodings.idna  # noqa: F401 - two first requests at once would each find it half imported, for good

    from web import create_app

    return create_app()


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent is gone, even by kill -9."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class Beside:
    """The worker as a process of its own, started again when it falls."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._keep, daemon=True).start()

    def _keep(self) -> None:
        pause = 1.0
        while not self.stopping.is_set():
            began = time.monotonic()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "web.cli", "worker"], env={**os.environ, "QIANFA_BESIDE": "1"}
            )
            self.process.wait()
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, 60)
            self.stopping.wait(pause)

    def stop(self) -> None:
        self.stopping.set()
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _require_free(host: str, port: int) -> None:
    import socket

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        stop(
            "不能在 {host}:{port} 上提供服务:{why}。请换一个端口(--port)。",
            "Cannot serve on {host}:{port}: {why}. Choose another port (--port).",
            host=host,
            port=port,
            why=error.strerror or error,
        )


def _announce(host: str, port: int) -> None:
    """Say the address once the pages answer."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    address = f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
    for _ in range(1200):
        try:
            with urlopen(f"{address}/healthz", timeout=2) as reply:  # noqa: S310
                if reply.status == 200:
                    break
        except (URLError, OSError):
            time.sleep(0.05)
    else:
        return
    say("\n签发已就绪:{address}", "\nQianfa is ready: {address}", address=address)
    from web.cli_house import say_sign_ins

    say_sign_ins()


@click.command("worker")
@spoken
def worker_command() -> None:
    """只运行后台作业 · run the jobs alone."""
    if os.environ.get("QIANFA_BESIDE"):
        die_with_parent()
    from engine.jobs.process import run_worker
    from web.cli_house import database, office, require_current

    require_current()
    with database() as (config, engine):
        carrier = config.huey or f"sqlite:///{config.data / 'jobs.db'}"
        run_worker(office(config), engine, huey=carrier, secret=config.secret, webhook=_webhook(config))


def _webhook(config: "Config") -> "Webhook | None":
    from engine.connectors.webhook import Webhook

    if not config.webhook:
        return None
    return Webhook(config.webhook, (config.webhook_secret or config.secret).encode())
