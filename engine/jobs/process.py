"""The worker: one process, some threads that carry out jobs, and the clock in the main one."""

import logging
import signal
from threading import Event, Thread

import sqlalchemy as sa

from engine.connectors.notifier import Notifier
from engine.connectors.webhook import Webhook
from engine.desk import Office
from engine.jobs.carrier import open_carrier
from engine.jobs.clock import Clock
from engine.jobs.deliver import KINDS
from engine.jobs.worker import NOWHERE, Anchors, Place, run

TICK = 1.0  # seconds
FAREWELL = 20.0  # seconds that work in hand is waited for; what is not done then is done by the next worker

log = logging.getLogger(__name__)


def run_worker(
    office: Office,
    engine: sa.Engine,
    *,
    huey: str,
    secret: str,
    webhook: Webhook | None = None,
    mail: Notifier | None = None,
    url: str | None = None,
    anchors: Anchors = NOWHERE,
    threads: int = 2,
    stop: Event | None = None,
) -> None:
    """Work until SIGTERM or SIGINT, or until `stop` is set by who runs this in a thread of its own."""
    place = Place(engine, office, webhook, mail, url, anchors)
    carrier = open_carrier(huey, secret)
    carrier.nudge_after_commit(engine)
    stop = stop or _until_told()
    clock = Clock(place, carrier)
    hands = [
        Thread(target=carrier.carry, args=(lambda job_id: run(place, KINDS, job_id), stop), daemon=True)
        for _ in range(threads)
    ]
    for hand in hands:
        hand.start()
    for noisy in ("httpx", "huey"):  # a line for every call, with the whole address
        logging.getLogger(noisy).setLevel(logging.WARNING)
    log.info("the worker is at work")
    while not stop.is_set():
        clock.tick()
        stop.wait(TICK)
    for hand in hands:
        hand.join(FAREWELL)
    log.info("the worker has ended")


def _until_told() -> Event:
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    return told
