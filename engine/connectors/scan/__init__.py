"""Asks a virus scanner whether a file may be taken in: a program, or clamd over the network."""

from engine.connectors.scan.client import CLEAN, INFECTED, UNKNOWN, Scan, open_scanner

__all__ = ["CLEAN", "INFECTED", "UNKNOWN", "Scan", "open_scanner"]
