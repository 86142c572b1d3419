"""How often one token may ask: a bucket for each token in each process, refilled evenly."""

import math
import time
from threading import Lock

from engine.errors import TooMany

_KEPT = 10_000


class Brake:
    """`per_minute` requests at once, then as many a minute; 0 means without limit."""

    def __init__(self, per_minute: int):
        self.per_minute = per_minute
        self._full_at: dict[str, float] = {}  # when each bucket will be full again
        self._lock = Lock()

    def pass_(self, name: str) -> None:
        """Count one request; TooMany says how long to wait."""
        if not self.per_minute:
            return
        now, cost = time.monotonic(), 60 / self.per_minute
        with self._lock:
            full_at = max(self._full_at.get(name, now), now)
            wait = full_at + cost - now - 60
            if wait > 0:
                raise TooMany(seconds=math.ceil(wait))
            if len(self._full_at) >= _KEPT:
                self._full_at = {one: at for one, at in self._full_at.items() if at > now}
            self._full_at[name] = full_at + cost
