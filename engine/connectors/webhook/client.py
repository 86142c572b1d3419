"""One signed POST: the receiver can check who sent it, when, and whether it has seen it before."""

import hmac
import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import orjson

from engine.connectors.errors import TransportError

LARGEST_REPLY = 64 * 1024
PATIENCE = 10.0  # seconds for the whole call, however slowly it drips
# Of the refusals these may pass by themselves; any other 4xx stays one.
PASSING = frozenset({408, 409, 423, 425, 429})


@dataclass(frozen=True)
class Webhook:
    """Where to, and the secret both sides know; `private` allows addresses inside the house."""

    url: str
    secret: bytes = field(repr=False)
    private: bool = False
    patience: float = PATIENCE

    def send(self, body: dict[str, Any], key: str, now: int) -> None:
        """One attempt; TransportError says what went wrong. `key` is the same at every attempt."""
        import httpx  # late: 9 MB that a process which sends nothing does not need

        host, address = self._address()
        content = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        headers = {
            "Content-Type": "application/json",
            "Host": host,
            "Idempotency-Key": key,
            "User-Agent": "Qianfa",
            "X-Qianfa-Timestamp": str(now),
            "X-Qianfa-Signature": f"sha256={signature(self.secret, now, key, content)}",
        }
        extensions = {"sni_hostname": urlsplit(self.url).hostname}
        try:
            with (
                httpx.Client(timeout=self.patience / 2, verify=_trust(), trust_env=False) as client,
                _ending(client, self.patience),
            ):
                post = client.stream("POST", address, content=content, headers=headers, extensions=extensions)
                with post as reply:
                    _read(reply.iter_raw())
                    _judge(reply.status_code, reply.headers.get("Retry-After"))
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise TransportError(f"{type(error).__name__}: {error}") from error

    def _address(self) -> tuple[str, str]:
        """The host, and the address with the host looked up and checked: a name can't change in between."""
        parts = urlsplit(self.url)
        try:
            host, port = parts.hostname or "", parts.port or {"https": 443, "http": 80}[parts.scheme]
        except (KeyError, ValueError):
            raise TransportError("the address of the webhook is not a http(s) address", permanent=True) from None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise TransportError(f"{host} is unknown: {error}") from error
        address = ipaddress.ip_address(str(found[0][4][0]))
        self._check(parts.scheme, address)
        literal = f"[{address}]" if address.version == 6 else str(address)
        return parts.netloc.rpartition("@")[2], parts._replace(netloc=f"{literal}:{port}").geturl()

    def _check(self, scheme: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        if scheme != "https" and not (self.private and address.is_loopback):
            raise TransportError("only https is allowed", permanent=True)
        if not address.is_global and not self.private:
            raise TransportError("an address inside the house is not allowed", permanent=True)


def signature(secret: bytes, now: int, key: str, content: bytes) -> str:
    """HMAC-SHA256 over the time, the key and the body, so that none can be exchanged."""
    return hmac.digest(secret, b"%d.%s." % (now, key.encode()) + content, "sha256").hex()


@cache
def _trust() -> Any:
    """Whose certificates are believed; read once, for it takes 30 ms."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


@contextmanager
def _ending(client: Any, patience: float) -> Iterator[None]:
    """Hang up when the time is over: a timeout for each read does not stop who sends a byte now and then."""
    timer = threading.Timer(patience, client.close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _read(chunks: Iterator[bytes]) -> None:
    """Read the reply to its end, for a cut one proves nothing; keep none of it."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST_REPLY:
            raise TransportError("the reply is larger than 64 KiB")


def _judge(status: int, retry_after: str | None) -> None:
    if 200 <= status < 300:
        return
    wait = float(retry_after) if retry_after and retry_after.isdecimal() else None
    permanent = 300 <= status < 500 and status not in PASSING
    raise TransportError(f"the receiver answered {status}", permanent=permanent, retry_after=wait)
