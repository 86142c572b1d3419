"""Write lines into a file that only grows."""

from engine.connectors.ledger.client import append

__all__ = ["append"]
