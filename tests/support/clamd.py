"""A clamd with code of its own: reads INSTREAM as the manual of clamd describes it, and finds one word."""

import socket
import threading
from contextlib import suppress

BAD = b"KNOWN-BAD-BYTES"


class Clamd:
    """Listens on loopback. `manner`: ok, limit (says the stream is too long), silent (hangs up) or odd."""

    def __init__(self) -> None:
        self.manner = "ok"
        self.sizes: list[int] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"clamd://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                link, _ = self.socket.accept()
                with link, suppress(OSError, ValueError):
                    self._answer(link)

    def _answer(self, link: socket.socket) -> None:
        stream = link.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if command != b"zINSTREAM\0":
            link.sendall(b"UNKNOWN COMMAND\0")
            return
        if self.manner == "silent":
            return
        if self.manner == "limit":
            link.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
        whole = b""
        while length := int.from_bytes(stream.read(4), "big"):
            chunk = stream.read(length)
            if len(chunk) != length:
                raise ValueError("the stream was cut")
            whole += chunk
        self.sizes.append(len(whole))
        said = b"stream: Test.Bad.Bytes FOUND" if BAD in whole else b"stream: OK"
        link.sendall((b"PONG" if self.manner == "odd" else said) + b"\0")
