"""Decision tables in a few lines, and a procedure of the catalogue that asks one."""

import shutil
from pathlib import Path

from engine.actions.found import CATALOGUE
from engine.kernel.deciding import Column, Row, Table, write_table
from engine.procedures.package import Package, load_package

SLUG = "pub-company-info"
RULE = """<bpmn:businessRuleTask id="route" name="查分级表"><bpmn:extensionElements>
<spiffworkflow:calledDecisionId>level</spiffworkflow:calledDecisionId></bpmn:extensionElements>
<bpmn:incoming>submit_to_review_by_unit_head</bpmn:incoming><bpmn:outgoing>route_to_by_level</bpmn:outgoing>
</bpmn:businessRuleTask>
<bpmn:exclusiveGateway id="by_level" name="哪一级审核?" default="by_level_to_unit" />
<bpmn:sequenceFlow id="route_to_by_level" sourceRef="route" targetRef="by_level" />
<bpmn:sequenceFlow id="by_level_to_unit" name="单位" sourceRef="by_level" targetRef="review_by_unit_head" />
<bpmn:sequenceFlow id="by_level_to_office" name="企管办" sourceRef="by_level" targetRef="review_by_enterprise_office">
<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">level == "office"</bpmn:conditionExpression>
</bpmn:sequenceFlow>
"""
SHAPES = """<bpmndi:BPMNShape bpmnElement="route">
<dc:Bounds x="500" y="900" width="100" height="80" /></bpmndi:BPMNShape>
<bpmndi:BPMNShape bpmnElement="by_level"><dc:Bounds x="700" y="915" width="50" height="50" /></bpmndi:BPMNShape>
"""
LEVEL = """channel:string | category:string => level:string
"official_weibo" | "1","2" => "unit"
"official_weibo" | not("1","2") => "office"
"official_wechat" | - => "office"
"""
GAP = """channel:string | category:string => level:string
"official_weibo" | "2","3","4","5","6","7" => "unit"
"official_wechat" | - => "office"
"""


def grid(text: str, hit: str = "UNIQUE", id: str = "level", name: str = "分级表") -> Table:
    """`a:string | b:number => c:string`, then a row a line in the same shape."""
    head, *lines = [line.strip() for line in text.strip().splitlines()]
    inputs, outputs = (tuple(_column(one) for one in side.split("|")) for side in head.split("=>"))
    return Table(id, name, hit, inputs, outputs, tuple(_row(no, line) for no, line in enumerate(lines, 1)))


def _column(text: str) -> Column:
    key, kind = text.strip().split(":")
    return Column(key, "", kind)


def _row(number: int, line: str) -> Row:
    tests, results = (tuple(cell.strip() for cell in side.split("|")) for side in line.split("=>"))
    return Row(f"row_{number}", tests, results)


def drawn_with_rule(diagram: str) -> str:
    """The procedure's diagram with a rule step behind its submission, and the gateway that reads what it says."""
    line = 'id="submit_to_review_by_unit_head" sourceRef="submit" targetRef="review_by_unit_head"'
    assert line in diagram
    changed = diagram.replace(
        line, line.replace('review_by_unit_head"', 'route"').replace("to_route", "to_review_by_unit_head")
    )
    changed = changed.replace(
        "<bpmn:incoming>submit_to_review_by_unit_head</bpmn:incoming>",
        "<bpmn:incoming>by_level_to_unit</bpmn:incoming>",
    )
    changed = changed.replace('<bpmn:sequenceFlow id="submit_to', RULE + '<bpmn:sequenceFlow id="submit_to', 1)
    return changed.replace("</bpmndi:BPMNPlane>", SHAPES + "</bpmndi:BPMNPlane>")


def package_with(table: Table, place: Path) -> Package:
    """The procedure with a rule step behind its submission that asks this table, in a folder of its own."""
    folder = place / "publishing" / SLUG
    if not folder.exists():
        shutil.copytree(CATALOGUE / "publishing" / SLUG, folder)
        (place / "parts").symlink_to(CATALOGUE / "parts")
        diagram = folder / f"{SLUG}.bpmn"
        diagram.write_text(drawn_with_rule(diagram.read_text("utf-8")), "utf-8")
    (folder / "level.dmn").write_text(write_table(table), "utf-8")
    return load_package(folder, walks=False)
