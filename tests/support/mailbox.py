"""A mail server of its own code: keeps what it took, and can refuse, break off, keep silent or ask for a password."""

import asyncio
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

# What it answers to the receiver, to the sender or to the mail itself.
REFUSALS = {
    "unknown": ("RCPT", "550 5.1.1 no such user"),
    "full": ("RCPT", "452 4.2.2 the mailbox is full"),
    "full for good": ("RCPT", "552 5.2.2 the mailbox is full"),
    "bare refusal": ("RCPT", "550 not here"),
    "come again": ("RCPT", "451 4.7.1 greylisted, come again"),
    "no relay": ("RCPT", "554 5.7.1 relaying denied"),
    "sender unknown": ("MAIL", "550 5.1.8 we do not know this sender"),
    "busy": ("MAIL", "421 4.3.2 too many connections"),
    "spam": ("DATA", "554 5.7.1 looks like spam"),
    "full at last": ("DATA", "552 5.2.2 over quota"),
    "disk full": ("DATA", "452 4.3.1 no room on the disk"),
}


class Mailbox:
    """On loopback; `manner` says how it behaves from now on."""

    def __init__(self, *, tls: SSLContext | None = None, starttls: SSLContext | None = None, password: str = ""):
        self.manner = "ok"
        self.letters: list[EmailMessage] = []
        self.heard: list[str] = []
        self.passwords: list[bytes] = []
        self.password = password
        self.arrived, self.released = threading.Event(), threading.Event()
        options: dict[str, Any] = {"tls_context": starttls, "require_starttls": starttls is not None}
        if password:
            options |= {"authenticator": self._check, "auth_required": True, "auth_require_tls": False}
        self.loop = asyncio.new_event_loop()
        listening = self.loop.create_server(
            lambda: SMTP(self, hostname="mail.example.com", loop=self.loop, **options), "127.0.0.1", 0, ssl=tls
        )
        self.server = self.loop.run_until_complete(listening)
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=off"

    def close(self) -> None:
        self.released.set()
        if self.loop.is_running():
            asyncio.run_coroutine_threadsafe(self._end(), self.loop).result()
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join()

    async def _end(self) -> None:
        self.server.close()
        open_ones = asyncio.all_tasks() - {asyncio.current_task()}
        for one in open_ones:
            one.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)

    @property
    def ids(self) -> list[str]:
        return [letter["Message-ID"] for letter in self.letters]

    def _check(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any) -> AuthResult:
        assert isinstance(told, LoginPassword)
        self.passwords.append(told.password)
        return AuthResult(success=told.password == self.password.encode(), handled=False)

    def _refusal(self, command: str) -> str | None:
        self.heard.append(command)
        at, said = REFUSALS.get(self.manner, ("", ""))
        return said if at == command else None

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:
        envelope.mail_from = address
        return self._refusal("MAIL") or "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        said = self._refusal("RCPT")
        if not said:
            envelope.rcpt_tos.append(address)
        return said or "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        said = self._refusal("DATA")
        if said:
            return said
        letter = message_from_bytes(envelope.content, policy=policy.default)
        letter["X-Receivers"] = ",".join(envelope.rcpt_tos)
        self.letters.append(letter)
        self.arrived.set()
        if self.manner == "breaks off":  # took it, and never says so
            server.transport.abort()
        if self.manner == "keeps silent":
            await asyncio.get_running_loop().run_in_executor(None, self.released.wait, 60)
        return "250 OK"
