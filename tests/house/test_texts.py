"""Pages compile, obey the Content Security Policy and speak both languages."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from jinja2 import Environment

from scripts import check_templates, translations


def test_every_template_compiles_and_obeys_the_policy() -> None:
    paths = sorted(check_templates.TEMPLATES.rglob("*.html"))
    assert paths
    environment = check_templates.page_environment()
    assert [line for path in paths for line in check_templates.findings(path, environment)] == []


def test_every_text_has_an_english_translation() -> None:
    assert len(translations.collect()) > 0
    assert translations.findings() == []


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("{% if x %}", "Unexpected end of template"),
        ("<script>go()</script>", "a script inside the page"),
        ("<button onclick='go()'>", "an event handler inside the page"),
        ("<style>p{}</style>", "a style sheet inside the page"),
        ("<a href='javascript:go()'>", "a javascript: address"),
        ("<img src='//elsewhere/x.png'>", "something from another host"),
    ],
)
def test_faulty_template_is_found(tmp_path: Path, source: str, finding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_templates, "ROOT", tmp_path)
    page = tmp_path / "page.html"
    page.write_text("<p>\n" + source)
    found = check_templates.findings(page, Environment(autoescape=True))
    assert [line.startswith("page.html:2: ") and finding in line for line in found] == [True]


@pytest.mark.parametrize(
    ("english", "flags", "expected"),
    [
        ("%(count)s to do", [], None),
        ("", [], "has no English translation"),
        ("%(count)s to do", ["fuzzy"], "has an English translation marked as a guess"),
        ("%(number)s to do", [], "has an English translation with a placeholder of its own"),
    ],
)
def test_faulty_translation_is_found(english: str, flags: list[str], expected: str | None) -> None:
    catalog = Catalog(locale="en")
    text = catalog.add("%(count)s 件待办")
    translated = catalog.add("%(count)s 件待办", english, flags=flags)
    assert translations.fault(text, translated) == expected
