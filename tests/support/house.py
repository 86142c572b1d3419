"""The application itself on a loopback port, in the test's own process: its clock is moved by hand."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, due, run
from models import reading
from tests.support.quick import furnish
from web import Config, create_app
from web.security import limiter


@dataclass
class Clock:
    """What the application takes for now; `now` is set by the test."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class House:
    """Pages over a database of its own; `engine` and `office` are those the pages use."""

    def __init__(self, database: str, folder: Path, now: datetime | None = None):
        self.clock = Clock(now or datetime.now(UTC))
        config = Config(database=database, data=folder, secret="a secret of the tests", clock=self.clock)
        self.app = furnish(create_app(config))
        limiter.reset()
        self.engine, self.office = self.app.extensions["house"].engine, self.app.extensions["house"].office
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, daemon=True)

    def start(self) -> "House":
        self.thread.start()
        return self

    def carry(self) -> None:
        """Carry out the jobs that are due now."""
        with reading(self.engine) as conn:
            found = due(conn, self.clock.now, 100)
        for job_id in found:
            run(Place(self.engine, self.office, now=self.clock), KINDS, job_id)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        self.engine.dispose()
