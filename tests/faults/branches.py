"""A procedure with so many branches side by side, joined at the end: written as a folder, published as any other."""

import json
from pathlib import Path

from engine.procedures.package import Package, load_package

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:test" id="d"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core">
<bpmn:process id="side_by_side" name="并行" isExecutable="true">
<bpmn:startEvent id="begin" name="开始"><bpmn:outgoing>f0</bpmn:outgoing></bpmn:startEvent>
<bpmn:parallelGateway id="split" name="分开"><bpmn:incoming>f0</bpmn:incoming>{outgoing}</bpmn:parallelGateway>
<bpmn:parallelGateway id="join" name="汇合">{incoming}<bpmn:outgoing>last</bpmn:outgoing></bpmn:parallelGateway>
<bpmn:endEvent id="finished" name="完成"><bpmn:incoming>last</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="f0" sourceRef="begin" targetRef="split" />
<bpmn:sequenceFlow id="last" sourceRef="join" targetRef="finished" />
"""
TASK = """<bpmn:userTask id="part_{n}" name="部分{n}"><bpmn:extensionElements><spiffworkflow:properties>
<spiffworkflow:property name="who" value="role(&quot;员工&quot;)" /><spiffworkflow:property name="kind" value="do" />
<spiffworkflow:property name="form" value="part" /><spiffworkflow:property name="due" value="P{n}D" />
</spiffworkflow:properties></bpmn:extensionElements>
<bpmn:incoming>to_{n}</bpmn:incoming><bpmn:outgoing>from_{n}</bpmn:outgoing></bpmn:userTask>
<bpmn:sequenceFlow id="to_{n}" sourceRef="split" targetRef="part_{n}" />
<bpmn:sequenceFlow id="from_{n}" sourceRef="part_{n}" targetRef="join" />
"""
FORM = {
    "type": "default",
    "id": "part",
    "schemaVersion": 18,
    "components": [
        {"type": "textfield", "id": "f", "key": "note", "label": "说明", "properties": {"en": "Note"}},
    ],
}


def side_by_side(folder: Path, branches: int) -> Package:
    place = folder / "tests" / "side-by-side"
    place.mkdir(parents=True)
    numbers = range(1, branches + 1)
    head = HEAD.format(
        outgoing="".join(f"<bpmn:outgoing>to_{n}</bpmn:outgoing>" for n in numbers),
        incoming="".join(f"<bpmn:incoming>from_{n}</bpmn:incoming>" for n in numbers),
    )
    tasks = "".join(TASK.format(n=n) for n in numbers)
    (place / "side-by-side.bpmn").write_text(f"{head}{tasks}</bpmn:process></bpmn:definitions>", "utf-8")
    (place / "forms.json").write_text(json.dumps({"part": FORM}), "utf-8")
    manifest = {
        "slug": "side-by-side",
        "process": "side_by_side",
        "title": {"zh": "并行", "en": "Side by side"},
        "summary": {"zh": "几个人同时办理。", "en": "Several people at once."},
        "organisation": "HQ",
        "family": "F1",
        "owner": {"role": "process_owner", "unit": "EMD"},
        "starters": ['role("员工")'],
        "number": "BX-{year}-{serial:04}",
        "retention_years": 3,
        "clauses": [],
        "defaults": [],
    }
    (place / "procedure.json").write_text(json.dumps(manifest), "utf-8")
    return load_package(place)
