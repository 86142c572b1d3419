"""Paper: an approval sheet as PDF, set from a template and the case's data by a process of its own."""

from engine.paper.draw import Unprintable, draw

__all__ = ["Unprintable", "draw"]
