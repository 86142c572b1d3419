"""Whether a decision table is complete and says one thing: its domains, its gaps, its overlaps, its faults."""

from engine.procedures.deciding.domains import Domain, Source, sources
from engine.procedures.deciding.faults import Fault, table_faults

__all__ = ["Domain", "Fault", "Source", "sources", "table_faults"]
