"""What every check is given, and the two ways it speaks: an error blocks publication, a warning informs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.kernel.document import Document, Node, Process
from engine.procedures.findings import Finding, Level, plain

Schema = Mapping[str, Any]
Forms = Mapping[str, Schema]
Tables = Mapping[str, bytes]


@dataclass(frozen=True)
class Part:
    """A process that others call, with the forms of its own folder."""

    document: Document
    forms: Forms | None = None
    tables: Tables = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What is known around a diagram; None means not known, so not checked."""

    forms: Forms | None = None  # None for a bare diagram
    operations: frozenset[str] = frozenset()
    parts: Mapping[str, Part] = field(default_factory=dict)  # by process id
    roles: frozenset[str] | None = None  # ids and Chinese names
    units: frozenset[str] | None = None
    given: frozenset[str] | None = frozenset()  # names in the data at the start; None: any
    foreign: bool = False  # drawn elsewhere: assignments and forms are not required
    tables: Tables = field(default_factory=dict)  # decision tables as DMN, by id


@dataclass(frozen=True)
class Scene:
    """One process under the lamp, with its document and its forms."""

    process: Process
    document: Document
    forms: Forms | None
    context: Context
    callers: tuple[Process, ...] = ()
    given: frozenset[str] | None = None  # what a called process finds in the data
    tables: Tables = field(default_factory=dict)

    def form(self, node: Node) -> Schema | None:
        return (self.forms or {}).get(node.properties.get("form", ""))

    @property
    def complete(self) -> bool:
        """Whether every earlier step is known; a part looked at alone does not know its callers'."""
        return bool(self.callers) or self.context.given is not None

    def into(self, called: Process, given: frozenset[str] | None = None) -> "Scene":
        """The scene of a process this one calls."""
        part = self.context.parts.get(called.id)
        inside = any(one is called for one in self.document.processes)
        document, forms = (self.document, None) if inside or part is None else (part.document, part.forms)
        forms = {**self.forms, **(forms or {})} if self.forms is not None else forms
        tables = {**self.tables, **(part.tables if part is not None else {})}
        return Scene(called, document, forms, self.context, (*self.callers, self.process), given, tables)


class Check(Protocol):
    def __call__(self, scene: Scene) -> Iterator[Finding]: ...


class Placed(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def line(self) -> int | None: ...


def label(one: Placed) -> str:
    return plain(one.name or one.id, 60)


def error(code: str, at: Placed, zh: str, en: str, **facts: object) -> Finding:
    return say("error", code, at, zh, en, **facts)


def warning(code: str, at: Placed, zh: str, en: str, **facts: object) -> Finding:
    return say("warning", code, at, zh, en, **facts)


def say(level: Level, code: str, at: Placed, zh: str, en: str, **facts: object) -> Finding:
    """`{at}` in a sentence is the element's name, or its id."""
    facts = {"at": label(at) or "?", **facts}
    return Finding.at(
        code, level, zh.format_map(facts), en.format_map(facts), element=at.id, name=at.name, line=at.line
    )
