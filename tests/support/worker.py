"""A worker as a process of its own: `python -m tests.support.worker DATABASE FOLDER CARRIER WEBHOOK [SMTP]`."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start_worker(database: str, folder: Path, carrier: str, webhook: str, smtp: str = "") -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.support.worker", database, str(folder), carrier, webhook, smtp]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stdout=log, stderr=log)


def main(database: str, folder: str, carrier: str, webhook: str, smtp: str = "") -> None:
    import logging

    import models
    from engine.connectors.mail import Mail
    from engine.connectors.webhook import Webhook
    from engine.desk import Office
    from engine.jobs.process import run_worker

    logging.basicConfig(level=logging.INFO)
    hook = Webhook(webhook, b"shared", private=True)
    run_worker(
        Office(Path(folder)),
        models.open_engine(database),
        huey=carrier,
        secret="secret",
        webhook=hook,
        mail=Mail.at(smtp, "qianfa@example.com") if smtp else None,
        url="https://qianfa.example.com",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
