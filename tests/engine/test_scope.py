"""Who looks over which cases: computed once more from the company's own files, for everybody and every case."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.errors import NotAllowed, NotFound
from engine.policy import CASE_TABLE, may
from engine.queries.seen import case_seen
from engine.scope import audit_scope
from engine.standing import case_relations, case_row, open_tasks_of
from engine.work import row_of_case
from models import cases, versions
from tests.support.databases import Database
from tests.support.story import Story

COMPANY = Path(__file__).parents[2] / "bpmn/company"
APPLICANTS = {
    "lin.xia": "SALES", "cheng.xi": "ECB-MKT", "du.ruo": "ECB", "ye.zhou": "MKT", "yan.bo": "ECB-ENG",
}  # fmt: skip
OWNER = sa.select(versions.c.manifest["owner_principal"].as_string())


def _company(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads((COMPANY / f"{name}.json").read_bytes())
    return found


UNITS = {one["code"]: one["parent"] for one in _company("units")}
POSTS = {one["login"]: {(post["role"], post["unit"]) for post in one["posts"]} for one in _company("people")}


def below(top: str, unit: str | None) -> bool:
    return unit is not None and (unit == top or below(top, UNITS[unit]))


def told(posts: set[tuple[str, str]], unit: str) -> set[str]:
    """The relations from above to a case of this unit, by the files."""
    names = {"auditor": "auditor", "unit_head": "manager"}
    found = {names[role] for role, top in posts if role in names and below(top, unit)}
    return found | {"administrator" for role, _ in posts if role == "administrator"}


@pytest.fixture
def story(database: Database, tmp_path: Path) -> Story:
    return Story(database.engine(), tmp_path)


def test_everybody_looks_over_the_units_below_the_own_posts_and_no_other_case(story: Story):
    there = {story.start(login): unit for login, unit in APPLICANTS.items()}
    story.stand_in("zeng.ming", "pan.yi")
    story.stand_in("zhou.ning", "su.qing")
    story.give_post("bai.lu", "auditor", "ECB")
    held = POSTS | {"bai.lu": POSTS["bai.lu"] | {("auditor", "ECB")}}
    wrong = []
    with models.reading(story.engine) as conn:
        owner = OWNER.where(versions.c.id == cases.c.version_id).scalar_subquery()
        for login in held:
            person, scope = story.person(login), audit_scope(conn, story.person(login))
            listed = set(conn.execute(sa.select(cases.c.id).where(case_seen(person, owner))).scalars())
            scoped = set(conn.execute(sa.select(cases.c.id).where(scope.condition())).scalars())
            for case_id, unit in there.items() if len(held[login]) > 1 or login < "d" else ():
                row, version, _ = row_of_case(conn, case_id)
                stands = case_relations(conn, person, row, version.owner, open_tasks_of(conn, case_id))
                from_above = told(held[login], unit)
                owns = version.owner in {one.name for one in person.principals if one.for_id == person.id}
                if stands & {"auditor", "manager", "administrator"} != from_above:
                    wrong.append((login, unit, sorted(stands), sorted(from_above)))
                if (case_id in listed) != may(CASE_TABLE, stands, "see", "deciding"):
                    wrong.append((login, unit, "the list and the case differ"))
                if (case_id in scoped) != bool(from_above or owns):
                    wrong.append((login, unit, "the scope differs"))
                if scope.has(row.applicant_unit_id, row.procedure_id) != (case_id in scoped):
                    wrong.append((login, unit, "the scope's own word differs from its condition"))
    assert wrong == []
    seen = {login: {unit for unit in there.values() if told(posts, unit)} for login, posts in held.items()}
    assert seen["zeng.ming"] == set(APPLICANTS.values()), "audits the group"
    assert seen["bai.lu"] == {"ECB", "ECB-MKT", "ECB-ENG"}
    assert seen["pan.yi"] == set(), "who stands in for the auditor looks over nothing"


def test_an_auditor_and_a_head_read_the_case_of_another_and_change_nothing(story: Story):
    case_id = story.start("cheng.xi")
    with models.reading(story.engine) as conn:
        for login in ("zeng.ming", "han.dong"):  # the group's auditor; heads the branch above the applicant's unit
            view = queries.case_view(conn, story.person(login), case_id, story.now)
            assert set(view.allowed) == {"see", "print", "unmask"}, login
        for login in ("pan.yi", "zhou.ning"):  # heads another unit
            with pytest.raises(NotFound):
                queries.case_view(conn, story.person(login), case_id, story.now)
        relations = {frozenset(case_relations(conn, story.person(login), case_row(conn, case_id), None, []))
                     for login in ("zeng.ming", "han.dong")}  # fmt: skip
    assert relations == {frozenset({"auditor"}), frozenset({"manager"})}
    for login in ("zeng.ming", "zhou.ning"):
        with pytest.raises((NotFound, NotAllowed)):
            story.act(login, lambda desk: actions.comment(desk, case_id, "看过"))
