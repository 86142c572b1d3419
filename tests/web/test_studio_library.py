"""The wizard's pages make a draft that can be released as it is; the gallery finds and draws every procedure."""

import pytest
import sqlalchemy as sa

from engine.procedures.wizard import FAMILIES
from models import procedure_drafts, procedures
from tests.web.visitor import Page, Visitor

OWNER = "shen.yan"
ANSWERS = {
    "title": "门店公告发布",
    "title_en": "Notices of the stores",
    "reviewer-2": 'head_of(unit("企管部"))',
    "approver": 'role("公司领导", unit("示范集团总公司"))',
}


@pytest.fixture
def owner(visit_one):
    return visit_one(OWNER)


def begun(visitor: Visitor, family: str, **answers: str) -> Page:
    return visitor.submit(visitor.open(f"/studio/new/{family}"), "main form[method=post]", **{**ANSWERS, **answers})


def drafts(visitor: Visitor) -> dict[str, set[str]]:
    """The files of every draft by its code."""
    with visitor.client.application.extensions["house"].engine.connect() as conn:
        return {row.slug: set(row.files) for row in conn.execute(sa.select(procedure_drafts))}


def test_a_wizard_leads_to_a_draft_with_all_its_files(owner):
    page = begun(owner, "F1")
    assert page.status == 303
    assert "门店公告发布" in owner.open(page.headers["Location"]).words("h1")
    files = {"procedure.json", "notices-of-the-stores.bpmn", "forms.json", "walks.json"}
    assert drafts(owner) == {"notices-of-the-stores": files}
    assert "notices-of-the-stores" in owner.open("/studio").words()


@pytest.mark.parametrize("organisation", ["HQ", "TRADE", "BANK", "UNIV", "SCH", "HOSP", "COM", "WF"])
def test_whoever_gives_a_name_alone_gets_a_draft_in_every_organisation(owner, organisation):
    for family in ("F2", "F6"):
        page = owner.open(f"/studio/new/{family}?organisation={organisation}")
        assert owner.submit(page, "main form[method=post]", title="只有名称").status == 303


def test_a_code_nobody_gave_is_one_nobody_has(owner):
    for english in ("", "", "2 tickets"):
        assert begun(owner, "F12", title_en=english).status == 303
    assert drafts(owner).keys() == {"ticket", "ticket-2", "ticket-3"}


def test_what_was_answered_stays_when_something_is_wrong(owner):
    page = begun(owner, "F2", slug="Not A Code", carry_days="99")
    assert page.status == 422
    assert page.values("#title") == ["门店公告发布"]
    assert len(page.tree.cssselect("#slug-error .invalid-feedback, #carry_days-error .invalid-feedback")) == 2
    assert page.tree.cssselect(f"#reviewer-2 option[selected][value='{ANSWERS['reviewer-2']}']")


def test_a_code_that_is_taken_is_told(owner):
    assert begun(owner, "F2", slug="pub-company-info").status == 409


@pytest.mark.parametrize("address", ["/studio/new", "/studio/new/F1", "/studio/blank"])
def test_the_wizards_are_for_those_who_may_begin_procedures(visit_one, address):
    assert visit_one("lin.xia").open(address).status == 403


def test_there_is_no_fifteenth_family(owner):
    assert owner.open("/studio/new/F15").status == 404


def test_the_first_page_offers_every_family_and_the_list_leads_there(owner):
    assert {f"/studio/new/{one}" for one in FAMILIES} <= set(owner.open("/studio/new").links())
    assert {"/studio/new", "/studio/guide", "/studio/gallery"} <= set(owner.open("/studio").links())
    assert "/studio/new" in owner.open("/studio/guide").links()


def test_the_gallery_shows_every_procedure_and_narrows_by_the_address(owner):
    everything = owner.open("/studio/gallery").tree.cssselect("article")
    with owner.client.application.extensions["house"].engine.connect() as conn:
        assert len(everything) == conn.execute(sa.select(sa.func.count()).select_from(procedures)).scalar_one() > 2
    found = owner.open("/studio/gallery?family=F1&organisation=HQ&q=微博")
    assert "/procedures/pub-company-info" in found.links()
    assert len(found.tree.cssselect("article")) < len(everything)
    assert "没有符合条件的流程" in owner.open("/studio/gallery?q=nothing-like-it").words()


def test_a_small_drawing_is_fetched_once(owner):
    first = owner.client.get("/studio/gallery/pub-company-info.svg")
    assert (first.status_code, first.mimetype) == (200, "image/svg+xml")
    assert first.text.count("<circle") > 1
    assert first.text.count("<polyline") > 10
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = owner.client.get("/studio/gallery/pub-company-info.svg", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert owner.client.get("/studio/gallery/nothing.svg").status_code == 404
