"""The audit trail: insert-only rows, a hash chain for every case, anchors over all chains."""

from engine.trail.anchor import Anchor, anchor, moved
from engine.trail.chain import GENESIS, HOUSE, Entry, Head, house, row_hash, rows, write
from engine.trail.export import export, said_at
from engine.trail.numbers import Missing, missing_numbers
from engine.trail.reads import READS_AT_ONCE, ReadFault, link_reads, verify_reads
from engine.trail.register import EntryFault, entry_sha256, is_said, verify_register
from engine.trail.verify import Fault, verify

__all__ = [
    "GENESIS",
    "HOUSE",
    "READS_AT_ONCE",
    "Anchor",
    "Entry",
    "EntryFault",
    "Fault",
    "Head",
    "Missing",
    "ReadFault",
    "anchor",
    "entry_sha256",
    "export",
    "house",
    "is_said",
    "link_reads",
    "missing_numbers",
    "moved",
    "row_hash",
    "rows",
    "said_at",
    "verify",
    "verify_reads",
    "verify_register",
    "write",
]
