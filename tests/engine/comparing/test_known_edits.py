"""Known edits of catalogue folders are found completely, and nothing else is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from lxml import etree

from engine.procedures.comparing import Comparison, compare
from engine.procedures.comparing.sentences import sentences
from engine.procedures.comparing.words import GROUPS
from engine.procedures.package import SUFFIXES, package_folders
from engine.text import Text

CATALOGUE = Path(__file__).resolve().parents[3] / "bpmn"
NS = {"b": "http://www.omg.org/spec/BPMN/20100524/MODEL", "s": "http://spiffworkflow.org/bpmn/schema/1.0/core"}
BPMN = f"{{{NS['b']}}}"
FOLDERS = package_folders(CATALOGUE)
TWENTY = FOLDERS[::4][:20]
Found = tuple[str, str, str, frozenset[tuple[str, ...]]]


def files_of(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.suffix in SUFFIXES}


def said(rule: str) -> Text:
    return Text(rule, rule)


class Editor:
    """The folder of a procedure under the hands of somebody who writes down what was changed."""

    def __init__(self, folder: Path):
        self.slug, self.files = folder.name, files_of(folder)
        self.root = etree.fromstring(self.files[f"{self.slug}.bpmn"].encode())
        self.forms = orjson.loads(self.files["forms.json"])
        self.manifest = orjson.loads(self.files["procedure.json"])
        self.walks = orjson.loads(self.files["walks.json"])
        self.done: set[Found] = set()

    def note(self, what: str, kind: str, id: str, *paths: tuple[str, ...]) -> None:
        self.done.add((what, kind, id, frozenset(paths)))

    def all(self, path: str) -> list[Any]:
        return list(self.root.iterfind(f".//{path}", NS))

    def tasks(self) -> list[Any]:
        return [task for task in self.all("b:userTask") if task.find(".//s:property[@name='kind']", NS) is not None]

    def said_of(self, task: Any, name: str) -> Any:
        return task.find(f".//s:property[@name='{name}']", NS)

    def result(self) -> dict[str, str]:
        changed = {
            f"{self.slug}.bpmn": etree.tostring(self.root, encoding="unicode"),
            "forms.json": orjson.dumps(self.forms).decode(),
            "procedure.json": orjson.dumps(self.manifest).decode(),
            "walks.json": orjson.dumps(self.walks).decode(),
        }
        return self.files | changed


def rename(edit: Editor) -> None:
    task = edit.tasks()[0]
    task.set("name", task.get("name") + "(新)")
    edit.note("node", "changed", task.get("id"), ("@name",))


def add_a_step(edit: Editor) -> None:
    """Between a start and what follows it, with its shape and a lane."""
    process, lane = edit.all("b:process")[0], edit.all("b:lane")[0]
    start = edit.all("b:startEvent")[0]
    flow = next(one for one in edit.all("b:sequenceFlow") if one.get("sourceRef") == start.get("id"))
    step = etree.SubElement(process, f"{BPMN}userTask", id="legal_review", name="法务复核")
    etree.SubElement(step, f"{BPMN}incoming").text = flow.get("id")
    onward = {"id": "legal_onward", "sourceRef": "legal_review", "targetRef": flow.get("targetRef")}
    etree.SubElement(process, f"{BPMN}sequenceFlow", onward)
    next(
        one for one in edit.all("b:incoming") if one.text == flow.get("id") and one.getparent() is not step
    ).text = onward["id"]
    flow.set("targetRef", "legal_review")
    etree.SubElement(lane, f"{BPMN}flowNodeRef").text = "legal_review"
    plane = edit.root.find(".//{*}BPMNPlane")
    etree.SubElement(plane, f"{plane.tag[:-5]}Shape", id="legal_shape", bpmnElement="legal_review")
    edit.note("node", "added", "legal_review", ("#kind",), ("#scope",), ("#lane",), ("@id",), ("@name",))
    edit.note("flow", "added", "legal_onward", ("#kind",), ("#scope",), ("@id",), ("@sourceRef",), ("@targetRef",))
    edit.note("flow", "changed", flow.get("id"), ("@targetRef",))


def change_who(edit: Editor) -> None:
    task = edit.tasks()[-1]
    edit.said_of(task, "who").set("value", 'role("法务部")')
    edit.note("node", "changed", task.get("id"), ("who",))


def change_due_and_mode(edit: Editor) -> None:
    task = edit.tasks()[1]
    due = edit.said_of(task, "due")
    if due is None:
        due = etree.SubElement(task.find(".//s:properties", NS), f"{{{NS['s']}}}property", name="due")
    due.set("value", "P9D")
    etree.SubElement(task.find(".//s:properties", NS), f"{{{NS['s']}}}property", name="mode", value="all")
    edit.note("node", "changed", task.get("id"), ("due",), ("mode",))


def change_condition(edit: Editor) -> None:
    condition = edit.all("b:conditionExpression")[0]
    condition.text = f"{condition.text} and applicant.unit != 'X'"
    edit.note("flow", "changed", condition.getparent().get("id"), ("conditionExpression", "#text"))


def change_default(edit: Editor) -> None:
    gateway = next(one for one in edit.all("b:exclusiveGateway") if one.get("default"))
    ways = [one.get("id") for one in edit.all("b:sequenceFlow") if one.get("sourceRef") == gateway.get("id")]
    gateway.set("default", next(way for way in ways if way != gateway.get("default")))
    edit.note("node", "changed", gateway.get("id"), ("@default",))


def move_a_shape(edit: Editor) -> None:
    id = edit.tasks()[0].get("id")
    shape = next(one for one in edit.root.iterfind(".//{*}BPMNShape") if one.get("bpmnElement") == id)
    bounds = shape.find("{*}Bounds")
    bounds.set("x", str(float(bounds.get("x")) + 7))
    path = (f"{{{etree.QName(bounds).namespace}}}Bounds", "@x")
    edit.note("shape", "moved", shape.get("bpmnElement"), path)


def change_lane(edit: Editor) -> None:
    first, last = edit.all("b:lane")[0], edit.all("b:lane")[-1]
    member = last.findall("b:flowNodeRef", NS)[-1]
    if first is last:
        return
    first.append(member)
    edit.note("node", "changed", member.text, ("#lane",))


def remove_an_end(edit: Editor) -> None:
    end = edit.all("b:endEvent")[-1]
    id, process = end.get("id"), end.getparent()
    flows = [one for one in edit.all("b:sequenceFlow") if one.get("targetRef") == id]
    gone = {id, *(one.get("id") for one in flows)}
    told = {("#kind",), ("#scope",), ("#lane",)} | {(f"@{name}",) for name in end.attrib}
    edit.note("node", "removed", id, *told)
    for flow in flows:
        paths = {("#kind",), ("#scope",)} | {(f"@{name}",) for name in flow.attrib}
        if flow.find("b:conditionExpression", NS) is not None:
            xsi = "{http://www.w3.org/2001/XMLSchema-instance}type"
            paths |= {("conditionExpression", "#text"), ("conditionExpression", f"@{xsi}")}
        edit.note("flow", "removed", flow.get("id"), *paths)
        process.remove(flow)
    process.remove(end)
    for one in edit.all("b:outgoing") + edit.all("b:flowNodeRef"):
        if one.text in gone:
            one.getparent().remove(one)
    for one in list(edit.root.iter("{*}BPMNShape", "{*}BPMNEdge")):
        if one.get("bpmnElement") in gone:
            one.getparent().remove(one)


def form_of(edit: Editor) -> tuple[str, list[Any]]:
    key = max(edit.forms, key=lambda name: len(edit.forms[name]["components"]))
    return key, edit.forms[key]["components"]


def add_a_field(edit: Editor) -> None:
    _, fields = form_of(edit)
    fields.append({"type": "textfield", "key": "new_source", "label": "来源", "validate": {"required": True}})
    edit.note("field", "added", "new_source", ("type",), ("key",), ("label",), ("validate",))


def remove_and_move_a_field(edit: Editor) -> None:
    _, fields = form_of(edit)
    gone = fields.pop(0)
    edit.note(
        "field", "removed", gone.get("key") or gone.get("path"), *((name,) for name in gone if name != "components")
    )
    first = fields.pop(0)
    fields.insert(2, first)
    edit.note("field", "moved", first.get("key") or first.get("path"), ("#place",))


def change_a_field(edit: Editor) -> None:
    _, fields = form_of(edit)
    one = fields[-3] if len(fields) > 4 else fields[-2]
    one["description"] = "改过的说明"
    edit.note("field", "changed", one.get("key") or one.get("path") or one.get("id"), ("description",))


def change_settings(edit: Editor) -> None:
    edit.manifest["retention_years"] = 77
    edit.note("setting", "changed", "retention_years", ())
    edit.manifest["starters"] = [*edit.manifest["starters"], 'role("法务部")']
    edit.note("setting", "changed", "starters", ())
    edit.manifest["editors"] = ['role("法务部")']
    edit.note("setting", "added", "editors", ())


def change_clauses(edit: Editor) -> None:
    clauses = edit.manifest["clauses"]
    clauses[0]["quote"] += "(改)"
    edit.note("clause", "changed", "clauses-1", ("quote",))
    clauses.append({"regulation": "S9-9", "title": "新办法", "article": "一", "quote": "新", "steps": ["submit"]})
    edit.note("clause", "added", f"clauses-{len(clauses)}", ())
    edit.manifest["defaults"][0]["en"] += " Changed."
    edit.note("default", "changed", "defaults-1", ("en",))


def change_rules(edit: Editor) -> None:
    figure = {"rule": "C-T1", "figure": 300, "level": "block", "since": "2016-01-01", "clause": {"regulation": "S2-21"}}
    edit.manifest["rules"] = [*edit.manifest.get("rules", []), figure]
    edit.note("rule", "added", f"rules-{len(edit.manifest['rules'])}", ())
    edit.manifest["switches"] = {**edit.manifest.get("switches", {}), "new": {"value": True, "zh": "新", "en": "new"}}
    edit.note("switch", "added", "new", ())


def change_walks(edit: Editor) -> None:
    edit.walks[0]["title"]["zh"] += "(改)"
    edit.note("walk", "changed", "walks-1", ("title", "zh"))
    gone = edit.walks.pop()
    edit.note("walk", "removed", f"walks-{len(edit.walks) + 1}", ())
    assert gone


EDITS: tuple[Callable[[Editor], None], ...] = (
    rename, add_a_step, change_who, change_due_and_mode, change_condition, change_default, move_a_shape, change_lane,
    remove_an_end, add_a_field, remove_and_move_a_field, change_a_field, change_settings, change_clauses, change_rules,
    change_walks,
)  # fmt: skip


def found_in(comparison: Comparison) -> Iterator[Found]:
    for one in comparison.changes:
        yield one.what, one.kind, one.id, frozenset(each.path for each in one.properties)


def merged(found: set[Found]) -> set[Found]:
    """Two edits of one thing are one difference."""
    together: dict[tuple[str, str], tuple[str, set[tuple[str, ...]]]] = {}
    for what, kind, id, paths in sorted(found, key=lambda one: one[1] == "changed"):
        known = together.setdefault((what, id), (kind, set()))
        together[what, id] = known[0] if known[0] in ("added", "removed") else kind, known[1] | paths
    return {(what, kind, id, frozenset(paths)) for (what, id), (kind, paths) in together.items()}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_is_found_and_nothing_else_is(edit: Callable[[Editor], None]) -> None:
    for folder in TWENTY[EDITS.index(edit) % 5 :: 5]:
        editor = Editor(folder)
        before = editor.result()
        edit(editor)
        comparison = compare(before, editor.result())
        assert merged(set(found_in(comparison))) == merged(editor.done), folder.name
        assert bool(sentences(comparison, said)) == bool(editor.done)


@pytest.mark.parametrize("folder", TWENTY, ids=lambda folder: folder.name)
def test_all_edits_at_once_are_found_and_told_in_both_languages(folder: Path) -> None:
    editor = Editor(folder)
    before = editor.result()
    for edit in EDITS:
        edit(editor)
    comparison = compare(before, editor.result())
    assert merged(set(found_in(comparison))) == merged(editor.done)
    told = sentences(comparison, said)
    assert all(one.text.zh and one.text.en and one.weight in GROUPS for one in told)
    assert {one.change.id for one in told} >= {id for what, _, id, _ in editor.done if what not in ("flow", "shape")}


def test_every_procedure_of_the_catalogue_differs_in_nothing_from_itself() -> None:
    for folder in FOLDERS:
        files = files_of(folder)
        assert compare(files, dict(files)).changes == []
        bound = {
            f"{folder.name}.bpmn": files[f"{folder.name}.bpmn"].replace("<bpmn:process", "<!-- -->\n<bpmn:process")
        }
        assert [one.kind for one in compare(files, files | bound).changes] == ["formatting"]


def test_what_is_only_written_otherwise_is_called_formatting() -> None:
    for folder in TWENTY:
        files = files_of(folder)
        written = {name: f"{text}\n" for name, text in files.items() if not name.endswith(".typ")}
        again = compare(files, files | written)
        assert again.only_formatting and len(again.changes) == len(written), folder.name
