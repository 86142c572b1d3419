"""Paper: an approval sheet as PDF, set from a template and the case's data by a process of its own."""

from engine.paper.drawing import BrokenSheet, Unprintable, draw, faults, typeset

__all__ = ["BrokenSheet", "Unprintable", "draw", "faults", "typeset"]
