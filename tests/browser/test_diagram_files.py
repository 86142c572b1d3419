"""Every diagram of the catalogue goes through the drawing board and comes out as it was, then byte by byte."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lxml import etree
from playwright.sync_api import Page, expect

from engine.kernel.document import Document
from engine.kernel.specification import specify
from engine.procedures.package import load_package
from tests.bpmn.drawing import DIAGRAMS
from tests.browser.people import sign_in
from tests.support.browser import Pages
from tests.support.server import RunningServer

THROUGH = """async xml => {
  const board = qianfaDiagram.modeler;
  const once = await board.importXML(xml);
  const { xml: first } = await board.saveXML({ format: true });
  const moddle = board.get("moddle");
  const { rootElement: again } = await moddle.fromXML(first); // drawing it once more would only take time
  const { xml: second } = await moddle.toXML(again, { format: true });
  return { warnings: once.warnings.map((one) => one.message), first, second };
}"""
FOREIGN = """<bpmn:extensionElements>
<zeebe:formDefinition xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" formId="f" />
<spiffworkflow:ownWord>text</spiffworkflow:ownWord>"""


def board(server: RunningServer, pages: Pages) -> Page:
    """The drawing board of a draft, which keeps nothing by itself."""
    page = sign_in(pages.open(viewport={"width": 1400, "height": 900}), server.url, "shen.yan")
    page.goto(f"{server.url}/studio?q=pub-company-info")
    page.get_by_role("button", name="修改", exact=True).click()
    page.get_by_role("link", name="流程图").click()
    expect(page.locator("#studio-diagram")).to_have_attribute("data-drawn", "yes")
    page.evaluate("qianfaDiagram.saving.stopped = true")
    return page


def read(data: bytes) -> dict[str, Any]:
    """All that our kernel reads of it: without lines, and whatever stands first."""
    document = Document.read(data)
    return {
        "messages": document.messages,
        "drawn": document.drawn,
        "processes": [_by_id(asdict(process)) for process in document.processes],
        "marks": sorted(_marks(document.root)),
    }


def _by_id(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _by_id(one) for key, one in value.items() if key not in ("line", "by_id")}
    if isinstance(value, list | tuple):
        parts = [_by_id(one) for one in value]
        return sorted(parts, key=lambda one: one["id"] if isinstance(one, dict) and "id" in one else str(one))
    return value


def _marks(root: etree._Element) -> Iterator[str]:
    """Every element that is ours or a text, with its attributes."""
    for one in root.iter("{http://spiffworkflow.org/bpmn/schema/1.0/core}*", "{*}documentation", "{*}text"):
        yield f"{one.tag} {sorted(one.attrib.items())} {(one.text or '').strip()}"


def test_every_diagram_of_the_catalogue_comes_back_as_it_was(server: RunningServer, pages: Pages) -> None:
    page = board(server, pages)
    assert len(DIAGRAMS) > 89
    for path in DIAGRAMS:
        text = path.read_text()
        found = page.evaluate(THROUGH, text)
        assert found["warnings"] == [], path.name
        assert found["first"] == found["second"], path.name
        assert read(found["first"].encode()) == read(text.encode()), path.name
        package = load_package(path.parent, walks=False)
        drawn = package.documents | {path.name: found["first"].encode()}
        again, before = specify(drawn, package.process), specify(package.documents, package.process)
        assert again.sha256 == before.sha256, path.name
    # What other tools wrote is kept, and so is a word of the engine's that the board does not know.
    odd = DIAGRAMS[0].read_text().replace("<bpmn:extensionElements>", FOREIGN, 1)
    found = page.evaluate(THROUGH, odd)
    assert found["warnings"] == [] and "<spiffworkflow:ownWord>text</spiffworkflow:ownWord>" in found["first"]
    assert "zeebe:formDefinition" in found["first"] and 'formId="f"' in found["first"]


APART = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d">
<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="p"/></bpmn:collaboration>
<bpmn:process id="p"><bpmn:task id="here"/></bpmn:process><bpmn:process id="q"><bpmn:task id="there"/></bpmn:process>
<bpmndi:BPMNDiagram id="g"><bpmndi:BPMNPlane id="l" bpmnElement="c">
<bpmndi:BPMNShape id="s0" bpmnElement="pool"><dc:Bounds x="0" y="0" width="400" height="200"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s1" bpmnElement="here"><dc:Bounds x="90" y="10" width="100" height="80"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s2" bpmnElement="there"><dc:Bounds x="10" y="10" width="100" height="80"/></bpmndi:BPMNShape>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"""


def test_a_process_without_a_pool_that_another_tool_drew_beside_one_stays_in_the_file(
    server: RunningServer, pages: Pages
) -> None:
    found = board(server, pages).evaluate(THROUGH, APART)
    assert (found["warnings"], found["first"] == found["second"]) == ([], True)
    drawn = [one for one in ("pool", "here", "there") if f'bpmnElement="{one}"' in found["first"]]
    assert drawn == ["pool", "here", "there"]
