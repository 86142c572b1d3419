"""How far a case kept to its diagram: the diagram as a workflow net, and the alignment of what was done with it."""

from engine.conformance.alignment import Fit, fit
from engine.conformance.drawn import drawn
from engine.conformance.net import Net, NotComparable

__all__ = ["Fit", "Net", "NotComparable", "drawn", "fit"]
