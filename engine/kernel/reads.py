"""What the way through a process hangs on: the names its conditions read, where nothing else can turn a token."""

import ast
from collections.abc import Iterable, Iterator

from engine.kernel.errors import NotUnderstood
from engine.kernel.expression import parse_expression, unwrapped
from engine.kernel.specs import Process, Rule

Path = tuple[str, ...]  # a name, and what is asked of it by dots: `applicant.unit` and no more of the applicant
PLAIN = ("none", "terminate")  # events that neither wait nor carry anything
WHOLE = "form"  # the whole data


def reads(processes: Iterable[Process]) -> frozenset[Path] | None:
    """The paths that conditions ask for; None where timers, messages, tables, repetitions or `form` have a say."""
    specs = [spec for process in processes for spec in process.task_specs.values()]
    found = set[Path]()
    for spec in specs:
        said = spec.described
        if "loop" in said or isinstance(spec, Rule) or said.get("event", {"kind": "none"})["kind"] not in PLAIN:
            return None
        try:
            for way in said.get("next", ()):
                found |= set(_paths(parse_expression(unwrapped(way[1])), ())) if way[1] else set()
        except NotUnderstood:
            return None
    return None if any(path[0] == WHOLE for path in found) else frozenset(found)


def _paths(node: ast.AST, asked: Path) -> Iterator[Path]:
    if isinstance(node, ast.Attribute):
        yield from _paths(node.value, (node.attr, *asked))
    elif isinstance(node, ast.Name):
        yield (node.id, *asked)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _paths(child, ())
