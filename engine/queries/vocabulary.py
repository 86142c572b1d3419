"""The words a diagram may use here, for whoever draws one: roles, units, forms, operations, parts, acts, channels."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import QianfaError
from engine.kernel.document import Document
from engine.operations import KINDS, OPERATIONS
from engine.operations.labels import LABELS
from engine.procedures.acts import WORDS
from engine.procedures.checks.assignment import ONE, SIGN
from engine.procedures.checks.fields import fields
from engine.procedures.folder import PARTS
from engine.queries.decision_tables import decision_tables
from engine.queries.studio import DraftView
from engine.text import Text
from engine.units import line
from models import channels, roles, units

# What an assignment may be: its word, what it names, and how a person says it.
WHO: dict[str, tuple[str, str, Text]] = {
    "applicant": ("applicant", "", Text("申请人", "The applicant")),
    "head": ("head_of", "unit", Text("单位负责人", "The head of a unit")),
    "superior": ("superior_of", "unit", Text("上级单位负责人", "The head of the unit above")),
    "superiors": ("superiors_of", "unit", Text("逐级上级负责人", "Every head above, in turn")),
    "role": ("role", "role", Text("担任某岗位的人", "Whoever holds a post")),
    "person": ("person", "path", Text("表单或登记中写的人", "A person named in the data")),
    "actor": ("actor_of", "step", Text("之前某一步的办理人", "Who acted on an earlier step")),
    "operator": ("operator_of", "path", Text("渠道的运营人", "The operators of a channel")),
}


def vocabulary(conn: sa.Connection, draft: DraftView) -> dict[str, Any]:
    """All of it as plain data, with a Text where a person reads. Three statements."""
    return {
        "roles": [{"id": row.id, "name": row.zh, "label": Text(row.zh, row.en)} for row in _all(conn, roles)],
        "units": list(_units(conn)),
        "channels": [
            {"code": row.code, "label": Text(row.name, row.name_en or row.name)} for row in _all(conn, channels)
        ],
        "forms": dict(_forms(draft.json("forms.json", {}))),
        "switches": dict(_switches(draft.json("procedure.json", {}))),
        "operations": [_operation(name) for name in OPERATIONS],
        "tables": list(_tables(draft)),
        "parts": _parts(PARTS),
        "acts": [{"name": name, "label": label} for name, label in WORDS.items()],
        "who": [
            {"kind": kind, "word": word, "names": names, "label": label, "one": kind in ONE, "several": kind in SIGN}
            for kind, (word, names, label) in WHO.items()
        ],
    }


def _tables(draft: DraftView) -> Iterator[dict[str, Any]]:
    """The decision tables of the draft that can be read, with what each puts into the data."""
    for view in decision_tables(draft):
        if view.table is not None:
            name, gives = view.table.name, [one.key for one in view.table.outputs]
            yield {"id": view.id, "label": Text(name or view.id, name or view.id), "gives": gives}


def _all(conn: sa.Connection, table: sa.Table) -> list[Any]:
    return list(conn.execute(sa.select(table).order_by(*table.primary_key)))


def _units(conn: sa.Connection) -> Iterator[dict[str, Any]]:
    """Each with how deep it lies; a parent stands before its children."""
    found = {row.id: row for row in _all(conn, units)}
    above = {row.id: row.parent_id for row in found.values()}
    paths = {one: list(reversed(list(line(one, above)))) for one in found}
    for one in sorted(found, key=lambda each: paths[each]):
        row = found[one]
        yield {
            "code": row.code,
            "name": row.name,
            "names": [row.code, row.name, *row.aliases],
            "label": Text(row.name, row.name_en or row.name),
            "depth": len(paths[one]) - 1,
        }


def _forms(schemas: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, schema in schemas.items() if isinstance(schemas, dict) else ():
        if isinstance(schema, Mapping) and isinstance(schema.get("components", []), list):
            yield name, [_field(one) for one in fields(schema)]


def _field(one: Mapping[str, Any]) -> dict[str, Any]:
    """`asked`: whether a condition may ask for it; files and the content stay outside the diagram."""
    given = one.get("properties")
    properties: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    label, values = str(one.get("label") or one["key"]), one.get("values")
    return {
        "key": str(one["key"]),
        "type": str(one.get("type", "")),
        "label": _text(label, properties.get("en")),
        "asked": one.get("type") != "filepicker" and properties.get("content") not in (True, "true"),
        "options": [
            {"value": str(each.get("value")), "label": _text(str(each.get("label", each.get("value"))), each.get("en"))}
            for each in (values if isinstance(values, list) else [])
            if isinstance(each, Mapping)
        ],
    }


def _text(zh: str, en: Any) -> Text:
    return Text(zh, en if isinstance(en, str) and en else zh)


def _switches(manifest: Any) -> Iterator[tuple[str, Text]]:
    found = manifest.get("switches") if isinstance(manifest, dict) else None
    for name, switch in found.items() if isinstance(found, dict) else ():
        given = switch if isinstance(switch, Mapping) else {}
        yield str(name), _text(str(given.get("zh", name)), given.get("en"))


def _operation(name: str) -> dict[str, Any]:
    asked = {key: one for key, one in signature(OPERATIONS[name]).parameters.items() if key != "work"}
    parameters = [
        {"name": key, "required": one.default is Parameter.empty, "kind": _kind(one.annotation)}
        for key, one in asked.items()
    ]
    return {"name": name, "label": LABELS[name].name, "parameters": parameters, "gives": LABELS[name].gives}


def _kind(annotation: Any) -> Text:
    words = [KINDS[kind] for kind in KINDS if kind.__name__ in str(annotation)]
    return Text("或".join(word.zh for word in words), " or ".join(word.en for word in words))


@lru_cache(maxsize=2)
def _parts(shelf: Path) -> list[dict[str, Any]]:
    """What a diagram may call, each with its human steps, its forms and its drawing."""
    return [dict(part) for part in map(_part, sorted(shelf.glob("*/procedure.json"))) if part]


def _part(path: Path) -> dict[str, Any] | None:
    try:
        manifest = orjson.loads(path.read_bytes())
        forms = orjson.loads((path.parent / "forms.json").read_bytes())
        xml = (path.parent / f"{path.parent.name}.bpmn").read_bytes()
        nodes = [node for process in Document.read(xml).processes for node in process.nodes]
    except (OSError, orjson.JSONDecodeError, QianfaError):
        return None
    results = {node.operation.result: node.operation.id for node in nodes if node.operation and node.operation.result}
    return {
        "process": manifest["process"],
        "label": Text(manifest["title"]["zh"], manifest["title"]["en"]),
        "summary": Text(manifest["summary"]["zh"], manifest["summary"]["en"]),
        "steps": [{"id": node.id, "name": node.name} for node in nodes if node.human],
        "forms": dict(_forms(forms)),
        "results": results,
        "xml": xml.decode(),
    }
