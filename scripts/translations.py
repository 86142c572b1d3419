"""The texts of the pages: where they stand, and what their English catalogue lacks."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from scripts.console import ROOT

ENGLISH = ROOT / "web" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def sources() -> Iterator[tuple[Path, str]]:
    """Every file of the pages that may hold texts, with the way it is read."""
    web = ROOT / "web"
    for folder in (web, *(child for child in web.iterdir() if (child / "__init__.py").exists())):
        for path in sorted(folder.glob("*.py")):
            yield path, "python"
    for path in sorted((web / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            yield path, "jinja2"


def collect() -> Catalog:
    """All texts of the pages, with their places."""
    catalog = Catalog(locale="en", project="Qianfa", charset="utf-8")
    options = {"silent": "false", "trimmed": "true"}
    for path, method in sources():
        for line, text, comments, context in extract_from_file(
            method, path, keywords=KEYWORDS, options=options if method == "jinja2" else {}
        ):
            place = (str(path.relative_to(ROOT)), line)
            catalog.add(text, None, [place], auto_comments=comments, context=context)
    return catalog


def english() -> Catalog:
    if not ENGLISH.exists():
        return Catalog(locale="en")
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def findings() -> list[str]:
    """Each text without a finished English translation, with its place."""
    translated = english()
    return [
        f"{message.locations[0][0]}:{message.locations[0][1]}: {what}: {message.id}"
        for message in collect()
        if message.id and (what := fault(message, translated.get(message.id, message.context)))
    ]


def fault(message: Message, translation: Message | None) -> str | None:
    if translation is None or not all(_texts(translation.string)):
        return "has no English translation"
    if translation.fuzzy:
        return "has an English translation marked as a guess"
    wanted = set(PLACEHOLDER.findall(" ".join(_texts(message.id))))
    if any(set(PLACEHOLDER.findall(text)) - wanted for text in _texts(translation.string)):
        return "has an English translation with a placeholder of its own"
    return None


def _texts(texts: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(texts) if isinstance(texts, list | tuple) else (texts or "",)
