"""`qianfa serve` and `qianfa worker`: the pages by granian, and beside them what the clock does."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from engine.errors import QianfaError
from web.cli.beside import PATIENCE, die_with_parent, end
from web.cli.words import language, spoken, stop

if TYPE_CHECKING:
    from engine.connectors.mail import Mail
    from engine.connectors.webhook import Webhook
    from engine.jobs.worker import Anchors
    from web.config import Config


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

    from web.cli.house import demonstration, require_current

    require_current()
    _require_free(host, port)
    if demonstration():
        os.environ.setdefault("QIANFA_DEMO", "1")
    # Eight threads, each with heaps of its own, kept 4 MB more of every web process than two heaps for all.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    server = Granian(
        "web.cli.serve:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=8,
        backlog=1024,
        respawn_failed_workers=True,
        workers_kill_timeout=int(PATIENCE),
        log_level=LogLevels.error,
    )
    beside: list[subprocess.Popen[bytes]] = []
    server.on_startup(lambda: beside.append(start_beside(host, port, no_jobs)))
    server.on_shutdown(lambda: end(beside[0]))
    server.serve()


def start_beside(host: str, port: int, no_jobs: bool) -> "subprocess.Popen[bytes]":
    """A process and not a thread: the server forks its workers, and a fork in the midst of a thread may hang."""
    jobs = "" if no_jobs else "jobs"
    command = [sys.executable, "-m", "web.cli.beside", host, str(port), jobs, str(os.getpid())]
    return subprocess.Popen(command, env={**os.environ, "QIANFA_LANG": language()})  # noqa: S603


def application() -> Any:
    """The app of one web process, which ends when the command that started it does."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        die_with_parent(parent.pid)
    # Ctrl-C reaches the whole group, and then the server's own signal: a web process that gets both hangs.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    import encodings.idna  # noqa: F401 - two first requests at once would each find it half imported, for good

    from web import create_app

    app = create_app()
    # What is there now stays for good; looking through it again and again cost a seventh of every request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    return app


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


@click.command("worker")
@spoken
def worker_command() -> None:
    """只运行后台作业 · run the jobs alone."""
    if beside := os.environ.get("QIANFA_BESIDE"):
        die_with_parent(int(beside))
    import models
    from engine import actions
    from engine.jobs.process import run_worker
    from web.cli.house import database, office, require_current

    require_current()
    with database() as (config, engine):
        with models.writing(engine) as conn:
            actions.note_installation(conn, config.on_record, datetime.now(UTC))
        run_worker(
            office(config),
            engine,
            huey=config.carrier,
            secret=config.secret,
            webhook=_webhook(config),
            mail=_mail(config),
            url=config.url,
            anchors=_anchors(config),
        )


def _anchors(config: "Config") -> "Anchors":
    from engine.connectors.mail.client import is_address
    from engine.jobs.worker import Anchors

    if config.anchor_mail and not (config.smtp and is_address(config.anchor_mail)):
        stop(
            "QIANFA_ANCHOR_MAIL 应为一个邮箱地址,并且要设置 QIANFA_SMTP。",
            "QIANFA_ANCHOR_MAIL is a mail address, and needs QIANFA_SMTP.",
        )
    return Anchors(config.anchor_file, config.anchor_mail, config.anchor_webhook)


def _webhook(config: "Config") -> "Webhook | None":
    from engine.connectors.webhook import Webhook

    if not config.webhook:
        return None
    return Webhook(config.webhook, (config.webhook_secret or config.secret).encode(), private=config.webhook_private)


def _mail(config: "Config") -> "Mail | None":
    from engine.connectors.mail import Mail

    if not config.smtp:
        return None
    if config.url and not config.url.startswith(("https://", "http://")):
        stop("QIANFA_URL 应以 https:// 开头。", "QIANFA_URL begins with https://.")
    try:
        return Mail.at(config.smtp, config.mail_from)
    except QianfaError as error:
        stop("{why}", "{why}", why=error.text)
