"""Who sees which lines of the registers, and who may enter a return."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.errors import NotAllowed, NotFound, Stale
from models import accounts, lendings, people, publications, units
from tests.support.hand import Hand

# Lines that a case of the sales department made: an account of 苏晴 of marketing, a platform of sales administrated by
# 叶舟, a designation, a filing, a lending to 林夏, a material, a publication of sales.
SEEN = """
            publications accounts platforms designations filings lendings materials
lin.xia     yes          .        yes       yes          yes     yes      yes
pan.yi      yes          .        yes       yes          yes     .        yes
su.qing     .            yes      .         yes          .       .        yes
ye.zhou     .            .        yes       yes          .       .        yes
ren.ke      .            .        .         yes          .       .        yes
yuan.he     .            yes      yes       yes          .       .        yes
fang.cheng  .            .        .         yes          .       yes      yes
ding.lan    yes          yes      yes       yes          yes     yes      yes
shen.yan    yes          yes      yes       yes          yes     yes      yes
liang.heng  yes          yes      yes       yes          yes     yes      yes
zeng.ming   yes          yes      yes       yes          yes     yes      yes
tian.ye     yes          yes      yes       yes          yes     yes      yes
shi.guodong .            .        .         .            .       .        .
zhu.jianing .            .        .         .            .       .        .
"""
NAMES = SEEN.split("\n")[1].split()


@pytest.fixture
def made(hand: Hand) -> dict[str, int]:
    """One line in each register; their numbers."""
    story = hand.story
    day = timedelta(days=1)
    row = {"number": "FB-2026-00001", "case_id": hand.case_id, "channel_id": 1, "unit_id": story.unit("SALES")}
    row |= {"title": "预告", "link": "https://weibo.com/x", "content_sha256": "0" * 64, "approvals": []}
    row |= {"published_by": story.id_of("fang.cheng"), "published_at": story.now, "archived_at": story.now}
    story.write(publications.insert().values(row | {"keep_until": story.now + day * 1000}))
    since, until = story.now.isoformat(), (story.now + day).isoformat()
    hand("list_material", title="利率说明", since=since, until=until)
    hand("file_record")
    platform = {"name": "示范服务号", "kind": "service", "unit": "SALES", "administrator": "ye.zhou"}
    lending = {"account": "official_weibo", "borrower": "lin.xia", "since": since, "until": until}
    return {
        "publications": 1,
        "accounts": hand.opened("su.qing", "demo_su"),
        "platforms": hand("register_platform", **platform)["number"],
        "designations": hand("designate", person="su.qing", role="account_operator", unit="MKT")["number"],
        "filings": 1,
        "lendings": hand("register_lending", **lending)["number"],
        "materials": 1,
    }


@pytest.mark.parametrize("line", SEEN.strip().splitlines()[1:], ids=lambda line: line.split()[0])
def test_a_line_is_seen_by_those_of_the_table_and_nobody_else(hand: Hand, made, line) -> None:
    login, *told = line.split()
    person, asked = hand.story.person(login), queries.Asked(hand.story.now)
    with models.reading(hand.story.engine) as conn:
        for name, cell in zip(NAMES, told, strict=True):
            register = queries.REGISTERS[name]
            listed = made[name] in {each["id"] for each in register.list(conn, person, asked)[0]}
            try:
                entered = register.entry(conn, person, made[name], asked)["id"] == made[name]
            except NotFound:
                entered = False
            assert (name, listed, entered) == (name, cell == "yes", cell == "yes")


def test_what_passed_into_other_hands_is_no_longer_seen_by_who_had_it(hand: Hand, made) -> None:
    asked = queries.Asked(hand.story.now)
    hand("change_account", account=made["accounts"], holder="ye.zhou")
    with models.reading(hand.story.engine) as conn:
        for login, seen in (("su.qing", 0), ("ye.zhou", 1)):
            for as_of in (None, hand.story.now.date()):
                asked = queries.Asked(hand.story.now, as_of=as_of)
                assert len(queries.REGISTERS["accounts"].list(conn, hand.story.person(login), asked)[0]) == seen


def take_back(hand: Hand, login: str, number: int) -> None:
    hand.story.act(login, lambda desk: actions.take_back(desk, number))


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("ding.lan", None),
        ("fang.cheng", None),
        ("shen.yan", None),
        ("tian.ye", None),
        ("lin.xia", NotAllowed),  # the borrower
        ("zeng.ming", NotAllowed),  # sees, and does nothing
        ("shi.guodong", NotFound),  # an owner of procedures in another organisation
    ],
)
def test_a_return_is_entered_by_who_keeps_the_register_once(hand: Hand, made, login, error) -> None:
    back = sa.select(lendings.c.returned_at)
    if error:
        with pytest.raises(error):
            take_back(hand, login, made["lendings"])
        assert hand.story.read(back) == [(None,)]
        return
    take_back(hand, login, made["lendings"])
    assert hand.story.read(back) == [(hand.story.now,)]
    assert (hand.noted()["verb"], hand.story.trail(hand.case_id)[-1].actor_id) == ("take_back", hand.story.id_of(login))
    with pytest.raises(Stale):
        take_back(hand, login, made["lendings"])
    hand.story.check()


def test_a_return_is_entered_for_a_case_that_has_ended_too(hand: Hand, made) -> None:
    hand.story.write(models.cases.update().values(state="cancelled"))
    take_back(hand, "ding.lan", made["lendings"])
    assert hand.story.verbs(hand.case_id)[-1] == "take_back"
    assert hand.story.case(hand.case_id).state == "cancelled"


@pytest.mark.parametrize(
    ("name", "days", "shows"),
    [
        ("lendings", 0, {"out", "soon"}),
        ("lendings", 2, {"out", "overdue"}),
        ("materials", 0, {"listed", "soon"}),
        ("materials", 2, {"over"}),
        ("designations", 0, {"active"}),
        ("publications", 0, {"published"}),
        ("platforms", 0, {"registered"}),
    ],
)
def test_a_line_is_found_by_what_is_the_matter_with_it(hand: Hand, made, name, days, shows) -> None:
    register, keeper = queries.REGISTERS[name], hand.story.person("ding.lan")
    with models.reading(hand.story.engine) as conn:
        found = {
            word
            for word in register.shows
            for line in register.list(conn, keeper, queries.Asked(hand.story.now + timedelta(days=days), show=word))[0]
            if line["id"] == made[name]
        }
    assert found == shows


@pytest.mark.parametrize(
    ("day", "shows", "marks"),
    [
        ("2026-11-23", {"active", "soon"}, (True, False)),
        ("2026-12-23", {"active", "soon"}, (True, False)),
        ("2026-12-24", {"active", "overdue"}, (False, True)),
    ],
)
def test_what_ends_soon_and_what_is_overdue_is_marked(hand: Hand, day, shows, marks) -> None:
    hand.opened(valid_until="2026-12-23")
    hand.story.now += timedelta(days=(int(day[5:7]) - 11) * 30 + int(day[8:]) - 23)
    register, keeper = queries.REGISTERS["accounts"], hand.story.person("ding.lan")
    with models.reading(hand.story.engine) as conn:
        found = {
            word: register.list(conn, keeper, queries.Asked(hand.story.now, show=word))[0] for word in register.shows
        }
    assert {word for word, lines in found.items() if lines} == shows
    (line,) = found["active"]
    assert (line["soon"], line["overdue"]) == marks


@pytest.mark.parametrize(
    ("name", "search", "found"),
    [
        ("accounts", "demo_", 1),
        ("accounts", "苏晴", 1),
        ("accounts", "100%", 0),
        ("platforms", "叶舟", 1),
        ("platforms", "service", 1),
        ("designations", "账号运营者", 1),
        ("filings", "BA-2026", 1),
        ("lendings", "林夏", 1),
        ("materials", "利率", 1),
        ("materials", "_率", 0),
        ("publications", "weibo.com/x", 1),
    ],
)
def test_a_line_is_found_by_its_words(hand: Hand, made, name, search, found) -> None:
    with models.reading(hand.story.engine) as conn:
        asked = queries.Asked(hand.story.now, search=search)
        assert len(queries.REGISTERS[name].list(conn, hand.story.person("ding.lan"), asked)[0]) == found


def test_a_long_register_is_leafed_through_to_its_end(hand: Hand) -> None:
    story = hand.story
    everybody = story.read(
        sa.select(people.c.login).join(units, units.c.id == people.c.unit_id).order_by(people.c.id).limit(110)
    )
    for number, row in enumerate(everybody):
        hand.opened(row.login, f"demo_{number:03}")
    keeper, seen = story.person("tian.ye"), []
    with models.reading(story.engine) as conn:
        more, page = True, 0
        while more:
            page += 1
            lines, more = queries.REGISTERS["accounts"].list(conn, keeper, queries.Asked(story.now, page=page))
            seen += [line["id"] for line in lines]
    assert (page, len(seen)) == (3, 110)
    assert seen == sorted({row.id for row in story.read(sa.select(accounts.c.id).where(~accounts.c.official))})[::-1]
