"""Hostile and odd strings are shown as they were typed and do nothing."""

import csv
from html import escape
from io import StringIO

from flask import Flask

import models
from tests.web.conftest import As
from tests.web.visitor import Page, Visitor

NAUGHTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}${7*7}#{7*7}",
    "{{ config.SECRET_KEY }}",
    "' OR 1=1 --",
    "\u202eRTL \u200bzero 𠮷 👩‍👩‍👧",
    "javascript:alert(1)",
    "%s %(name)s {0.__class__}",
    '=HYPERLINK("http://127.0.0.1/","x")',
]


def test_a_naughty_title_is_only_text_on_every_page(visit_one: As) -> None:
    for text in NAUGHTY:
        show_everywhere(visit_one("lin.xia"), visit_one("zhou.ning"), text)


def show_everywhere(applicant: Visitor, head: Visitor, text: str) -> None:
    case_id = applicant.start(title=text, body=f"<p>{escape(text)}</p><p>第二段</p>")
    task_id = head.task_of(case_id)
    pages = [
        applicant.open(f"/cases/{case_id}"),
        applicant.open("/inbox/mine"),
        head.open("/inbox"),
        head.open(f"/tasks/{task_id}"),
    ]
    head.decide(task_id, "return", comment=text)
    applicant.send(f"/cases/{case_id}/comment", comment=text)
    pages.append(applicant.open(f"/cases/{case_id}"))
    for page in pages:
        assert text in page.tree.text_content(), page.path
        assert_harmless(page)


def test_a_naughty_search_finds_nothing_and_breaks_nothing(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    for text in NAUGHTY:
        for path in ("/inbox", "/inbox/done", "/inbox/mine", "/publications"):
            page = Page(visitor.client.get(path, query_string={"search": text}), path)
            assert page.status == 200, (path, text)
            assert page.values("input[name=search]") == [text.strip()], (path, text)
            assert_harmless(page)
            asked = dict.fromkeys(("search", "sort", "procedure", "page", "state", "opened", "f.title", "after"), text)
            odd = Page(visitor.client.get(path, query_string=asked), path)
            assert odd.status in (200, 400), (path, text)
            assert_harmless(odd)


def test_a_naughty_file_name_is_only_a_name(visit_one: As) -> None:
    from tests.web.test_rights import picture
    from tests.web.visitor import file

    applicant = visit_one("lin.xia")
    case_id = applicant.start(
        images=[file(picture(), "../../<img src=x onerror=alert(1)>.jpg")],
        image_source="本单位",
        image_copyright="本单位",
    )
    assert_harmless(applicant.open(f"/cases/{case_id}"))


def assert_harmless(page: Page) -> None:
    tree = page.tree
    assert [script for script in tree.cssselect("script") if not script.get("src")] == []
    assert not [part.tag for part in tree.iter() if any(name.startswith("on") for name in part.attrib)]
    assert not [link for link in tree.cssselect("a[href]") if link.get("href").startswith("javascript:")]


def test_naughty_names_of_people_units_and_posts_are_only_names(one_app: Flask, visit_one: As) -> None:
    """Through pages, history, messages, the reports one takes out, the diagram and the sheet."""
    engine = one_app.extensions["house"].engine
    applicant, head, keeper = visit_one("lin.xia"), visit_one("zhou.ning"), visit_one("tian.ye")
    for text in NAUGHTY:
        with models.writing(engine) as conn:
            conn.execute(models.people.update().where(models.people.c.login == "lin.xia").values(name=text))
            conn.execute(models.units.update().where(models.units.c.code == "SALES").values(name=text))
            conn.execute(models.roles.update().where(models.roles.c.id == "unit_info_officer").values(zh=text))
        case_id = applicant.start()
        task_id = head.task_of(case_id)
        applicant.send(f"/cases/{case_id}/comment", comment=text)
        for page in (
            head.open("/inbox"),
            head.open(f"/tasks/{task_id}"),
            head.open(f"/cases/{case_id}"),
            applicant.open("/me"),
            keeper.open("/admin/people"),
            keeper.open("/admin/units"),
            keeper.open("/admin/roles"),
            keeper.open("/workdays"),
            applicant.open("/catalogue"),
        ):
            assert page.status == 200, (page.path, text)
            assert_harmless(page)
        for path in ("/admin/table/people.csv", "/stand-ins/report.csv"):
            told = keeper.client.get(path)
            cells = [cell for row in csv.reader(StringIO(told.get_data().decode("utf-8-sig"))) for cell in row]
            assert not [cell for cell in cells if cell[:1] in "=+@\t\r" and cell], (path, text)
        sheet = applicant.send(f"/cases/{case_id}/sheet")
        assert sheet.response.get_data().startswith(b"%PDF-"), text
