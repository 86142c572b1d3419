"""Figures: what each of them is, computed from rows alone; no table is known here."""

from engine.figures.held import Pause, course, spent
from engine.figures.period import GRAINS, Period, current, ended_before, periods, read_period
from engine.figures.spread import Spread, spread
from engine.figures.tally import Figures, Key, Tally, gathered, said

__all__ = [
    "GRAINS",
    "Figures",
    "Key",
    "Pause",
    "Period",
    "Spread",
    "Tally",
    "course",
    "current",
    "ended_before",
    "gathered",
    "periods",
    "read_period",
    "said",
    "spent",
    "spread",
]
