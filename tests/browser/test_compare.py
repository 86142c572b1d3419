"""比较 in a real Chromium: a sentence leads to its element in both diagrams; readable wide, on a phone and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from engine import actions, queries
from models import open_engine, reading
from tests.browser.people import Colleague
from tests.support.browser import Pages, axe
from tests.support.databases import SqliteTemplates
from tests.support.server import RunningServer
from tests.support.story import Story

SLUG = "pub-company-info"
BPMN = f"{SLUG}.bpmn"
OFFICE = 'name="who" value="role(&quot;企管办&quot;)" />'
LEGAL = """<bpmn:userTask id="legal_review" name="法务复核"><bpmn:extensionElements><spiffworkflow:properties>
<spiffworkflow:property name="who" value="role(&quot;公司领导&quot;)" />
<spiffworkflow:property name="kind" value="do" />
</spiffworkflow:properties></bpmn:extensionElements><bpmn:incoming>{flow}</bpmn:incoming>
<bpmn:outgoing>legal_onward</bpmn:outgoing></bpmn:userTask>
<bpmn:sequenceFlow id="legal_onward" sourceRef="legal_review" targetRef="{target}" /><bpmn:userTask id="submit" """
SHAPE = """<bpmndi:BPMNShape id="legal_di" bpmnElement="legal_review">
<dc:Bounds x="700" y="20" width="100" height="80" /></bpmndi:BPMNShape>
<bpmndi:BPMNEdge id="legal_edge" bpmnElement="legal_onward"><di:waypoint x="750" y="100" />
<di:waypoint x="750" y="300" /></bpmndi:BPMNEdge></bpmndi:BPMNPlane>"""
IN_SIGHT = """one => {
    const [a, b] = [one.getBoundingClientRect(), one.closest("[data-diagram]").getBoundingClientRect()];
    const [x, y] = [a.x + a.width / 2, a.y + a.height / 2];
    return x > b.left && x < b.right && y > b.top && y < b.bottom;
}"""


def changed(files: dict[str, str]) -> dict[str, str | None]:
    """A step between the review and its decision, two signers for one, a deadline, a way that is gone, fields."""
    flow, target = "review_by_unit_head_to_unit_head_decision", "unit_head_decision"
    text = files[BPMN].replace(OFFICE, OFFICE + '<spiffworkflow:property name="mode" value="all" />', 1)
    text = text.replace(f'targetRef="{target}"', 'targetRef="legal_review"', 1)
    text = text.replace('<bpmn:userTask id="submit" ', LEGAL.format(flow=flow, target=target), 1)
    text = text.replace(
        f"<bpmn:incoming>{flow}</bpmn:incoming>\n    ", "<bpmn:incoming>legal_onward</bpmn:incoming>\n    "
    )
    text = text.replace("</bpmndi:BPMNPlane>", SHAPE).replace('value="P1D"', 'value="P2D"', 1)
    forms = files["forms.json"].replace('"label": "标题"', '"label": "题目"', 1)
    forms = forms.replace('"key": "original_url"', '"key": "first_link"', 1).replace(
        '"maxLength": 300', '"maxLength": 400'
    )
    settings = files["procedure.json"].replace('"retention_years": 3', '"retention_years": 5')
    return {BPMN: text, "forms.json": forms, "procedure.json": settings}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, int]]:
    """A server with a draft that changes a little of everything."""
    folder = tmp_path_factory.mktemp("compare")
    database, remove = SqliteTemplates(folder).copy()
    engine = open_engine(database.url)
    story = Story(engine, folder)
    draft_id = int(story.act("shen.yan", lambda desk: actions.open_draft(desk, SLUG)))
    with reading(engine) as conn:
        files = queries.procedure_draft(conn, story.person("shen.yan"), draft_id).files
    story.act("shen.yan", lambda desk: actions.save_procedure_draft(desk, draft_id, 1, changed(files)))
    engine.dispose()
    running = RunningServer(database.url, folder, "--no-jobs").start()
    yield running, draft_id
    running.stop()
    remove()


WINDOWS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "dark phone": {
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "dark",
        "has_touch": True,
        "is_mobile": True,
    },
}


@pytest.mark.parametrize("window", WINDOWS)
def test_a_sentence_leads_to_its_element_in_both_diagrams(
    house: tuple[RunningServer, int], pages: Pages, window: str
) -> None:
    server, draft_id = house
    owner = Colleague(pages.open(**WINDOWS[window]), server.url, "沈岩")
    owner.open(f"/studio/{draft_id}/compare")
    page = owner.page
    for diagram in page.locator("[data-diagram]").all():
        diagram.scroll_into_view_if_needed()
        expect(diagram).to_have_attribute("data-drawn", "yes")
    old, new = page.locator("[data-diagram]").all()
    expect(old.locator(".djs-element.qf-changed[data-element-id=review_by_enterprise_office]")).to_have_count(1)
    expect(new.locator(".djs-element.qf-added[data-element-id=legal_review]")).to_have_count(1)
    expect(new.locator(".qf-mark-added")).to_have_count(2)  # the step and its way on
    page.locator(".qf-compared-words a", has_text="审核把关").first.click()
    for side in (old, new):
        chosen = side.locator(".djs-element.qf-chosen")
        expect(chosen).to_have_attribute("data-element-id", "review_by_enterprise_office")
        assert chosen.evaluate(IN_SIGHT)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
