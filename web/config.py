"""What an installation is told: read once from the environment, with safe defaults."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

MAX_REQUEST = 620 * 1024 * 1024  # a film of 500 MB with its pictures and text
_YES = {"1", "true", "yes", "on"}


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Config:
    """The settings of one process; tests make their own."""

    database: str = "sqlite:///var/qianfa.db"
    data: Path = Path("var")
    secret: str = ""
    vault_key: bytes | None = None
    huey: str | None = None
    webhook: str | None = None
    webhook_secret: str | None = None
    webhook_private: bool = False  # the receiver stands inside the house: private addresses, http on loopback
    smtp: str | None = field(default=None, repr=False)  # smtps://user:password@host:465, or smtp:// for STARTTLS
    mail_from: str = ""
    url: str | None = None  # where people find the pages, for what leaves the house: links in mails, codes on paper
    anchor_file: Path | None = None  # a file that only grows: the day's anchor of the log is added to it
    anchor_mail: str | None = None  # a mailbox that gets it
    anchor_webhook: bool = False  # the webhook gets it too
    demo: bool = False  # the sign-in page offers the cast of the demonstration company
    secure_cookies: bool = False  # set where the pages are served over https
    sign_in_limit: str = "10 per minute; 60 per hour"  # failed attempts, per address and login
    address_limit: str = "60 per minute; 300 per hour"  # the same, per address over all logins
    login_limit: str = "100 per hour"  # the same, per login over all addresses: more than one address may try
    scan: str | None = None  # a virus scanner: clamd://host:port, or a command that gets the path of a file
    takes_unscanned: bool = False  # files come in although the scanner is away
    clock: Callable[[], datetime] = field(default=_now)

    def __post_init__(self) -> None:
        # Absolute: what is sent from a relative folder would be looked for beside the templates.
        object.__setattr__(self, "data", self.data.absolute())

    @property
    def on_record(self) -> dict[str, str | None]:
        """What the log says of the settings: whereto, never a password or the path of an address."""
        sent = {"webhook": self.webhook, "smtp": self.smtp, "scan": self.scan}
        hosts = {name: urlsplit(value).hostname or "program" if value else None for name, value in sent.items()}
        anchors = {"anchor_file": self.anchor_file and str(self.anchor_file), "anchor_mail": self.anchor_mail}
        switches = {"anchor_webhook": self.anchor_webhook, "takes_unscanned": self.takes_unscanned}
        on = {name: "1" if value else None for name, value in switches.items()}
        return {**hosts, "mail_from": self.mail_from or None, "url": self.url, **anchors, **on}

    @property
    def carrier(self) -> str:
        """Where huey tells the workers of jobs."""
        return self.huey or f"sqlite:///{self.data / 'jobs.db'}"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        data = Path(env.get("QIANFA_DATA", "var"))
        vault_key = env.get("QIANFA_VAULT_KEY")
        return cls(
            database=env.get("QIANFA_DATABASE") or f"sqlite:///{data / 'qianfa.db'}",
            data=data,
            secret=env.get("QIANFA_SECRET") or kept_secret(data / "secret.key"),
            vault_key=vault_key.encode() if vault_key else None,
            huey=env.get("QIANFA_HUEY"),
            webhook=env.get("QIANFA_WEBHOOK"),
            webhook_secret=env.get("QIANFA_WEBHOOK_SECRET"),
            webhook_private=env.get("QIANFA_WEBHOOK_PRIVATE", "").lower() in _YES,
            smtp=env.get("QIANFA_SMTP"),
            mail_from=env.get("QIANFA_MAIL_FROM", ""),
            url=env.get("QIANFA_URL", "").rstrip("/") or None,
            anchor_file=Path(env["QIANFA_ANCHOR_FILE"]).absolute() if env.get("QIANFA_ANCHOR_FILE") else None,
            anchor_mail=env.get("QIANFA_ANCHOR_MAIL") or None,
            anchor_webhook=env.get("QIANFA_ANCHOR_WEBHOOK", "").lower() in _YES,
            demo=env.get("QIANFA_DEMO", "").lower() in _YES,
            scan=env.get("QIANFA_SCAN"),
            takes_unscanned=env.get("QIANFA_SCAN_AWAY", "").lower() == "accept",
            secure_cookies=env.get("QIANFA_SECURE_COOKIES", "").lower() in _YES,
        )


def kept_secret(path: Path) -> str:
    """The secret that signs sessions: made once, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was faster
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
