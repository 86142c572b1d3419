"""One folder of the catalogue as an object: manifest, diagrams with the called parts, forms and walks."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson

from engine.errors import QianfaError, TooLarge
from engine.procedures.folder import MAX_BYTES, SUFFIXES
from engine.procedures.manifest import faults
from engine.procedures.walk_file import BadWalk, in_full
from engine.text import Text

MAX_DEPTH = 5  # of parts that call parts

NO_FILE = Text("文件不存在", "there is no such file")
NOT_JSON = Text("第{line}行不是合法的 JSON", "line {line} is not valid JSON")
NESTED = Text("嵌套过深", "it is nested too deeply")
NOT_TEXT = Text("不是 UTF-8 文本", "it is not text in UTF-8")
NOT_OF_KIND = Text("最外层必须是{kind}", "it must hold {kind}")
OBJECT, LIST = Text("对象", "an object"), Text("列表", "a list")
UNKNOWN_PART = Text("调用的流程「{name}」在 {place} 找不到", "the called process “{name}” is not in {place}")
TOO_DEEP = Text("调用的流程一层套一层,或互相调用", "the called processes call each other or nest too deeply")
SAME_TABLE = Text("决策表「{name}」与调用的流程重名", "the decision table “{name}” is also one of a called process")
SAME_FORM = Text("表单「{name}」与调用的流程重名", "the form “{name}” is also one of a called process")


class BadPackage(QianfaError):
    code = "bad_package"
    status = 422
    message = Text("流程文件夹有误:{place}:{fault}。", "The procedure's folder is not right: {place}: {fault}.")


@dataclass(frozen=True)
class Package:
    """A procedure, or a part that others call; `forms` and `clauses` include those of its parts."""

    folder: Path
    manifest: dict[str, Any]
    documents: dict[str, bytes]  # by file name: its own diagram first, then those of its parts
    forms: dict[str, Any]
    walks: list[dict[str, Any]] = field(default_factory=list)
    parts: dict[str, "Package"] = field(default_factory=dict)  # by process id, those of parts too
    sheet: str | None = None  # its own template of the approval sheet
    files: dict[str, str] = field(default_factory=dict)  # its own folder as it was written, by file name
    tables: dict[str, bytes] = field(default_factory=dict)  # decision tables by id, those of parts too

    @property
    def slug(self) -> str:
        return str(self.manifest["slug"])

    @property
    def process(self) -> str:
        return str(self.manifest["process"])

    @property
    def title(self) -> Text:
        return Text(self.manifest["title"]["zh"], self.manifest["title"]["en"])

    @property
    def clauses(self) -> list[dict[str, Any]]:
        """Its own clauses, then those of the parts it calls, which say to which `part` they belong."""
        own: list[dict[str, Any]] = self.manifest["clauses"]
        called = [(process, part.manifest["clauses"]) for process, part in self.parts.items()]
        return own + [clause | {"part": process} for process, clauses in called for clause in clauses]

    @property
    def called(self) -> list[dict[str, Any]]:
        """What its parts are called and what in them is ours."""
        told = ("slug", "process", "title", "summary", "defaults")
        return [{name: part.manifest[name] for name in told} for part in self.parts.values()]

    @property
    def switches(self) -> dict[str, Any]:
        """The value of each switch at the start."""
        return {name: switch["value"] for name, switch in self.manifest.get("switches", {}).items()}


def load_package(folder: Path | str, parts: Path | None = None, *, walks: bool = True) -> Package:
    """Read a folder such as bpmn/publishing/<slug>; `parts` is where called processes lie, by default beside it.

    Without `walks` the stories are left unread: what runs does not depend on them.
    Raises BadPackage with the file and the fault, TooLarge.
    """
    folder = Path(folder).resolve()
    package = _load(folder, parts or folder.parent.parent / "parts", MAX_DEPTH)
    package = replace(package, files=_texts(folder))
    return replace(package, walks=_walks(folder / "walks.json")) if walks else package


def package_folders(catalogue: Path) -> list[Path]:
    """The folders of a catalogue that hold a procedure; parts are no procedures."""
    found = sorted(path.parent for path in catalogue.glob("*/*/procedure.json"))
    return [folder for folder in found if folder.parent.name != "parts"]


def _load(folder: Path, home: Path, depth: int) -> Package:
    path = folder / "procedure.json"
    manifest = _json(path, dict)
    for fault in faults(manifest, folder.name, part=folder.parent == home):
        raise BadPackage(place=path.name, fault=fault)
    diagram = f"{folder.name}.bpmn"
    documents = {diagram: _bytes(folder / diagram)}
    forms = _json(folder / "forms.json", dict)
    tables = {path.stem: _bytes(path) for path in sorted(folder.glob("*.dmn"))}
    parts = _parts(manifest.get("calls", []), home, depth)
    for part in parts.values():
        documents[f"{part.slug}.bpmn"] = part.documents[f"{part.slug}.bpmn"]
        for name in part.forms.keys() & forms.keys():
            if part.forms[name] != forms[name]:
                raise BadPackage(place="forms.json", fault=SAME_FORM.fill(name=name))
        forms |= part.forms
        for name in part.tables.keys() & tables.keys():
            if part.tables[name] != tables[name]:
                raise BadPackage(place=f"{name}.dmn", fault=SAME_TABLE.fill(name=name))
        tables |= part.tables
    return Package(folder, manifest, documents, forms, parts=parts, sheet=_sheet(folder / "sheet.typ"), tables=tables)


def _texts(folder: Path) -> dict[str, str]:
    """The files of a folder that belong to a procedure, to be read again when somebody changes it."""
    found = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    try:
        return {path.name: _bytes(path).decode() for path in found}
    except UnicodeDecodeError:
        raise BadPackage(place=folder.name, fault=NOT_TEXT) from None


def _sheet(path: Path) -> str | None:
    try:
        return _bytes(path).decode() if path.exists() else None
    except UnicodeDecodeError:
        raise BadPackage(place=path.name, fault=NOT_TEXT) from None


def _parts(calls: list[str], home: Path, depth: int) -> dict[str, Package]:
    if calls and not depth:
        raise BadPackage(place="procedure.json", fault=TOO_DEEP)
    parts: dict[str, Package] = {}
    for called in calls:
        folder = home / called.replace("_", "-")
        if not (folder / "procedure.json").is_file():
            raise BadPackage(place="procedure.json", fault=UNKNOWN_PART.fill(name=called, place=home.name))
        part = _load(folder, home, depth - 1)
        parts |= {part.process: part} | part.parts
    return parts


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise BadPackage(place=path.name, fault=NO_FILE)
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(limit="2 MB")
    return path.read_bytes()


def _json(path: Path, kind: type) -> Any:
    try:
        found = orjson.loads(_bytes(path).decode())
        orjson.dumps(found)  # it will be kept: what is nested without end is told here
    except UnicodeDecodeError:
        raise BadPackage(place=path.name, fault=NOT_TEXT) from None
    except orjson.JSONDecodeError as error:
        raise BadPackage(place=path.name, fault=NOT_JSON.fill(line=error.lineno)) from None
    except TypeError:
        raise BadPackage(place=path.name, fault=NESTED) from None
    if not isinstance(found, kind):
        raise BadPackage(place=path.name, fault=NOT_OF_KIND.fill(kind=OBJECT if kind is dict else LIST))
    return found


def _walks(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    try:
        return in_full(_json(path, list))
    except BadWalk as error:
        raise BadPackage(place=path.name, fault=error.text) from None
