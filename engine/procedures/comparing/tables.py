"""Two decision tables beside each other: columns and rows added, removed, changed and moved."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.kernel.errors import DiagramError
from engine.kernel.xml import read_xml
from engine.procedures.comparing.change import ADDED, CHANGED, MOVED, REMOVED, Change, Property
from engine.procedures.comparing.pairing import out_of_order, paired
from engine.procedures.comparing.xml import KIND, SCOPE, Facts, Thing, differing_facts, local, things
from engine.text import Text

COLUMNS, ROW = ("input", "output"), "rule"
APART = (*COLUMNS, ROW, "decision", "inputData", "businessKnowledgeModel", "knowledgeSource", "decisionService")
PLACE = "#place"


@dataclass
class Table:
    """A file of decision tables taken apart; `rows` and `columns` of each decision in their order."""

    things: dict[str, Thing]
    rows: dict[str, list[str]]
    columns: dict[tuple[str, str], list[str]]  # by decision, and input or output


def read_table(text: str) -> Table | None:
    """The decision tables of a file; None for what is none."""
    try:
        root = read_xml(text.encode("utf-8", "surrogatepass"))
    except DiagramError:
        return None
    counted: Counter[str] = Counter()
    found: dict[str, Thing] = {}
    for thing in things(root, _apart):
        counted[thing.id] += 1
        id = thing.id if counted[thing.id] == 1 else f"{thing.id}#{counted[thing.id]}"
        thing.facts = {(KIND,): thing.kind, (SCOPE,): thing.scope} | thing.facts
        found[id] = thing
    table = Table(found, {}, {})
    for id, one in found.items():
        if one.kind == ROW:
            table.rows.setdefault(one.scope, []).append(id)
        elif one.kind in COLUMNS:
            table.columns.setdefault((one.scope, one.kind), []).append(id)
    for rows in table.rows.values():
        for row in rows:
            _name_cells(found[row], table)
    return table


def _name_cells(row: Thing, table: Table) -> None:
    """A cell is known by its column, so that a new column changes the others of no row."""
    for key in list(row.facts):
        kind, _, no = key[0].partition("#")
        if kind.endswith("Entry"):
            columns = table.columns.get((row.scope, kind.removesuffix("Entry")), [])
            at = int(no or 1) - 1 if (no or "1").isdigit() else len(columns)
            if at < len(columns):
                row.facts[(f"{kind}[{columns[at]}]", *key[1:])] = row.facts.pop(key)


def _apart(element: etree._Element) -> str | None:
    return (element.get("id") or local(element)) if local(element) in APART else None


def table_changes(file: str, old: Table, new: Table) -> Iterator[Change]:
    """Every difference of two files of decision tables."""
    moved = {one: places for orders in (old.rows, old.columns) for one, places in _moved(orders, old, new)}
    for id in dict.fromkeys([*old.things, *new.things]):
        before, after = old.things.get(id), new.things.get(id)
        found = differing_facts(_facts(before), _facts(after))
        stays = bool(found)
        if id in moved:
            found = (*found, moved[id])
        one = after or before
        if found and one is not None:
            kind = (CHANGED if stays else MOVED) if before and after else REMOVED if before else ADDED
            what = "column" if one.kind in COLUMNS else "row" if one.kind == ROW else "table"
            yield Change(file, what, kind, id, _name(one, id, new if after else old), found, "", before, after)


def _facts(thing: Thing | None) -> Facts:
    return thing.facts if thing else {}


def _moved(orders: dict[Any, list[str]], old: Table, new: Table) -> Iterator[tuple[str, Property]]:
    """Rows and columns that both have in another order; the first row that fits may be the one that is taken."""
    for key, before in orders.items():
        after = (new.rows if orders is old.rows else new.columns).get(key, [])
        pairs = paired(before, after, lambda id: id)
        places = {b: a for a, b in pairs}
        for at in out_of_order([b for _, b in pairs]):
            yield after[at], Property((PLACE,), str(places[at] + 1), str(at + 1))


def _name(thing: Thing, id: str, table: Table) -> Text:
    if thing.kind == ROW:
        no = table.rows[thing.scope].index(id) + 1
        return Text(f"第 {no} 行", f"row {no}")
    name = thing.element.get("label") or thing.element.get("name") or id
    return Text(name, name)
