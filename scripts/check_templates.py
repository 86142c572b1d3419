"""Compiles every page template and refuses what the Content Security Policy would block."""

import re
import sys
from pathlib import Path
from secrets import token_hex

from jinja2 import Environment, TemplateError

from scripts.console import ROOT

TEMPLATES = ROOT / "web" / "templates"
FORBIDDEN = {
    r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")": "a script inside the page",
    r"<style\b": "a style sheet inside the page",
    r"\son[a-z]+\s*=\s*[\"']": "an event handler inside the page",
    r"(?:href|action)\s*=\s*[\"']javascript:": "a javascript: address",
    r"(?:src|href)\s*=\s*[\"'](?:https?:)?//": "something from another host",
}


def findings(path: Path, environment: Environment) -> list[str]:
    """What is wrong with one template, each with its line."""
    source = path.read_text(encoding="utf-8")
    place = path.relative_to(ROOT)
    found = []
    for pattern, what in FORBIDDEN.items():
        for match in re.finditer(pattern, source, re.IGNORECASE):
            line = source.count("\n", 0, match.start()) + 1
            found.append(f"{place}:{line}: {what}: {match.group().strip()[:60]}")
    try:
        environment.compile(source, str(place), str(path))
    except TemplateError as error:
        found.append(f"{place}:{getattr(error, 'lineno', 1)}: {error}")
    return found


def page_environment() -> Environment:
    """The environment of the real application, with its filters and extensions."""
    from web import Config, create_app

    return create_app(Config(database="sqlite://", secret=token_hex())).jinja_env


def main() -> int:
    paths = sorted(TEMPLATES.rglob("*.html"))
    environment = page_environment() if paths else Environment(autoescape=True)
    found = [line for path in paths for line in findings(path, environment)]
    print(*found, f"templates: {len(paths)} looked at, {len(found)} findings", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
