"""Who may start what: the posts in the company's files against what the catalogue says and what starting allows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import models
from engine.actions import start
from engine.desk import Desk, Office
from engine.errors import NotAllowed, QianfaError
from engine.people import load_person, person_by_login
from engine.procedures.assignment import parse_who
from engine.procedures.company import Company, load_company
from engine.procedures.package import load_package, package_folders
from engine.queries import catalogue
from models import people
from tests.bpmn.drawing import CATALOGUE
from tests.support.databases import Database
from tests.support.story import NOW

COMPANY = load_company()
STARTERS = {folder.name: load_package(folder).manifest["starters"] for folder in package_folders(CATALOGUE)}


@pytest.fixture
def conn(sqlite: Database) -> Iterator[sa.Connection]:
    engine = sqlite.engine()
    with models.reading(engine) as connection:
        yield connection
    engine.dispose()


def up(company: Company, code: str | None) -> Iterator[str]:
    """A unit and all above it, by every name."""
    units = {unit.code: unit for unit in company.units}
    while code:
        unit = units[code]
        yield from (unit.code, unit.name.zh, *unit.aliases)
        code = unit.parent


def should_start(member: object, slug: str) -> bool:
    """As the files say it: a post with the role, in the unit that is named or below it."""
    roles = {name: role.id for role in COMPANY.roles for name in (role.id, role.name.zh)}
    posts = [(post.role, post.unit) for post in member.posts]
    return any(
        roles[who.name] == role and (not who.unit or who.unit in up(COMPANY, unit))
        for who in map(parse_who, STARTERS[slug])
        for role, unit in posts
    )


def test_everybody_may_start_just_what_a_post_allows(conn: sa.Connection) -> None:
    ids = {row.login: row.id for row in conn.execute(sa.select(people.c.login, people.c.id))}
    for member in COMPANY.people:
        person = load_person(conn, ids[member.login], NOW)
        said = {entry.slug: entry.may_start for entry in catalogue(conn, person).entries}
        assert said == {slug: should_start(member, slug) for slug in STARTERS}, member.login


def test_who_holds_the_role_in_another_organisation_cannot_start(sqlite: Database, tmp_path: Path) -> None:
    engine = sqlite.engine()
    bound = [slug for slug, rules in STARTERS.items() if any(parse_who(rule).unit for rule in rules)]
    assert bound
    for slug in bound[:3]:
        roles = {who.name for who in map(parse_who, STARTERS[slug])}
        names = {role.id: role.name.zh for role in COMPANY.roles}
        stranger = next(
            (one for one in COMPANY.people if any({post.role, names[post.role]} & roles for post in one.posts)
             and not should_start(one, slug)), None,
        )  # fmt: skip
        if stranger is None:
            continue
        with models.writing(engine) as conn, pytest.raises(NotAllowed):
            start(Desk(conn, person_by_login(conn, stranger.login, NOW), NOW, Office(tmp_path)), slug, {})
        known = next(one for one in COMPANY.people if should_start(one, slug))
        with models.writing(engine) as conn, pytest.raises(QianfaError) as refused:
            start(Desk(conn, person_by_login(conn, known.login, NOW), NOW, Office(tmp_path)), slug, {})
        assert not isinstance(refused.value, NotAllowed), "who may start is only asked for the answers"
    engine.dispose()
