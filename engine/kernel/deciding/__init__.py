"""决策表: read from DMN, asked with the data of a case, written as DMN; nothing in a table is ever executed."""

from engine.kernel.deciding.ask import Decided, Ready, Undecided, prepare
from engine.kernel.deciding.cells import BadCell, literal, parse_test, taken
from engine.kernel.deciding.dmn import read_table, table_in
from engine.kernel.deciding.table import HITS, KINDS, Column, Row, Table
from engine.kernel.deciding.write import write_table

__all__ = [
    "HITS",
    "KINDS",
    "BadCell",
    "Column",
    "Decided",
    "Ready",
    "Row",
    "Table",
    "Undecided",
    "literal",
    "parse_test",
    "prepare",
    "read_table",
    "table_in",
    "taken",
    "write_table",
]
