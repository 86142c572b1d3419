"""The audit trail: insert-only rows, a hash chain for every case, anchors over all chains."""

from engine.trail.anchor import Anchor, anchor, moved
from engine.trail.chain import GENESIS, HOUSE, Entry, Head, house, row_hash, rows, write
from engine.trail.verify import Fault, verify

__all__ = [
    "GENESIS",
    "HOUSE",
    "Anchor",
    "Entry",
    "Fault",
    "Head",
    "anchor",
    "house",
    "moved",
    "row_hash",
    "rows",
    "verify",
    "write",
]
