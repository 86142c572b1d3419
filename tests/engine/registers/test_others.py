"""Designated persons hold their posts; filings and materials have numbers; what is taken down keeps its copy."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from models import designations, filings, materials, posts, publications, takedowns
from tests.support.hand import Hand
from tests.support.story import Story

DAY = timedelta(days=1)


def test_who_is_designated_may_act_at_once(hand: Hand) -> None:
    assert "unit_info_officer" not in hand.story.person("su.qing").roles
    number = hand("designate", person="su.qing", role="单位信息员", unit="MKT")["number"]
    assert "unit_info_officer" in hand.story.person("su.qing").roles
    hand("end_designation", number=number)
    assert "unit_info_officer" not in hand.story.person("su.qing").roles
    ended = hand("end_designation", number=number)
    hand.story.now += DAY
    assert hand("end_designation", number=number) == ended
    with pytest.raises(Conflict, match="no such designation"):
        hand("end_designation", number=999)


def test_a_designation_ends_by_itself_on_its_day(hand: Hand) -> None:
    hand("designate", person="su.qing", role="unit_info_officer", unit="MKT", until=(hand.story.now + DAY).isoformat())
    hand.story.now += timedelta(hours=23)
    assert "unit_info_officer" in hand.story.person("su.qing").roles
    hand.story.now += timedelta(hours=1)
    assert "unit_info_officer" not in hand.story.person("su.qing").roles


@pytest.mark.parametrize("replace", [True, False])
def test_who_replaces_is_the_only_one_in_the_post(hand: Hand, replace) -> None:
    story = hand.story
    hand("designate", person="su.qing", role="unit_info_officer", unit="SALES", replace=replace)
    held = (posts.c.role_id == "unit_info_officer") & (posts.c.unit_id == story.unit("SALES")) & posts.c.until.is_(None)
    now = {row.person_id for row in story.read(sa.select(posts.c.person_id).where(held))}
    assert story.id_of("su.qing") in now
    assert (story.id_of("lin.xia") in now) is not replace


def test_who_is_designated_again_holds_the_post_once(hand: Hand) -> None:
    for _ in range(2):
        hand("designate", person="su.qing", role="unit_info_officer", unit="MKT")
        hand.story.now += DAY
    mine = (posts.c.person_id == hand.story.id_of("su.qing")) & (posts.c.role_id == "unit_info_officer")
    first, second = hand.story.read(sa.select(posts).where(mine).order_by(posts.c.id))
    assert (first.until, second.until) == (second.since, None)
    assert len(hand.story.read(sa.select(designations))) == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"role": "administrator"}, "not given by a procedure"),
        ({"role": "流程负责人"}, "not given by a procedure"),
        ({"role": "auditor"}, "not given by a procedure"),
        ({"role": "king"}, "no such role"),
        ({"unit": "NOWHERE"}, "no such unit"),
        ({"person": "no.one"}, "no such person"),
        ({"until": "2026-11-01"}, "lie ahead"),
        ({"replace": "yes"}, "yes or no"),
    ],
)
def test_a_designation_that_may_not_be_is_refused(hand: Hand, change, error) -> None:
    wanted = {"person": "su.qing", "role": "unit_info_officer", "unit": "MKT"} | change
    with pytest.raises((BadInput, Conflict), match=error):
        hand("designate", **wanted)
    assert hand.story.read(sa.select(designations)) == []


def test_a_filing_has_a_number_of_the_year_and_is_called_by_its_case_without_words_of_its_own(hand: Hand) -> None:
    first = hand("file_record", kind="代用备案", subject="demo_renke", unit="行政部", details="14 天")["number"]
    second = hand("file_record")["number"]
    assert (first, second) == ("BA-2026-00001", "BA-2026-00002")
    one, other = hand.story.read(sa.select(filings).order_by(filings.c.id))
    assert (one.kind, one.unit_id, one.filed_at) == ("代用备案", hand.story.unit("ADM"), hand.story.now)
    assert other.subject == hand.story.case(hand.case_id).title
    assert (other.kind, other.unit_id) == ("公司微博、微信信息发布", hand.story.unit("SALES"))


@pytest.mark.parametrize(("days", "listed"), [(0, False), (1, True), (2, True), (3, False)])
def test_material_is_on_the_shelf_from_when_to_when(hand: Hand, days, listed) -> None:
    since, until = ((hand.story.now + DAY * n).isoformat() for n in (1, 3))
    number = hand("list_material", title="利率说明", since=since, until=until, reference="产品手册")["number"]
    hand.story.now += DAY * days
    assert hand("check_material", number=number) == {"listed": listed, "title": "利率说明"}


def test_material_taken_from_the_shelf_is_not_used_any_more(hand: Hand) -> None:
    since, until = ((hand.story.now + DAY * n).isoformat() for n in (0, 3))
    number = hand("list_material", title="利率说明", since=since, until=until)["number"]
    assert hand("check_material", number=number)["listed"] is True
    delisted = hand("delist_material", material=number)
    assert hand("check_material", number=number)["listed"] is False
    hand.story.now += DAY
    assert hand("delist_material", material=number) == delisted
    with pytest.raises(Conflict, match="no such material"):
        hand("delist_material", material="SC-2026-99999")
    assert hand("check_material", number="SC-2026-99999") == {"listed": False, "title": ""}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"until": "2026-11-20"}, "later than"),
        ({"since": "2026-11-01", "until": "2026-11-20"}, "already passed"),
        ({"title": ""}, "must not be empty"),
    ],
)
def test_material_needs_a_title_and_a_time_ahead(hand: Hand, change, error) -> None:
    with pytest.raises(BadInput, match=error):
        hand("list_material", **{"title": "利率说明", "since": "2026-11-24", "until": "2026-11-30"} | change)
    assert hand.story.read(sa.select(materials)) == []


@pytest.fixture
def published(story: Story) -> list[str]:
    """The numbers of two publications."""
    numbers = []
    for serial in (1, 2):
        case = story.start()
        row = {"number": f"FB-2026-0000{serial}", "case_id": case, "channel_id": 1, "unit_id": story.unit("SALES")}
        row |= {"title": "预告", "link": "https://weibo.com/x", "content_sha256": "0" * 64, "approvals": []}
        row |= {"published_by": story.id_of("fang.cheng"), "published_at": story.now, "archived_at": story.now}
        story.write(publications.insert().values(row | {"keep_until": story.now + DAY * 1000}))
        numbers.append(row["number"])
    return numbers


def test_what_is_taken_down_stays_in_the_register_with_all_it_proved(hand: Hand, published) -> None:
    first, second = published
    before = hand.story.read(sa.select(publications))
    hand("take_down_publication", publication=first, reason="过期")
    hand("take_down_publication", publication=second, reason="有误", replaced_by=first)
    assert hand.story.read(sa.select(publications)) == before
    assert [hand("find_publication", number=number)["state"] for number in published] == ["taken_down", "replaced"]
    assert [row.reason for row in hand.story.read(sa.select(takedowns).order_by(takedowns.c.id))] == ["过期", "有误"]


@pytest.mark.parametrize(
    ("publication", "more", "error"),
    [
        ("FB-2026-99999", {}, "no such number"),
        ("FB-2026-00001", {"replaced_by": "FB-2026-99999"}, "no such number"),
        ("FB-2026-00001", {"replaced_by": "FB-2026-00001"}, "does not replace itself"),
        ("FB-2026-00001", {"reason": " "}, "must not be empty"),
        ("FB-2026-00002", {}, "already taken down"),
    ],
)
def test_what_cannot_be_taken_down_is_told(hand: Hand, published, publication, more, error) -> None:
    hand("take_down_publication", publication=published[1], reason="过期")
    with pytest.raises((BadInput, Conflict), match=error):
        hand("take_down_publication", publication=publication, **{"reason": "过期"} | more)


def test_a_timer_that_finds_it_taken_down_goes_on(hand: Hand, published) -> None:
    first = hand("take_down_publication", publication=published[0], reason="过期")
    hand.by = None
    hand.story.now += DAY
    assert hand("take_down_publication", publication=published[0], reason="到期") == first
    assert [row.reason for row in hand.story.read(sa.select(takedowns))] == ["过期"]


def test_another_organisations_publication_is_not_there(hand: Hand, published) -> None:
    hand.story.write(publications.update().values(unit_id=hand.story.unit("UNIV")))
    with pytest.raises(BadInput, match="no such number"):
        hand("find_publication", number=published[0])
