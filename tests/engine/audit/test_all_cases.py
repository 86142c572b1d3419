"""All cases: every condition finds what plain Python finds, within the scope, in every way there is to look."""

from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions, queries
from engine.errors import BadInput, NotAllowed
from engine.queries import list_wanted
from engine.queries.audit import found
from engine.queries.audit.cases import audit_cases
from tests.engine.audit.scene import furnish
from tests.support.story import Story

COMPANY = "pub-company-info"


def asked(story: Story, login: str, **query: str) -> list[str]:
    """The titles of all pages together, read three at a time, forward and then back."""
    query = {key.replace("f_", "f."): text for key, text in query.items()}
    forward, back = list[str](), list[str]()
    with models.reading(story.engine) as conn:

        def page(**place: str) -> Any:
            wanted = list_wanted(conn, "audit", query | place, story.now, size=3)
            return audit_cases(conn, story.person(login), wanted, story.now, counted=True)

        seen = page()
        assert not seen.earlier
        while True:
            forward += [one.title for one in seen.items]
            if not seen.more:
                break
            seen = page(after=seen.last)
        last = seen
        while last.earlier and last.first:
            last = page(before=last.first)
            back[:0] = [one.title for one in last.items]
        assert forward[: len(back)] == back
        assert seen.count == len(forward)
    return forward


@pytest.fixture(params=["led", "walked"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "walked":
        monkeypatch.setattr(found, "FEW", 0)


def test_every_condition_finds_its_cases_within_the_scope(story: Story, way: None) -> None:
    furnish(story)
    everything = asked(story, "tian.ye")
    assert len(everything) == 7 and everything[0] == "六号 =cmd" and everything[-1] == "一号 收银终端"
    assert asked(story, "tian.ye", sort="opened") == everything[::-1]
    account = next(title for title in everything if "号 " not in title and title not in ("二号", "三号", "五号"))
    day = "2026-11-24"
    for query, expected in [
        ({"search": "收银"}, ["四号 收银终端", "一号 收银终端"]),
        ({"procedure": "acc-open-staff"}, [account]),
        ({"procedure": COMPANY, "f_category": "2"}, ["三号"]),
        ({"procedure": COMPANY, "version": "1", "state": "rejected"}, ["二号"]),
        ({"version": "7"}, []),
        ({"state": "withdrawn"}, ["三号"]),
        ({"state": "running", "started": f"..{day}"}, [account, "一号 收银终端"]),
        ({"started": f"{day}..{day}"}, [account, "三号"]),
        ({"ended": "2026-11-25.."}, ["三号"]),
        ({"ended": f"..{day}"}, ["二号"]),
        ({"applicant": "白鹭"}, ["五号"]),
        ({"actor": "zhou.ning"}, ["四号 收银终端", "二号", "一号 收银终端"]),
        ({"actor": "周宁", "search": "收银", "started": f"{day}.."}, ["四号 收银终端"]),
        ({"channel": "official_wechat"}, ["二号"]),
        ({"outcome": story.read(_outcome("二号"))[0][0]}, ["二号"]),
        ({"unit": "销售部", "state": "rejected"}, ["二号"]),
        ({"unit": "查无此单位"}, []),
    ]:
        assert asked(story, "tian.ye", **query) == expected, query
    sales = {row.title for row in story.read(_titles("SALES"))}
    assert set(asked(story, "zhou.ning")) == sales and len(sales) < 7
    assert asked(story, "zhou.ning", unit="HQ") == asked(story, "zhou.ning"), "below a unit, and within the scope"
    owned = [title for title in everything if title != account]
    assert asked(story, "shen.yan", procedure=COMPANY) == owned, "an owner sees the procedure in every unit"
    with pytest.raises(NotAllowed):
        asked(story, "lin.xia")
    for query in (
        {"state": "nowhere"},
        {"version": "one"},
        {"ended": "yesterday"},
        {"f_category": "2"},
        {"after": "7"},
    ):
        with pytest.raises(BadInput):
            asked(story, "tian.ye", **query)
    with models.reading(story.engine) as conn, pytest.raises(BadInput):
        list_wanted(conn, "todo", {"actor": "周宁"}, story.now)


def _titles(code: str) -> Any:
    here = sa.select(models.units.c.id).where(models.units.c.code == code).scalar_subquery()
    return sa.select(models.cases.c.title).where(models.cases.c.applicant_unit_id == here)


def _outcome(title: str) -> Any:
    return sa.select(models.cases.c.outcome).where(models.cases.c.title == title)


def test_a_view_of_all_cases_is_kept_and_counts_what_its_reader_looks_over(story: Story) -> None:
    furnish(story)
    story.act("tian.ye", lambda desk: actions.keep_view(desk, "audit", "收银", {"search": "收银"}, "house"))
    with models.reading(story.engine) as conn:
        (view,) = queries.views(conn, story.person("zhou.ning"), story.now)
        assert (view.box, view.count) == ("audit", 2)
        assert [one.count for one in queries.views(conn, story.person("lin.xia"), story.now)] == [None]
