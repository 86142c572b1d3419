"""Secrets at rest: encrypted with a key that lies beside the database, never in it; and good passwords."""

import os
import secrets
import string
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import QianfaError
from engine.text import Text

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

SHORTEST = 10
SPECIAL = "!#$%&*+-=?@^_~"
CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SPECIAL)
# Signs that people mistake for one another when they type from a screen.
MISTAKEN = frozenset("0O1lI")


class Unreadable(QianfaError):
    code = "secret_unreadable"
    status = 409
    message = Text(
        "这份密文无法解开:密钥已更换,或内容已损坏。",
        "This secret can't be opened: the key was changed or the text is damaged.",
    )


class Vault:
    """Seals with the first key, opens with any of them."""

    def __init__(self, keys: list[bytes]):
        self._keys = list(keys)
        self._opened: MultiFernet | None = None

    def __repr__(self) -> str:
        return f"<Vault with {len(self._keys)} keys>"

    @property
    def _fernet(self) -> "MultiFernet":
        # Imported late: it costs 10 MB, and most processes never seal anything.
        from cryptography.fernet import Fernet, MultiFernet

        if self._opened is None:
            self._opened = MultiFernet([Fernet(key) for key in self._keys])
        return self._opened

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret; Unreadable when no key fits."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise Unreadable() from None

    def rotate(self, sealed: str) -> str:
        """The same secret, sealed with the first key."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.rotate(sealed).decode()
        except InvalidToken:
            raise Unreadable() from None


def load_key(path: Path) -> bytes:
    """The key in the file; the first process to ask makes it, readable by its account alone."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    from cryptography.fernet import Fernet

    # Written aside and linked: whoever comes second finds the whole file of the first, never half of it.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()


def new_password(length: int = 16) -> str:
    """A password with letters, digits and special characters (rule C-W1), easy to copy by hand."""
    alphabets = ["".join(sign for sign in letters if sign not in MISTAKEN) for letters in CLASSES]
    chosen = [secrets.choice(letters) for letters in alphabets]
    chosen += [secrets.choice("".join(alphabets)) for _ in range(length - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def check_password_strength(password: str, shortest: int = SHORTEST) -> Text | None:
    """What rule C-W1 misses in the password, or None when it is good."""
    if len(password) < shortest:
        return Text("密码至少 {n} 位。", "The password needs at least {n} characters.").fill(n=shortest)
    letters = any(sign.isalpha() for sign in password)
    digits = any(sign.isdigit() for sign in password)
    special = any(not sign.isalnum() and not sign.isspace() for sign in password)
    if letters and digits and special:
        return None
    return Text(
        "密码须同时含有字母、数字和特殊字符(《发布微信管理办法》二(三)1)。",
        "The password needs letters, digits and special characters.",
    )
