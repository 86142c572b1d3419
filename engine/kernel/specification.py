"""A process as it is stored and run: immutable, named by the hash of its canonical text, shared by threads."""

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256

from engine.kernel.build import build
from engine.kernel.deciding import Ready
from engine.kernel.errors import BrokenSnapshot
from engine.kernel.levels import Description, Tables
from engine.kernel.parse import VERSION, Drawn, describe
from engine.kernel.reads import Path, reads
from engine.kernel.specs import Process, Rule, Service


@dataclass(frozen=True)
class Specification:
    """`text` is canonical JSON with every called process inside; `sha256` its hash in hex."""

    text: str
    sha256: str
    process_id: str
    processes: dict[str, Process] = field(repr=False, compare=False)

    @property
    def tables(self) -> dict[str, Ready]:
        """The decision tables its rule steps ask, by id."""
        specs = (spec for process in self.processes.values() for spec in process.task_specs.values())
        return {spec.table.table.id: spec.table for spec in specs if isinstance(spec, Rule)}

    @cached_property
    def reads(self) -> frozenset[Path] | None:
        """What the way through it hangs on, where that is only what conditions read; see reads.py."""
        return reads(self.processes.values())

    @cached_property
    def operations(self) -> dict[str, tuple[str, str]]:
        """The operation of each element that has one, and where its answer is kept."""
        specs = [spec for process in self.processes.values() for spec in process.task_specs.values()]
        served = {spec.bpmn_id: spec.described["does"] for spec in specs if isinstance(spec, Service)}
        return {element: (does["id"], does["into"] or "") for element, does in served.items()}


def specify(documents: Drawn, process_id: str | None = None, tables: Tables | None = None) -> Specification:
    """The process of BPMN documents, read or not: the first holds it (or `process_id` names it), the rest called parts.

    `tables` are the decision tables they ask, as DMN, by id.

    Raises DiagramError for whatever cannot be run safely.
    """
    return specification(_text(describe(documents, process_id, tables)))


@lru_cache(maxsize=256)
def specification(text: str) -> Specification:
    """The specification of a text that `specify` made; building is done once per process and text."""
    description = json.loads(text)
    if description.get("v") != VERSION:
        raise BrokenSnapshot()
    return _made(text, description)


def lenient(documents: Drawn, process_id: str | None = None, tables: Tables | None = None) -> Specification:
    """The same for a trial of a diagram drawn elsewhere; never to be stored."""
    description = describe(documents, process_id, tables, lenient=True)
    return _made(_text(description), description)


def _made(text: str, description: Description) -> Specification:
    digest = sha256(text.encode()).hexdigest()
    return Specification(text, digest, description["process"], build(description))


def _text(description: Description) -> str:
    return json.dumps(description, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
