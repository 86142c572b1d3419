"""Our diagrams are ordinary BPMN: the library's own parser, which knows nothing of ours, reads every one."""

from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

DIAGRAMS = sorted((Path(__file__).parents[2] / "bpmn").glob("*/*/*.bpmn"))


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_the_library_reads_every_element_of_the_diagram(path: Path) -> None:
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.parse(path).getroot())
    spec = parser.get_spec(path.stem.replace("-", "_"))
    drawn = {
        node.get("id")
        for node in etree.parse(path).getroot().iter("{*}userTask", "{*}serviceTask", "{*}callActivity", "{*}endEvent")
    }
    assert drawn <= {task.bpmn_id for task in spec.task_specs.values()}
