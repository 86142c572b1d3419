"""The audit trail: insert-only rows, a hash chain for every case, anchors over all chains."""

from engine.trail.anchor import Anchor, anchor, moved
from engine.trail.chain import GENESIS, HOUSE, Entry, Head, house, row_hash, rows, write
from engine.trail.export import export, said_at
from engine.trail.verify import Fault, verify

__all__ = [
    "GENESIS",
    "HOUSE",
    "Anchor",
    "Entry",
    "Fault",
    "Head",
    "anchor",
    "export",
    "house",
    "moved",
    "row_hash",
    "rows",
    "said_at",
    "verify",
    "write",
]
