"""A receiver of webhooks with its own code: checks the signature, counts effects, and can misbehave."""

import hashlib
import hmac
import json
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Receiver:
    """Listens on loopback. `manner` says how the next requests are answered."""

    def __init__(self, secret: bytes = b"shared", tls: ssl.SSLContext | None = None):
        self.secret = secret
        self.tls = tls
        self.manner = "ok"
        self.requests: list[dict[str, Any]] = []
        self.effects: dict[str, Any] = {}
        self.arrived = threading.Event()
        self.released = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/hook?from=qianfa"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.released.set()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.socket.close()

    @property
    def keys(self) -> list[str]:
        return [request["idempotency-key"] for request in self.requests]

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.socket.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with suppress(OSError), self.tls.wrap_socket(client, server_side=True) if self.tls else client as client:
            self._take(client)
            self.arrived.set()
            getattr(self, f"_{self.manner}")(client)

    def _take(self, client: socket.socket) -> None:
        """Read the request; an effect only for a signed one whose key was not seen before."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += client.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        request, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        while len(body) < int(headers["content-length"]):
            body += client.recv(65536)
        key, stamp = headers["idempotency-key"], headers["x-qianfa-timestamp"]
        wanted = hmac.new(self.secret, f"{stamp}.{key}.".encode() + body, hashlib.sha256).hexdigest()
        sound = headers["x-qianfa-signature"] == f"sha256={wanted}"
        self.requests.append(headers | {"request": request, "sound": sound})
        if sound:
            self.effects.setdefault(key, json.loads(body))

    def _ok(self, client: socket.socket) -> None:
        client.sendall(OK)

    def _status(self, client: socket.socket, line: str, more: str = "") -> None:
        client.sendall(f"HTTP/1.1 {line}\r\nContent-Length: 0\r\nConnection: close\r\n{more}\r\n".encode())

    def _error(self, client: socket.socket) -> None:
        self._status(client, "500 Internal Server Error")

    def _busy(self, client: socket.socket) -> None:
        self._status(client, "503 Service Unavailable", "Retry-After: 90\r\n")

    def _refused(self, client: socket.socket) -> None:
        self._status(client, "400 Bad Request")

    def _gone(self, client: socket.socket) -> None:
        self._status(client, "410 Gone")

    def _elsewhere(self, client: socket.socket) -> None:
        self._status(client, "302 Found", f"Location: {self.url}\r\n")

    def _hold(self, client: socket.socket) -> None:
        """Took it, and never says so."""
        self.released.wait(30)
        self._ok(client)

    def _drip(self, client: socket.socket) -> None:
        """A byte now and then: never a timeout, no end in sight."""
        client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(200):
            self.released.wait(0.05)
            client.sendall(b"z")

    def _truncated(self, client: socket.socket) -> None:
        client.sendall(OK.replace(b"Length: 2", b"Length: 200"))

    def _garbage(self, client: socket.socket) -> None:
        client.sendall(bytes(range(256)) * 4)

    def _vast(self, client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + b"x" * 5_000_000)

    def _silent(self, client: socket.socket) -> None:
        """Hangs up without a word."""
