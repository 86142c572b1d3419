"""The words of `who`: each is read as what it says, and what is not of the vocabulary is refused."""

import pytest
import sqlalchemy as sa

from engine.procedures.assignment import BadAssignment, Who, compile_who, parse_who, value_at
from engine.procedures.signing import unit_of
from models import units


def test_a_role_of_the_applicants_organisation_is_a_word():
    who = parse_who('role("备案登记人", organisation)')
    assert compile_who(who, {"备案登记人": "filing_clerk"}.get, {}.get) == {
        "kind": "role",
        "name": "filing_clerk",
        "unit": "organisation",
    }


def test_a_person_may_stand_inside_what_an_operation_answered():
    assert parse_who("person(account.holder)") == Who("person", "account.holder")
    assert value_at("account.holder", {"account": {"holder": "lin.xia"}}) == "lin.xia"


@pytest.mark.parametrize("data", [{}, {"account": None}, {"account": "lin.xia"}, {"account": {"holder": 7}}])
def test_a_person_who_is_not_there_is_nobody(data):
    assert value_at("account.holder", data) == ""


@pytest.mark.parametrize(
    "who",
    ["person(a.b.c)", "person(account['holder'])", "role(organisation)", 'role("x", "y")', "organisation", "person()"],
)
def test_what_is_not_of_the_vocabulary_is_refused(who):
    with pytest.raises(BadAssignment):
        parse_who(who)


def test_the_organisation_is_the_topmost_unit_above_the_applicants(conn):
    ids = dict(conn.execute(sa.select(units.c.code, units.c.id)).tuples().all())
    assert unit_of(conn, "organisation", ids["ECB-MKT"]) == ids["HQ"]
    assert unit_of(conn, "organisation", ids["HQ"]) == ids["HQ"]
    assert unit_of(conn, "applicant", ids["ECB-MKT"]) == ids["ECB-MKT"]
    assert unit_of(conn, ids["EMD"], ids["ECB-MKT"]) == ids["EMD"]
    assert unit_of(conn, None, ids["ECB-MKT"]) is None
