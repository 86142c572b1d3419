"""What every answer carries, and what every post must."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.web.conftest import As
from tests.web.visitor import Visitor


@pytest.mark.parametrize("path", ["/sign-in", "/inbox", "/nowhere", "/healthz", "/static/theme.js"])
def test_every_answer_tells_the_browser_to_be_strict(visit_one: As, path: str) -> None:
    headers = visit_one("lin.xia").open(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_signed_in_page_stays_in_no_cache_and_differs_by_cookie(visit_one: As) -> None:
    headers = visit_one("lin.xia").open("/inbox").headers
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]


def test_what_a_script_fetches_does_not_write_the_session_back(visit_one: As) -> None:
    """It could arrive after a page's own answer, and take away what that one had just said."""
    visitor = visit_one("lin.xia")
    visitor.open("/inbox")
    assert "Set-Cookie" in visitor.client.get("/inbox").headers
    assert "Set-Cookie" not in visitor.client.get("/inbox", headers={"Sec-Fetch-Mode": "cors"}).headers


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(one_app: Flask) -> None:
    cookie = Visitor(one_app).open("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_no_page_holds_a_script_or_style_of_its_own(visit_one: As) -> None:
    visitor = visit_one("lin.xia")
    case_id = visitor.start()
    for path in ("/inbox", "/catalogue", "/start/pub-company-info", f"/cases/{case_id}", "/publications"):
        page = visitor.open(path)
        assert [script for script in page.tree.cssselect("script") if not script.get("src")] == [], path
        assert page.tree.cssselect("style") == [], path
        assert not [name for part in page.tree.iter() for name in part.attrib if name.startswith("on")], path


def test_a_post_without_its_token_is_refused(app: Flask, visit: As) -> None:
    visitor = visit("lin.xia")
    for path in pages(app, "POST"):
        answer = visitor.client.post(path, data={"comment": "x"})
        assert answer.status_code == 400, path


PARTS = {
    "repair_id": "1",
    "draft_id": "1", "table_id": "level", "which": "draft", "no": "1", "migration_id": "1",
    "task_id": "1", "case_id": "1", "handover_id": "1", "message_id": "1", "person_id": "1", "post_id": "1",
    "view_id": "1", "token": "x", "batch": "1", "link_id": "1", "giver_id": "1", "session_id": "1", "rule_id": "1",
    "family": "F2", "name": "app.css", "incident_id": "1", "entry_id": "1", "number": "X", "slug": "pub-company-info",
    "request_id": "1", "hold_id": "1", "bundle_id": "1",
    "box": "done", "sha256": "0" * 64, "code": "official_weibo", "register": "accounts",
    "export_id": "1",
}  # fmt: skip


def filled(rule: Rule) -> str:
    """An address of the rule; every part of it has to be known here."""
    return re.sub(r"<(?:[^:>]+:)?([a-z0-9_]+)>", lambda part: PARTS[part[1]], rule.rule)


def pages(app: Flask, method: str) -> list[str]:
    """An address for every page that takes the method."""
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    found = [filled(rule) for rule in rules if rule.endpoint != "static" and not rule.rule.startswith("/api/")]
    assert len(found) > 12
    return found


def test_every_page_asks_for_a_sign_in_first(app: Flask) -> None:
    stranger = Visitor(app)
    open_to_all = {
        "/sign-in": 200,
        "/healthz": 200,
        "/verify": 200,
        "/verify/official_weibo": 404,
        "/outside/x": 404,
        "/reset/x": 410,
        f"/outside/x/files/{'0' * 64}": 404,
    }
    for path in pages(app, "GET"):
        assert stranger.open(path).status == open_to_all.get(path, 302), path


@pytest.mark.parametrize("twist", ["{};x", "{}%2e%2e", "{}/.", "{}%00", "//inbox", "/INBOX"])
def test_a_twisted_address_is_no_way_round_the_sign_in(one_app: Flask, twist: str) -> None:
    assert Visitor(one_app).open(twist.format("/inbox")).status in (302, 308, 404)
