"""A revision of the content as a page that any browser opens, also in thirty years."""

from collections.abc import Mapping
from html import escape
from typing import Any

from engine.rules import article

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(facts: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """One self-contained page; nothing in it runs or is fetched."""
    title = escape(str(content["fields"].get("title") or facts.get("title") or ""))
    rows = "".join(_row(key, value) for key, value in sorted(content["fields"].items()))
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{title}</title><style>body{{max-width:46em;margin:2em auto;font-family:sans-serif}}"
        "dt{color:#666;margin-top:1em}dd{margin:0;white-space:pre-wrap}</style></head><body>"
        f"<h1>{title}</h1><p>{escape(str(facts.get('number', '')))} · 第 {content['no']} 版 · "
        f"SHA-256 {escape(str(content['sha256']))}</p><dl>{rows}</dl></body></html>\n"
    )


def _row(key: str, value: Any) -> str:
    return f"<dt>{escape(key)}</dt><dd>{escape(_say(value))}</dd>"


def _say(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {_say(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "\n".join(_say(item) for item in value)
    if isinstance(value, str) and article.is_html(value):
        return article.text(value)
    return "" if value is None else str(value)
