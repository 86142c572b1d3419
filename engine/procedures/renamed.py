"""A procedure's files under another code and title, as a starting point for another procedure."""

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson

from engine.errors import Invalid
from engine.text import Text

NOT_A_FOLDER = Text("源流程的 procedure.json 无法读取。", "The procedure.json of the source cannot be read.")
# What a diagram names after its process, besides the process itself.
KIN = "definitions|collaboration|pool|pool_shape|lanes|diagram|plane"


def renamed(files: Mapping[str, str], old: str, new: str, title: Text) -> dict[str, str]:
    """The files with the slug, the process, their ids and the title of another procedure; steps keep their ids."""
    told, manifest = dict(files), _manifest(files.get("procedure.json", ""))
    called = manifest.get("title", {}).get("zh", "")
    manifest |= {"slug": new, "process": new.replace("-", "_"), "title": {"zh": title.zh, "en": title.en}}
    told["procedure.json"] = orjson.dumps(manifest, option=orjson.OPT_INDENT_2).decode() + "\n"
    before, after = old.replace("-", "_"), new.replace("-", "_")
    ids = re.compile(rf'"{re.escape(before)}((?:_(?:{KIN}))?)"')
    diagram = told.pop(f"{old}.bpmn", "")
    diagram = diagram.replace(f"name={quoteattr(called)}", f"name={quoteattr(title.zh)}") if called else diagram
    told[f"{new}.bpmn"] = ids.sub(rf'"{after}\1"', diagram)
    if "walks.json" in told:
        told["walks.json"] = told["walks.json"].replace(f'"{old}/', f'"{new}/')
    return told


def _manifest(text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid({"slug": [NOT_A_FOLDER]}) from None
    return found
