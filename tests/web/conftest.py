"""The application over a seeded database, and a visitor for each person."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from tests.support.databases import Database
from tests.support.quick import furnish
from tests.web.visitor import Visitor
from web import Config, create_app
from web.security import limiter

As = Callable[[str], Visitor]


def build(database: Database, folder: Path, **settings: object) -> Flask:
    made = replace(Config(database=database.url, data=folder, secret="a secret of the tests"), **settings)
    return furnish(create_app(made))


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    made = build(database, tmp_path)
    limiter.reset()
    yield made
    made.extensions["house"].engine.dispose()


@pytest.fixture
def one_app(sqlite: Database, tmp_path: Path) -> Iterator[Flask]:
    """On SQLite alone, for what does not depend on the database."""
    made = build(sqlite, tmp_path)
    limiter.reset()
    yield made
    made.extensions["house"].engine.dispose()


@pytest.fixture
def visit(app: Flask) -> As:
    """Signs in a person of the demonstration company."""
    people: dict[str, Visitor] = {}
    return lambda login: people.setdefault(login, Visitor(app, login)) if login not in people else people[login]


@pytest.fixture
def visit_one(one_app: Flask) -> As:
    people: dict[str, Visitor] = {}
    return lambda login: people.setdefault(login, Visitor(one_app, login)) if login not in people else people[login]
