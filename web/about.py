"""A procedure as its page tells it: steps in their order, clauses with what follows from them, rules, what is ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from engine import queries
from engine.kernel.document import Node
from engine.procedures.outlook import nodes_of
from engine.procedures.version import Version
from engine.queries import Names, Procedure
from engine.queries.catalogue import Default, defaults
from engine.queries.rules import Bound, rules_of
from engine.text import Text
from web import course, wiring

SHOWN = ("serviceTask", "businessRuleTask", "callActivity")  # beside the steps of people


@dataclass(frozen=True)
class Step:
    """One step; `clauses` are their numbers on the page, `calls` the part it hands over to."""

    id: str
    name: Text
    who: Text
    human: bool
    clauses: list[int]
    ours: list[Text]


@dataclass(frozen=True)
class Clause:
    """One clause; `no` is its number on the page, `steps` the names of what follows from it."""

    no: int
    told: dict[str, Any]
    steps: list[Text]


@dataclass(frozen=True)
class Section:
    """The procedure itself, then each part it calls; `process` is empty for the procedure itself."""

    process: str
    title: Text
    steps: list[Step]
    clauses: list[Clause]
    defaults: list[tuple[Text, list[Text]]]


def pages(conn: sa.Connection, found: Procedure) -> dict[str, Any]:
    """What the template of the page asks for."""
    names = queries.names(conn)
    return {
        "entry": found.entry,
        "version": found.version,
        "organisation": names.unit(found.entry.organisation) if found.entry.organisation else None,
        "sections": list(sections(found, names)),
        "drawings": course.drawings(found.version),
        "rules": ruled(rules_of(conn, found.version, wiring.now())),
        "who": partial(course.who, names=names),
        "starter": partial(course.starter, names=names, organisation=found.entry.organisation),
    }


def sections(found: Procedure, names: Names) -> Iterator[Section]:
    version = found.version
    parts = {
        part["process"]: Text(part["title"]["zh"], part["title"]["en"]) for part in version.manifest.get("parts", [])
    }
    clauses = [_clause(no, told, version) for no, told in enumerate(version.manifest["clauses"], 1)]
    ours = list(defaults(version.manifest))
    for process, title in {"": found.entry.title, **parts}.items():
        nodes = _in_order(version, process or version.specification.process_id)
        yield Section(
            process,
            title,
            [_step(node, version, names, clauses) for node in nodes],
            [one for one in clauses if one.told.get("part", "") == process],
            [(one.text, _names(version, one)) for one in ours if one.part == process],
        )


def ruled(found: list[Bound]) -> list[tuple[str, list[Bound]]]:
    """The figures by the number of their rule."""
    return [(rule, list(figures)) for rule, figures in groupby(found, key=lambda one: one.figure.rule)]


def _clause(no: int, told: dict[str, Any], version: Version) -> Clause:
    return Clause(no, told, [course.step(version, step) for step in told.get("steps", [])])


def _names(version: Version, default: Default) -> list[Text]:
    return [course.step(version, step) for step in default.steps]


def _step(node: Node, version: Version, names: Names, clauses: list[Clause]) -> Step:
    return Step(
        node.id,
        course.step(version, node.id),
        course.who(node.properties.get("who", ""), names, version),
        node.human,
        [one.no for one in clauses if node.id in one.told.get("steps", [])],
        course.basis(version, node.id).ours,
    )


def _in_order(version: Version, process: str) -> list[Node]:
    """The steps of a process as its drawing leads from one to the next."""
    nodes = {node.id: node for node in nodes_of(version).values() if node.process == process}
    queue = [node.id for node in nodes.values() if node.kind == "startEvent" and node.scope == process]
    seen = dict.fromkeys(queue)
    for at in queue:
        targets = [flow.target for flow in nodes[at].outgoing]
        targets += [node.id for node in nodes.values() if at in (node.attached_to, node.scope)]
        for target in targets:
            if target in nodes and target not in seen:
                seen[target] = None
                queue.append(target)
    rest = [name for name in nodes if name not in seen]
    return [nodes[name] for name in [*seen, *rest] if nodes[name].human or nodes[name].kind in SHOWN]
