"""Somebody at the pages: opens them, fills in their forms as a browser without JavaScript does."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import lxml.html
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from engine.actions.found import DEMO_PASSWORD
from engine.actions.sessions import Session, open_session
from engine.actions.sign_in import token_digest
from models import people, writing

POST = {
    "title": "秋季新品发布会预告",
    "body": "示范集团将于十二月一日在总部展厅举办秋季新品发布会。",
    "channel": "official_wechat",
    "category": "1",
    "source": "销售部",
    "secrecy": "none",
    "contact": "林夏 分机 8021",
    "declaration": "on",
}


class Page:
    """An answer with its page as a tree."""

    def __init__(self, response: TestResponse, path: str):
        self.response, self.path = response, path
        self.status, self.text = response.status_code, response.get_data().decode(errors="replace")
        self.headers = response.headers
        self.tree = (
            lxml.html.fromstring(self.text)
            if "html" in response.headers.get("Content-Type", "") and self.text.strip()
            else None
        )

    def words(self, selector: str = "main") -> str:
        """What stands in a part of the page, in one line."""
        return " ".join(" ".join(part.text_content().split()) for part in self.tree.cssselect(selector))

    def values(self, selector: str) -> list[str]:
        return [part.get("value") or part.text or "" for part in self.tree.cssselect(selector)]

    def links(self) -> list[str]:
        return [part.get("href") for part in self.tree.cssselect("a[href]")]


class Visitor:
    """One person's browser."""

    def __init__(self, app: Flask, login: str | None = None):
        self.client = app.test_client()
        if login:
            page = self.open("/sign-in")
            done = self.submit(page, "#sign-in", login=login, password=DEMO_PASSWORD)
            assert done.status == 303, done.words("body")

    def become(self, login: str) -> None:
        """Signed in without the form, which takes its time over a password."""
        house, token = self.client.application.extensions["house"], uuid4().hex
        with writing(house.engine) as conn:
            person = conn.execute(sa.select(people).where(people.c.login == login)).one()
            open_session(conn, person.id, Session(token_digest(token), "", ""), house.config.clock())
        with self.client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = f"{person.id}:{person.epoch}:{token}", True

    def open(self, path: str, **headers: str) -> Page:
        return Page(self.client.get(path, headers=headers), path)

    def token(self) -> str:
        """The token every form of this session carries."""
        return self.open("/password").values("input[name=csrf_token]")[0]

    def send(self, path: str, /, **fields: Any) -> Page:
        """A post with the session's token, to any address."""
        return Page(self.client.post(path, data={"csrf_token": self.token(), **fields}), path)

    def submit(self, page: Page, form: str, /, button: str = "", **fields: Any) -> Page:
        """Send a page's form with what stands in it, changed by `fields`; `button` is name=value."""
        found = page.tree.cssselect(form)[0]
        data: dict[str, Any] = {}
        for part in found.cssselect("[name]"):
            if part.get("form") in (None, found.get("id")):
                for value in typed(part):
                    data.setdefault(part.get("name"), []).append(value)
        for name, value in fields.items():
            data[name] = value
        if button:
            name, _, value = button.partition("=")
            data[name] = value
        action = found.get("action") or page.path
        return Page(self.client.post(action, data=data, content_type="multipart/form-data"), action)

    def approve(self, path: str, /, task_id: int, **fields: Any) -> Page:
        """A post that approves, with the revision of the task as it is read now."""
        read = self.open(f"/tasks/{task_id}").values("#decide input[name=revision]")
        return self.send(f"/tasks/{task_id}/{path}", revision=read, **fields)

    def start(self, slug: str = "pub-company-info", /, **fields: Any) -> int:
        """A new case; its number in the database."""
        page = self.open(f"/start/{slug}")
        done = self.submit(page, "form.qf-columns", **(POST if slug == "pub-company-info" else {}) | fields)
        assert done.status == 303, done.words(".qf-problem") or done.words("body")
        return int(done.headers["Location"].rsplit("/", 1)[1])

    def task_of(self, case_id: int) -> int:
        """The open task of a case that waits for this person."""
        links = [link for link in self.open(f"/cases/{case_id}").links() if link.startswith("/tasks/")]
        assert links, f"no task of case {case_id} is here"
        return int(links[0].rsplit("/", 1)[1])

    def decide(self, task_id: int, decision: str, **fields: Any) -> Page:
        page = self.open(f"/tasks/{task_id}")
        return self.submit(page, "#decide", button=f"decision={decision}" if decision else "", **fields)


def typed(part: Any) -> list[str]:
    """What a browser sends for one input that nobody touched."""
    if part.tag not in ("input", "select", "textarea") or part.get("type") == "file":
        return []
    if part.get("type") in ("checkbox", "radio"):
        return [part.get("value", "on")] if part.get("checked") is not None else []
    if part.tag == "select":
        chosen = part.cssselect("option[selected]") or part.cssselect("option")[:1]
        return [option.get("value") for option in chosen]
    return [part.get("value") or part.text or ""] if part.tag == "input" else [(part.text or "").removeprefix("\n")]


def file(content: bytes, name: str) -> tuple[BytesIO, str]:
    return BytesIO(content), name
