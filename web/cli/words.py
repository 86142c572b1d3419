"""What the commands say: Chinese first, English with `--lang en`, QIANFA_LANG or an English locale."""

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import click

from engine.text import Text

Function = TypeVar("Function", bound=Callable[..., Any])
_META = "qianfa.language"


def _keep(ctx: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value:
        ctx.find_root().meta[_META] = value


def spoken(function: Function) -> Function:
    """Add `--lang` to a command."""
    option = click.option(
        "--lang", type=click.Choice(["zh", "en"]), expose_value=False, callback=_keep, help="语言 · language"
    )
    return option(function)


def language() -> str:
    ctx = click.get_current_context(silent=True)
    chosen = ctx.find_root().meta.get(_META) if ctx else None
    told = (os.environ.get(name) for name in ("QIANFA_LANG", "LC_ALL", "LANG"))
    named = chosen or next(filter(None, told), "zh")
    return "en" if named.lower().startswith("en") else "zh"


def worded(zh: str, en: str, **facts: Any) -> str:
    text = Text(zh, en)
    return (text.fill(**facts) if facts else text).in_language(language())


def say(zh: str, en: str, **facts: Any) -> None:
    """One line for a person, at once, also into a pipe."""
    click.echo(worded(zh, en, **facts))
    sys.stdout.flush()


def note(zh: str, en: str, **facts: Any) -> None:
    """A line beside the output, on the error stream."""
    click.echo(worded(zh, en, **facts), err=True)


def stop(zh: str, en: str, *, status: int = 1, **facts: Any) -> NoReturn:
    """End with one sentence on the error stream."""
    note(zh, en, **facts)
    raise SystemExit(status)


def print_json(value: Any) -> None:
    """UTF-8 whatever the terminal is set to."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
