"""The audit trail: insert-only rows, a hash chain for every case, anchors over all chains."""

from engine.trail.anchor import Anchor, anchor, moved
from engine.trail.chain import GENESIS, HOUSE, Entry, Head, house, row_hash, rows, write
from engine.trail.export import export, said_at
from engine.trail.reads import READS_AT_ONCE, ReadFault, link_reads, verify_reads
from engine.trail.verify import Fault, verify

__all__ = [
    "GENESIS",
    "HOUSE",
    "READS_AT_ONCE",
    "Anchor",
    "Entry",
    "Fault",
    "Head",
    "ReadFault",
    "anchor",
    "export",
    "house",
    "link_reads",
    "moved",
    "row_hash",
    "rows",
    "said_at",
    "verify",
    "verify_reads",
    "write",
]
