"""The baseline: SpiffWorkflow's own engine with thin snapshots, a flat stepper and one durable commit a human task."""

import sqlite3
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from lxml import etree
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState


class Flat(BpmnWorkflow):
    """Looks at the tasks as a list instead of walking the tree after every step."""

    def step(self) -> None:
        ready = True
        while ready:
            ready = [one for one in self.tasks.values() if one._state == TaskState.READY and not one.task_spec.manual]
            for task in ready:
                task.run()

    def update_waiting_tasks(self) -> None:
        for task in [one for one in self.tasks.values() if one._state == TaskState.WAITING]:
            task.task_spec._update(task)


class Thin(BpmnWorkflowConverter):
    """Leaves the specification out of the snapshot: it is the same for every case of a version."""

    shared: tuple[Any, dict[str, Any]]

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        found = super(BpmnWorkflowConverter, self).to_dict(workflow)
        found["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        found["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
        return dict(found)

    def from_dict(self, dct: dict[str, Any]) -> Any:
        workflow = self.target_class(*Thin.shared, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        workflow.bpmn_events = self.registry.restore(dct.pop("bpmn_events", []))
        return workflow


def human_task(
    folder: Path,
    documents: dict[str, bytes],
    process: str,
    data: dict[str, Any],
    answers: list[dict[str, Any]],
    rounds: int,
) -> float:
    """CPU seconds (median) of completing the last of the answers, each case saved and loaded once."""
    parser = SpiffBpmnParser()
    for document in documents.values():
        parser.add_bpmn_xml(etree.fromstring(document))
    Thin.shared = (parser.get_spec(process), parser.get_subprocess_specs(process))
    config = {one: made for one, made in SPIFF_CONFIG.items() if one is not BpmnWorkflow} | {Flat: Thin}
    registry = BpmnWorkflowSerializer.configure(config)
    connection = sqlite3.connect(folder / "stock.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, snapshot TEXT)")
    costs = []
    for case in range(rounds):
        flow = Flat(*Thin.shared)
        flow.task_tree.data.update(data)
        flow.step()
        for said in answers[:-1]:
            _complete(flow, said)
        connection.execute("INSERT INTO cases VALUES (?, ?)", (case, orjson.dumps(registry.convert(flow)).decode()))
        began = time.process_time()
        (text,) = connection.execute("SELECT snapshot FROM cases WHERE id = ?", (case,)).fetchone()
        flow = registry.restore(orjson.loads(text))
        _complete(flow, answers[-1])
        text = orjson.dumps(registry.convert(flow)).decode()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE cases SET snapshot = ? WHERE id = ?", (text, case))
        connection.execute("COMMIT")
        costs.append(time.process_time() - began)
    connection.close()
    return sorted(costs)[rounds // 2]


def _complete(flow: Flat, answers: dict[str, Any]) -> None:
    task = next(one for one in flow.tasks.values() if one._state == TaskState.READY and one.task_spec.manual)
    task.data.update(answers)
    task.run()
    flow.step()
