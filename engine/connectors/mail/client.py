"""One mail over SMTP: TLS unless it was switched off on purpose, one attempt, an end in time."""

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

from engine.connectors.errors import TransportError
from engine.connectors.mail.letter import letter
from engine.connectors.notifier import Notice, Outcome, Result
from engine.errors import BadInput
from engine.text import Text

PATIENCE = 30.0  # seconds for the whole conversation, however slowly it goes
PORTS = {"smtps": 465, "smtp": 587}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
# Enhanced status: subject 1 is the address, 2 the mailbox; 7 is a rule of the house, which no other receiver changes.
_STATUS = re.compile(r"[45]\.([0-9]{1,3})\.[0-9]{1,3}\b")

BAD_SERVER = Text(
    "邮件服务器地址(QIANFA_SMTP)应形如 smtps://用户:密码@主机:465 或 smtp://主机:587;"
    "只有本机或不带密码时才能加 ?tls=off。",
    "The mail server (QIANFA_SMTP) is written smtps://user:password@host:465 or smtp://host:587; "
    "?tls=off is for this machine, or without a password.",
)
BAD_SENDER = Text(
    "发件人(QIANFA_MAIL_FROM)应为邮箱地址,如 签发 <qianfa@example.com>。",
    "The sender (QIANFA_MAIL_FROM) is a mail address, such as Qianfa <qianfa@example.com>.",
)


def is_address(text: str) -> bool:
    """Whether mail can be sent there: one plain ASCII address, without a name, a comment or a line end."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True)
class Mail:
    """The server and the sender. `tls`: `from the start`, `asked for` (STARTTLS, never without) or `off`."""

    host: str
    port: int
    tls: str
    sender: Address
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    patience: float = PATIENCE

    @classmethod
    def at(cls, url: str, sender: str) -> "Mail":
        """From the settings; BadInput, which repeats nothing of the address, where they are none."""
        try:
            parts = urlsplit(url)
            host, port, options = parts.hostname or "", parts.port or PORTS[parts.scheme], parse_qs(parts.query)
        except (KeyError, ValueError):
            raise BadInput(BAD_SERVER) from None
        off = options == {"tls": ["off"]}
        plain = parts.scheme == "smtp" and off and (host in LOOPBACK or not parts.password)
        if not host or parts.path not in ("", "/") or (options and not plain):
            raise BadInput(BAD_SERVER)
        tls = "off" if plain else "from the start" if parts.scheme == "smtps" else "asked for"
        user, password = (unquote(one) if one else None for one in (parts.username, parts.password))
        return cls(host, port, tls, _sender(sender), user, password)

    def send(self, notice: Notice, to: str, key: str, now: datetime) -> Result:
        """One attempt; the Message-ID is the same for the same key."""
        if not is_address(to):
            return Result(Outcome.REFUSED, "not a mail address")
        content = letter(notice, self.sender, to, key, now).as_bytes()
        try:
            with self._conversation() as smtp:
                return self._hand_over(smtp, to, content)
        except smtplib.SMTPAuthenticationError as error:
            raise refusal(error.smtp_code, "", "the sign-in") from None  # never what it says to a password
        except smtplib.SMTPNotSupportedError as error:
            raise TransportError(str(error), permanent=True) from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise TransportError(f"{type(error).__name__}: {error}") from None

    @contextmanager
    def _conversation(self) -> Iterator[smtplib.SMTP]:
        """Greeted, encrypted and signed in; hung up when the time is over."""
        connected = socket.create_connection((self.host, self.port), timeout=self.patience / 2)
        # Without a name of ours smtplib would ask the DNS for one.
        smtp = smtplib.SMTP(local_hostname=self.sender.domain, timeout=self.patience / 2)
        smtp.sock = connected
        timer = threading.Timer(self.patience, _hang_up, [smtp, connected])
        timer.daemon = True
        timer.start()
        try:
            if self.tls == "from the start":
                smtp.sock = _trust().wrap_socket(connected, server_hostname=self.host)
            _expect(smtp.getreply(), "greeting")
            smtp.ehlo_or_helo_if_needed()
            if self.tls == "asked for":
                self._encrypt(smtp, connected)
            if self.user and self.password is not None:
                smtp.login(self.user, self.password)
            yield smtp
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()  # what it says now changes nothing
        finally:
            timer.cancel()
            smtp.close()
            connected.close()

    def _encrypt(self, smtp: smtplib.SMTP, connected: socket.socket) -> None:
        _expect(smtp.docmd("STARTTLS"), "STARTTLS")
        smtp.sock = _trust().wrap_socket(connected, server_hostname=self.host)
        # What came before was not encrypted: what is left of it must not be read as an answer.
        smtp.file, smtp.helo_resp, smtp.ehlo_resp = None, None, None
        smtp.esmtp_features.clear()
        smtp.ehlo_or_helo_if_needed()

    def _hand_over(self, smtp: smtplib.SMTP, to: str, content: bytes) -> Result:
        _expect(smtp.mail(self.sender.addr_spec), "MAIL")
        code, said = smtp.rcpt(to)
        if code // 100 != 2:
            return _of_receiver(code, said, "RCPT")
        _expect(smtp.docmd("DATA"), "DATA", 3)
        smtp.send(_dotted(content) + b".\r\n")
        code, said = smtp.getreply()
        return Result(Outcome.DONE) if code // 100 == 2 else _of_receiver(code, said, "the mail", mailbox_only=True)


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    if not is_address(address) or not text.isprintable():
        raise BadInput(BAD_SENDER)
    return Address(name, addr_spec=address)


@cache
def _trust() -> ssl.SSLContext:
    """Whose certificates are believed; read once."""
    return ssl.create_default_context()


def _hang_up(smtp: smtplib.SMTP, connected: socket.socket) -> None:
    for one in (smtp.sock, connected):
        with suppress(OSError):
            if one is not None:
                one.shutdown(socket.SHUT_RDWR)


def _dotted(content: bytes) -> bytes:
    """A line that begins with a dot gets a second one: a single dot is the end (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content)


def _expect(reply: tuple[int, bytes], what: str, kind: int = 2) -> None:
    code, said = reply
    if code // 100 != kind:
        raise refusal(code, _said(said), what)


def refusal(code: int, said: str, what: str) -> TransportError:
    """What the server has against us or the mail; not the receiver's fault."""
    return TransportError(f"the mail server answered {code} to {what}: {said}"[:300], permanent=500 <= code < 600)


def _of_receiver(code: int, said: bytes, what: str, *, mailbox_only: bool = False) -> Result:
    """The receiver's own matter, or TransportError; after the mail itself only what names the mailbox is his."""
    text = _said(said)
    status = _STATUS.search(text)
    subject = status[1] if status else None
    ours = code in (421, 503, 530) or code < 400 or subject not in (None, "1", "2")
    if ours or (mailbox_only and subject is None and code not in (452, 552)):
        raise refusal(code, text, what)
    return Result(Outcome.BUSY if code < 500 else Outcome.REFUSED, f"{code} {text}"[:300])


def _said(said: bytes) -> str:
    text = said.decode("utf-8", "replace")
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
