"""The truth table of starting: which post, held where and by whom, lets start a procedure."""

import pytest

from engine.actions import start
from engine.errors import NotAllowed, NotSignedIn
from engine.people import Person, Principal, person_principal, role_principal
from engine.procedures.version import may_start
from tests.support.story import Story

ABOVE = {1: None, 2: 1, 3: 2, 4: 1, 8: None, 9: 8}  # two organisations: 1 over 2 over 3, and 4; 8 over 9
ME, OTHER = 7, 6
#  asked role, at unit   held role, in unit   may start
TABLE = """
   officer     -         officer    3          yes
   officer     -         head       3          .
   officer     1         officer    1          yes
   officer     1         officer    2          yes
   officer     1         officer    3          yes
   officer     1         officer    8          .
   officer     1         officer    9          .
   officer     1         head       1          .
   officer     2         officer    3          yes
   officer     2         officer    1          .
   officer     2         officer    4          .
   employee    -         employee   3          yes
   employee    1         employee   3          yes
   employee    1         employee   9          .
   employee    -         outsider   3          .
   employee    1         outsider   3          .
   employee    1         -          3          .
"""


def person(role: str | None, unit: int, for_id: int = ME) -> Person:
    names = [Principal(person_principal(ME), ME, None)]
    if role:
        names += [Principal(role_principal(role), for_id, None), Principal(role_principal(role, unit), for_id, None)]
    held = frozenset({role} if role and for_id == ME else ())
    return Person(ME, "me", "我", "zh", unit, "U", "单位", 0, False, held, tuple(names))


@pytest.mark.parametrize("row", TABLE.strip().splitlines())
def test_the_truth_table(row: str) -> None:
    asked, top, held, unit, may = row.split()
    manifest = {"starter_posts": [(asked, None if top == "-" else int(top))]}
    assert may_start(person(None if held == "-" else held, int(unit)), manifest, ABOVE) is (may == "yes")


def test_who_is_no_employee_starts_nothing_that_is_for_staff(story: Story) -> None:
    for login in ("wu.nianxia", "hao.lixin", "huang.liqun", "wei.peiwen"):  # all in the house's unit of outsiders
        with pytest.raises(NotAllowed):
            story.start(login, "acc-open-staff")
    story.give_post("wu.nianxia", "employee", "SALES")
    assert story.start("wu.nianxia", "acc-open-staff")


def test_one_of_several_rules_is_enough() -> None:
    manifest = {"starter_posts": [("head", 8), ("officer", 1)]}
    assert may_start(person("officer", 3), manifest, ABOVE)
    assert not may_start(person("head", 3), manifest, ABOVE)


def test_who_stands_in_for_somebody_does_not_start_in_that_name() -> None:
    manifest = {"starter_posts": [("officer", None), ("officer", 1)]}
    assert not may_start(person("officer", 3, for_id=OTHER), manifest, ABOVE)


def test_what_an_earlier_release_published_asks_for_the_role_alone() -> None:
    assert may_start(person("officer", 9), {"starter_roles": ["officer"]}, ABOVE)


def test_a_circle_of_units_ends() -> None:
    assert not may_start(person("officer", 3), {"starter_posts": [("officer", 1)]}, {3: 4, 4: 3})


def test_starting_asks_the_same(story: Story) -> None:
    story.stand_in("lin.xia", "pan.yi")  # the information officer of sales is away
    with pytest.raises(NotAllowed):
        story.start("pan.yi")
    story.give_post("pan.yi", "unit_info_officer", "SALES")
    assert story.start("pan.yi")
    story.end_posts("unit_info_officer", login="pan.yi")
    with pytest.raises(NotAllowed):
        story.start("pan.yi")
    story.disable("lin.xia")
    with pytest.raises(NotSignedIn):
        story.once("lin.xia", lambda desk: start(desk, "pub-company-info", {}))
