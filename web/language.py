"""Chinese first, English by switch: the language of a page, its sentences, times and sizes."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, gettext
from flask_login import current_user

from engine.text import Text
from web import wiring

LANGUAGES = ("zh", "en")
ZONE = ZoneInfo("Asia/Shanghai")
TRANSLATIONS = Path(__file__).parent / "translations"


class Sentences(Domain):
    """Reads the .po itself, so that there is nothing to compile after a change."""

    def get_translations(self) -> NullTranslations:
        return english() if language() == "en" else NullTranslations()


@lru_cache(maxsize=1)
def english() -> Translations:
    compiled = BytesIO()
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale="en"))
    compiled.seek(0)
    return Translations(compiled)


def speak(app: Flask) -> None:
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=language)
    app.extensions["babel"].instance.domain_instance = Sentences()
    app.add_template_filter(in_language, "text")
    app.add_template_filter(moment)
    app.add_template_filter(exact)
    app.add_template_filter(day)
    app.add_template_filter(date_of, "date")
    app.add_template_filter(span)
    app.add_template_filter(ago)
    app.add_template_filter(size)
    app.add_template_filter(capped)
    app.add_template_filter(is_past)
    app.add_template_filter(anchor)


def language() -> str:
    """The cookie's, else the person's own, else Chinese."""
    if "language" not in g:
        wanted = request.cookies.get("language", "")
        if wanted not in LANGUAGES:
            wanted = current_user.person.language if current_user.is_authenticated else "zh"
        g.language = wanted if wanted in LANGUAGES else "zh"
    found: str = g.language
    return found


def in_language(value: Any) -> str:
    """A Text in the page's language; anything else as it is."""
    if isinstance(value, Text):
        return value.in_language(language())
    if isinstance(value, dict) and "zh" in value:
        return str((value.get("en") if language() == "en" else None) or value["zh"])
    return "" if value is None else str(value)


def _aware(value: datetime | str) -> datetime:
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return value.astimezone(ZONE)


def moment(value: datetime | str | None) -> str:
    """今天 14:03, 昨天 09:10, 3月2日 10:00, 2025年3月2日 10:00."""
    if not value:
        return ""
    then, today = _aware(value), wiring.now().astimezone(ZONE).date()
    clock = then.strftime("%H:%M")
    if then.date() == today:
        return gettext("今天 %(clock)s", clock=clock)
    if then.date() == today + timedelta(days=1):
        return gettext("明天 %(clock)s", clock=clock)
    if then.date() == today - timedelta(days=1):
        return gettext("昨天 %(clock)s", clock=clock)
    return f"{day(value)} {clock}"


def exact(value: datetime | str | None) -> str:
    """2026-03-02 10:00:07, as a log says it."""
    return f"{_aware(value):%Y-%m-%d %H:%M:%S}" if value else ""


def day(value: datetime | str | None) -> str:
    if not value:
        return ""
    then, today = _aware(value), wiring.now().astimezone(ZONE)
    if language() == "en":
        return then.strftime("%-d %b" if then.year == today.year else "%-d %b %Y")
    told = f"{then.month}月{then.day}日"
    return told if then.year == today.year else f"{then.year}年{told}"


def date_of(value: date | None) -> str:
    """A day of the calendar: 2025年3月2日."""
    if not value:
        return ""
    return value.strftime("%-d %b %Y") if language() == "en" else f"{value.year}年{value.month}月{value.day}日"


def span(value: timedelta | float | None, fine: bool = False) -> str:
    """How long, in the two largest units; from five of the larger on in that alone, unless it is to be `fine`."""
    if value is None:
        return ""
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    minutes = int(abs(seconds) // 60)
    if minutes < 1:
        return gettext("不到1分钟")
    if minutes < 60:
        return gettext("%(n)s分钟", n=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        rest = minutes and (fine or hours < 5)
        return gettext("%(n)s小时", n=hours) + (gettext("%(n)s分钟", n=minutes) if rest else "")
    days, hours = divmod(hours, 24)
    return gettext("%(n)s天", n=days) + (gettext("%(n)s小时", n=hours) if hours and (fine or days < 5) else "")


def ago(value: datetime | str | None) -> str:
    """How long since (or until) a moment."""
    return span(wiring.now() - _aware(value)) if value else ""


def size(value: int | None) -> str:
    number = float(value or 0)
    for unit in ("B", "KB", "MB"):
        if number < 1024 or unit == "MB":
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    raise AssertionError


def is_past(value: datetime) -> bool:
    return value <= wiring.now()


def anchor(name: str) -> str:
    """A field's place as an id a link can name: `links[0].url` becomes `links-0-url`."""
    return re.sub(r"\W+", "-", re.sub(r"\[\d+\]$", "", name)).strip("-")


def capped(count: int | None, most: int = 99) -> str:
    return f"{most}+" if (count or 0) > most else str(count or 0)


def page_language() -> str:
    """What <html lang> says."""
    return "en" if language() == "en" else "zh-CN"
