"""An empty page to draw a procedure on: a start, and the first form with the question for the title."""

from html import escape

from engine.errors import Invalid
from engine.procedures.manifest import LONGEST_SLUG, SLUG
from engine.procedures.wizard.answers import BAD_SLUG, LONGEST_NAME, NO_TITLE, NOT_OFFERED
from engine.procedures.wizard.diagram import HEAD
from engine.procedures.wizard.fields import form, short
from engine.procedures.wizard.folder import as_json
from engine.procedures.wizard.posts import Posts
from engine.text import Text

DIAGRAM = """  <bpmn:process id="{process}" name="{title}" isExecutable="true">
    <bpmn:startEvent id="wanted" name="需要办理" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{process}_diagram">
    <bpmndi:BPMNPlane id="{process}_plane" bpmnElement="{process}">
      <bpmndi:BPMNShape id="wanted_shape" bpmnElement="wanted">
        <dc:Bounds x="180" y="220" width="36" height="36" />
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def blank(slug: str, title: Text, organisation: str, owner: str, starter: str, posts: Posts) -> dict[str, str]:
    """The folder by file name; Invalid with what is wrong by question."""
    wrong: dict[str, list[Text]] = {}
    if not all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in title):
        wrong["title"] = [NO_TITLE.fill(limit=LONGEST_NAME)]
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
        wrong["slug"] = [BAD_SLUG.fill(limit=LONGEST_SLUG)]
    if owner not in {one.value for one in posts.owners()}:
        wrong["owner"] = [NOT_OFFERED]
    if starter not in {one.value for one in posts.starters()}:
        wrong["starter"] = [NOT_OFFERED]
    if wrong:
        raise Invalid(wrong)
    process = slug.replace("-", "_")
    told = {
        "slug": slug,
        "process": process,
        "title": title._asdict(),
        "summary": title._asdict(),
        "organisation": organisation,
        "family": "F2",
        "owner": {"role": "process_owner", "unit": owner},
        "starters": [starter],
        "number": f"{slug.upper()[:20].rstrip('-')}-{{year}}-{{serial:04}}",
        "retention_years": 3,
        "clauses": [],
        "defaults": [],
        "content": {"form": "submit", "title": "title", "rules": False},
    }
    asked = form("submit", (short("title", "标题", "Title", ""),))
    return {
        "procedure.json": as_json(told),
        f"{slug}.bpmn": HEAD.format(process=process) + DIAGRAM.format(process=process, title=escape(title.zh)),
        "forms.json": as_json({"submit": asked}),
        "walks.json": as_json([]),
    }
