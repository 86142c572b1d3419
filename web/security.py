"""What the browser is told and what every request must carry: headers, the form token, the brake at sign-in."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from web.config import MAX_REQUEST, Config

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://")

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def protect(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret,
        SESSION_COOKIE_NAME="qianfa",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=2_000,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),  # without a request
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session lives
        WTF_CSRF_SSL_STRICT=False,  # https may end at a proxy before us; the token decides
    )
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(add_headers)


# Kept by the browser and compared by its tag: drawings that never change with their version.
ASKED_AGAIN = {"studio.thumbnail_of"}


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.path.startswith("/static/dist/"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"  # the name carries the hash
    elif request.endpoint in ASKED_AGAIN:
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.add("Cookie")
    elif request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def address_key() -> str:
    return str(get_remote_address())


def sign_in_key() -> str:
    """Failed attempts are counted per address and login: one colleague cannot lock out another."""
    return f"{address_key()} {login_key()}"


def login_key() -> str:
    """The login that is tried, however it is typed: blanks around it and capitals make no other one."""
    return request.form.get("login", "").strip()[:60].casefold()


def is_own_address(target: str) -> bool:
    """Whether a `next=` stays in this house: a path, no scheme, no host, nothing a browser reads as one."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(character < " " or character == "\x7f" for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc
