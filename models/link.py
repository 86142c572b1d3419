"""What a public link is found by: the same for every way in which people write or share it."""

import re
from hashlib import sha256
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_BARE = re.compile(r"[\w-]+(\.[\w-]+)+([:/?#]|$)")  # weibo.com/1/Ab without https://
_SHELLS = ("www.", "m.", "mobile.", "wap.")
_SAME = {"weibo.cn": "weibo.com"}
_POST = re.compile(r"/(?:status|detail|\d+)/(\w+)")  # of weibo: the account before it may be missing
# What whoever shares a link hangs on: it says who passed it on, never what it shows.
_TRACKING = re.compile(
    r"utm_\w+|spm|scm|fbclid|gclid|msclkid|share_?\w*|from|isappinstalled|scene|subscene|ascene|clicktime|enterid"
    r"|sessionid|chksm|pass_ticket|exportkey|wx_header|nwr_flag|devicetype|nettype|wxshare_count|sourceid|luicode|lfid"
)
_ARTICLE = {"__biz", "mid", "idx", "sn"}  # what names an article of WeChat; the rest is tracking


def link_key(link: str) -> str:
    """The SHA-256 of the link without what does not matter; empty for an empty one."""
    plain = plain_link(link)
    return sha256(plain.encode()).hexdigest() if plain else ""


def plain_link(link: str) -> str:
    """Host and path and what of the query names a page; a text that is no link is only trimmed."""
    link = link.strip()
    try:
        parts = urlsplit(link if "://" in link or not _BARE.match(link) else f"https://{link}")
        port = parts.port
    except ValueError:
        return link
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return link
    host = _host(parts.hostname)
    path = quote(unquote(parts.path, errors="surrogateescape").rstrip("/"), errors="surrogateescape")
    if host == "weibo.com" and (post := _POST.fullmatch(path)):
        return f"{host}/{post[1]}"
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    told = sorted(_telling(host, path, parts.query))
    query = urlencode(told, errors="surrogateescape")
    leaf = parts.fragment if parts.fragment[:1] in ("/", "!") else ""  # a page of its own in some applications
    return place + path + (f"?{query}" if query else "") + (f"#{leaf}" if leaf else "")


def _host(name: str) -> str:
    host = name.rstrip(".")
    for shell in _SHELLS:
        if host.startswith(shell) and "." in host.removeprefix(shell):
            host = host.removeprefix(shell)
            break
    return _SAME.get(host, host)


def _telling(host: str, path: str, query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    if host == "mp.weixin.qq.com":
        # The short form /s/<name> says all by its path.
        return [pair for pair in pairs if path == "/s" and pair[0] in _ARTICLE]
    return [pair for pair in pairs if not _TRACKING.fullmatch(pair[0].lower())]
