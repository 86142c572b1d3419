"""Who somebody is at a moment: posts held for a time, stand-ins within their bounds, tokens that are alive."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.people import Person, holders, load_person, person_by_login, person_by_token, role_principal
from models import people, posts, procedures, tokens
from tests.support.story import NOW, Story


@pytest.fixture
def story(engine: sa.Engine, tmp_path: Path) -> Story:
    return Story(engine, tmp_path)


def procedure_id(story: Story, slug: str) -> int:
    return int(story.read(sa.select(procedures.c.id).where(procedures.c.slug == slug))[0].id)


def names(person: Person, story: Story) -> set[str]:
    """The principals without the numbers of units and people."""
    return {principal.name for principal in person.principals if principal.for_id == person.id}


def test_a_person_holds_each_post_for_the_house_and_for_its_unit(story: Story):
    person = story.person("he.sui")
    unit = story.unit("EMO")
    assert person.roles == {"employee", "enterprise_mgmt_office"}
    assert names(person, story) == {
        f"p:{person.id}",
        "r:employee:*",
        f"r:employee:{unit}",
        "r:enterprise_mgmt_office:*",
        f"r:enterprise_mgmt_office:{unit}",
    }
    assert (person.unit, person.unit_name, person.disabled) == ("EMO", "企管办", False)


def test_by_number_by_login_and_by_token_it_is_the_same_person(story: Story):
    with models.writing(story.engine) as conn:
        token = actions.create_token(conn, "he.sui", "test", 1, NOW)
        by_login = person_by_login(conn, "he.sui", NOW)
        assert by_login
        assert by_login == load_person(conn, by_login.id, NOW)
        assert by_login == person_by_token(conn, actions.token_digest(token), NOW)
        assert load_person(conn, 10**9, NOW) is None
        assert person_by_login(conn, "HE.SUI", NOW) is None
        assert person_by_token(conn, token, NOW) is None, "only the digest is kept"


def test_a_token_ends_when_it_expires_and_when_it_is_revoked(story: Story):
    with models.writing(story.engine) as conn:
        digest = actions.token_digest(actions.create_token(conn, "he.sui", "test", 1, NOW))
        assert person_by_token(conn, digest, NOW + timedelta(hours=23))
        assert person_by_token(conn, digest, NOW + timedelta(days=1)) is None
        conn.execute(tokens.update().values(revoked_at=NOW))
        assert person_by_token(conn, digest, NOW) is None


def test_a_post_is_held_from_its_first_moment_until_before_its_last(story: Story):
    begin, end = NOW + timedelta(days=1), NOW + timedelta(days=2)
    story.write(
        posts.insert().values(
            person_id=story.id_of("pan.yi"), role_id="text_editor", unit_id=story.unit("EMD"), since=begin, until=end
        )
    )
    second = timedelta(seconds=1)
    with models.reading(story.engine) as conn:

        def holds(moment) -> bool:
            person = person_by_login(conn, "pan.yi", moment)
            held = story.id_of("pan.yi") in holders(conn, {"r:text_editor:*"}, moment)["r:text_editor:*"]
            assert person
            assert held == ("text_editor" in person.roles)
            return held

        moments = (begin - second, begin, end - second, end)
        assert [holds(moment) for moment in moments] == [False, True, True, False]


def test_who_stands_in_holds_the_posts_of_the_absent_but_not_the_roles(story: Story):
    story.stand_in("he.sui", "pan.yi")
    person, absent = story.person("pan.yi"), story.id_of("he.sui")
    anything = procedure_id(story, "acc-open-staff")
    assert "enterprise_mgmt_office" not in person.roles, "rights of the house are not lent"
    assert person.as_principal("r:enterprise_mgmt_office:*", anything) == absent
    assert person.as_principal(f"p:{absent}", anything) == absent
    assert person.as_principal(f"p:{person.id}", anything) == person.id
    assert person.as_principal("r:text_editor:*", anything) is None
    assert person.as_principal(None, anything) is None


def test_who_holds_a_post_oneself_acts_for_oneself(story: Story):
    story.stand_in("he.sui", "tao.ran")
    person = story.person("tao.ran")
    assert person.as_principal("r:enterprise_mgmt_office:*", 1) == person.id
    assert person.principals[0] == (f"p:{person.id}", person.id, None)


def test_a_stand_in_for_one_procedure_is_none_in_another(story: Story):
    story.stand_in("he.sui", "pan.yi", "acc-open-staff")
    person = story.person("pan.yi")
    account, post = (procedure_id(story, slug) for slug in ("acc-open-staff", "pub-company-info"))
    assert person.as_principal("r:enterprise_mgmt_office:*", account) == story.id_of("he.sui")
    assert person.as_principal("r:enterprise_mgmt_office:*", post) is None


def test_a_stand_in_ends_and_does_not_go_on_to_a_third(story: Story):
    story.stand_in("he.sui", "pan.yi")
    story.stand_in("pan.yi", "ren.ke")
    assert story.person("ren.ke").as_principal("r:enterprise_mgmt_office:*", 1) is None, "is not handed on"
    story.now += timedelta(days=31)
    assert story.person("pan.yi").as_principal("r:enterprise_mgmt_office:*", 1) is None


def test_nobody_stands_in_for_oneself(story: Story):
    with pytest.raises(sa.exc.IntegrityError):
        story.stand_in("he.sui", "he.sui")


def test_one_staff_number_has_one_account(story: Story):
    """The second account of the same person would be a second hand."""
    row = dict(story.read(sa.select(people).where(people.c.login == "he.sui"))[0]._mapping)
    with pytest.raises(sa.exc.IntegrityError):
        story.write(people.insert().values(row | {"id": None, "login": "he.sui.2"} | {"id": 10**6}))


def test_holders_are_the_living_ones_with_the_unit_of_their_post(story: Story):
    office, unit = "r:enterprise_mgmt_office:*", story.unit("EMO")
    heads = role_principal("unit_head", story.unit("SALES"))
    with models.reading(story.engine) as conn:
        found = holders(conn, {office, heads, "r:unit_head:999999", "r:unheard_of:*"}, NOW)
    assert found[office] == dict.fromkeys([story.id_of(one) for one in ("qin.chuan", "he.sui", "tao.ran")], unit)
    assert found[heads] == {story.id_of("zhou.ning"): story.unit("SALES")}
    assert found["r:unit_head:999999"] == found["r:unheard_of:*"] == {}
    story.disable("he.sui")
    with models.reading(story.engine) as conn:
        assert story.id_of("he.sui") not in holders(conn, {office}, NOW)[office]
        assert holders(conn, set(), NOW) == {}


def test_who_is_disabled_is_known_as_such(story: Story):
    story.disable("he.sui")
    assert story.person("he.sui").disabled
