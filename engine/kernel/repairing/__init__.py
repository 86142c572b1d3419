"""Repairing a case by hand: a step passed over, a token put elsewhere, another value; what is left out is told."""

from engine.kernel.repairing.moving import Beyond, NotMovable, left_out, move, rests, targets
from engine.kernel.repairing.stops import Stop, skip, stops
from engine.kernel.repairing.values import change, has_value

__all__ = [
    "Beyond",
    "NotMovable",
    "Stop",
    "change",
    "has_value",
    "left_out",
    "move",
    "rests",
    "skip",
    "stops",
    "targets",
]
