"""The interface in process: an app over a seeded database, and a caller with a token for each person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

import models
from tests.support.databases import Database

ANSWERS = {
    "purpose": "与客户沟通",
    "frequency": "weekly",
    "post": "销售",
    "mobile": "13800000000",
    "declaration": True,
}


def make_token(engine: sa.Engine, login: str, *, expires: timedelta | None = None, revoked: bool = False) -> str:
    """A token in the database, as `qianfa token create` leaves it."""
    now = datetime.now(UTC)
    with models.writing(engine) as conn:
        person_id = conn.scalar(sa.select(models.people.c.id).where(models.people.c.login == login))
        number = conn.scalar(sa.select(sa.func.count()).select_from(models.tokens))
        token = f"qf_test_{login}_{number}"
        conn.execute(
            models.tokens.insert().values(
                person_id=person_id,
                name="test",
                digest=sha256(token.encode()).hexdigest(),
                made_at=now,
                expires_at=now + expires if expires is not None else None,
                revoked_at=now if revoked else None,
            )
        )
    return token


class Caller:
    """A programme that acts for one person."""

    def __init__(self, app: Flask, token: str):
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> TestResponse:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {}), **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        return self.client.post(f"/api/v1{path}", headers=headers, **more)


class Interface:
    """The app, its database, and its callers."""

    def __init__(self, app: Flask, engine: sa.Engine):
        self.app = app
        self.engine = engine
        self.callers: dict[str, Caller] = {}

    def as_(self, login: str) -> Caller:
        if login not in self.callers:
            self.callers[login] = Caller(self.app, make_token(self.engine, login))
        return self.callers[login]

    def start(self, login: str = "lin.xia") -> int:
        """A case of acc-open-staff, waiting for the head of the applicant's department."""
        told = self.as_(login).post("/cases", {"procedure": "acc-open-staff", "answers": ANSWERS})
        assert told.status_code == 201, told.json
        return int(told.json["case_id"])

    def task(self, login: str, case: int, box: str = "todo") -> int:
        """The open task of a case in a person's box."""
        items = self.as_(login).get("/tasks", box=box, case=case).json["items"]
        assert len(items) == 1, items
        return int(items[0]["task_id"])

    def decide(self, login: str, task: int, answers: dict[str, Any], **more: Any) -> TestResponse:
        """A decision on the task as its person reads it now."""
        person = self.as_(login)
        read = person.get(f"/tasks/{task}").json["revision"]
        return person.post(f"/tasks/{task}/decide", {"answers": answers, "revision": read}, **more)


def open_interface(database: Database, folder: Path) -> Interface:
    from web import Config, create_app

    app = create_app(Config(database=database.url, data=folder, secret="test"))
    return Interface(app, app.extensions["house"].engine)


@pytest.fixture(autouse=True)
def rested_brakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test is slowed by the one before."""
    from web import api
    from web.api.limit import Brake

    monkeypatch.setattr(api, "brake", Brake(0))
    monkeypatch.setattr(api, "strangers", Brake(0))


@pytest.fixture
def api(sqlite: Database, tmp_path: Path) -> Iterator[Interface]:
    made = open_interface(sqlite, tmp_path)
    yield made
    made.engine.dispose()


@pytest.fixture
def api_on_both(database: Database, tmp_path: Path) -> Iterator[Interface]:
    made = open_interface(database, tmp_path)
    yield made
    made.engine.dispose()
