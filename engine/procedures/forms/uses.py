"""Where a form, and where each of its fields, is used in a draft: steps, conditions, titles, tables, stories."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from engine.kernel.document import Document, Node
from engine.kernel.errors import DiagramError
from engine.procedures.folder import NAME, PARTS
from engine.procedures.forms.limits import parse
from engine.text import Text

WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
STRINGS = re.compile(r'"[^"]*"|\'[^\']*\'')
MAX_STORIES = 8

FLOW = Text("流向「{name}」的条件", "the condition of the flow “{name}”")
STEP = Text("步骤「{name}」的{what}", "{what} of the step “{name}”")
WHATS = {
    "who": Text("办理人", "the assignment"),
    "signers": Text("会签人", "the signers"),
    "fields": Text("字段权限", "the rights of fields"),
    "timer": Text("时限", "the timer"),
    "operation": Text("操作参数", "the operation"),
    "loop": Text("重复条件", "the repetition"),
}
USED_BY = Text("步骤「{name}」", "the step “{name}”")
HIDE = Text("表单「{form}」中「{name}」的显示条件", "the condition of “{name}” in the form “{form}”")
CONTENT = Text("申请的标题、渠道或稿件(procedure.json)", "the title, channel or content in procedure.json")
STORY = Text("演练「{name}」", "the story “{name}”")
STORIES = Text("另外 {n} 个演练", "{n} more stories")
CALLED = Text("被调用的流程 {name}:{place}", "the called process {name}: {place}")
FILE = Text("文件 {name}", "the file {name}")
OWN = ("procedure.json", "forms.json", "walks.json")


@dataclass(frozen=True)
class Uses:
    """`steps`: form -> the human steps that show it; `fields`: (form, key) -> the places that speak of it."""

    steps: dict[str, list[Node]] = field(default_factory=dict)
    fields: dict[tuple[str, str], list[Text]] = field(default_factory=dict)
    problem: Text | None = None  # why the diagram could not be looked through

    manifest: list[str] = field(default_factory=list)  # forms that procedure.json names

    def whole(self, form: str) -> list[Text]:
        """Where a form as a whole is used."""
        steps = [USED_BY.fill(name=node.name or node.id) for node in self.steps.get(form, [])]
        return steps + ([CONTENT] if form in self.manifest else [])

    def of(self, form: str, key: str) -> list[Text]:
        return self.fields.get((form, key), [])


def uses(files: Mapping[str, str], slug: str, keys: Mapping[str, Mapping[str, Any]]) -> Uses:
    """`keys`: form -> its questions by key."""
    nodes, problem = _nodes(files.get(f"{slug}.bpmn", ""))
    found = Uses(problem=problem)
    for node in nodes:
        if node.human and (form := node.properties.get("form")):
            found.steps.setdefault(form, []).append(node)
    manifest, walks = _json(files, "procedure.json"), _json(files, "walks.json")
    said = [*_in_diagram(nodes), *_in_called(manifest), *_in_files(files, slug)]
    about = manifest.get("content") if isinstance(manifest, dict) else None
    if isinstance(about, dict):
        found.manifest.append(str(about.get("form")))
    for form, asked in keys.items():
        steps = {node.id for node in found.steps.get(form, [])}
        stories = list(_in_stories(walks, steps, form, about))
        own = [(names, place) for names, place in _hides(form, asked)]
        for key in asked:
            places = [place for names, place in [*said, *own] if key in names]
            if isinstance(about, dict) and about.get("form") == form and key in _words(str(about)):
                places.append(CONTENT)
            told = [STORY.fill(name=name) for name, names in stories if key in names]
            places += told[:MAX_STORIES]
            if len(told) > MAX_STORIES:
                places.append(STORIES.fill(n=len(told) - MAX_STORIES))
            found.fields[form, key] = places
    return found


def _nodes(diagram: str) -> tuple[list[Node], Text | None]:
    try:
        document = Document.read(diagram.encode())
    except DiagramError as error:
        return [], error.text
    return [node for process in document.processes for node in process.nodes], None


def _json(files: Mapping[str, str], name: str) -> Any:
    try:
        return orjson.loads(files.get(name, ""))
    except orjson.JSONDecodeError:
        return None


def _words(source: str) -> set[str]:
    return set(WORD.findall(source))


def _asked(expression: str) -> set[str]:
    """The names an expression asks about; what stands in quotes is a value."""
    return _words(STRINGS.sub(" ", expression))


def _in_diagram(nodes: list[Node]) -> Iterator[tuple[set[str], Text]]:
    for node in nodes:
        name = node.name or node.id
        for flow in node.outgoing:
            if flow.condition:
                yield _asked(flow.condition), FLOW.fill(name=f"{name} → {flow.name or flow.target}")
        said = {
            "who": node.properties.get("who", ""),
            "signers": node.properties.get("signers", ""),
            "timer": " ".join(event.value for event in node.events),
            "operation": " ".join(node.operation.parameters.values()) if node.operation else "",
            "loop": f"{node.loop.condition} {node.loop.source} {node.loop.cardinality}" if node.loop else "",
        }
        for what, source in said.items():
            if source:
                yield _asked(source), STEP.fill(name=name, what=WHATS[what])
        if limits := node.properties.get("fields"):
            try:
                yield set(parse(limits)), STEP.fill(name=name, what=WHATS["fields"])
            except ValueError:
                continue


def _in_called(manifest: Any) -> Iterator[tuple[set[str], Text]]:
    """A part that is called reads the same answers."""
    calls = manifest.get("calls") if isinstance(manifest, dict) else None
    for called in calls if isinstance(calls, list) else ():
        folder = str(called).replace("_", "-")
        path = PARTS / folder / f"{folder}.bpmn"
        if NAME.fullmatch(folder) and path.is_file():
            for names, place in _in_diagram(_nodes(path.read_text(encoding="utf-8"))[0]):
                yield names, CALLED.fill(name=folder, place=place)


def _in_files(files: Mapping[str, str], slug: str) -> Iterator[tuple[set[str], Text]]:
    """Decision tables and the template of the paper are looked through as words."""
    for name, text in files.items():
        if name not in (*OWN, f"{slug}.bpmn"):
            yield _words(text), FILE.fill(name=name)


def _hides(form: str, asked: Mapping[str, Any]) -> Iterator[tuple[set[str], Text]]:
    for key, component in asked.items():
        given = component.get("conditional")
        source = given.get("hide") if isinstance(given, dict) else given
        if isinstance(source, str):
            yield _asked(source), HIDE.fill(form=form, name=str(component.get("label") or key))


def _in_stories(walks: Any, steps: set[str], form: str, about: Any) -> Iterator[tuple[str, set[str]]]:
    for walk in walks if isinstance(walks, list) else ():
        if not isinstance(walk, dict):
            continue
        told = walk.get("steps")
        named = (
            [one for one in told if isinstance(one, dict) and one.get("task") in steps]
            if isinstance(told, list)
            else []
        )
        given = [one.get(part) for one in named for part in ("answers", "change")]
        if isinstance(about, dict) and about.get("form") == form:
            given.append(walk.get("start"))
        keys = {str(key) for one in given if isinstance(one, dict) for key in one}
        title = walk.get("title")
        yield str(title.get("zh") if isinstance(title, dict) else walk.get("id"))[:80], keys
