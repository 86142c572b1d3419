"""Where it hurts on the drawing: each step of one procedure with a number, and how warm it is beside the others."""

from math import ceil
from typing import NamedTuple

from engine.figures import Figures, gathered, spread
from engine.queries.audit.figures import Row, View

BY = ("count", "waiting", "work")
LEVELS = 5


class Warm(NamedTuple):
    """`value`: a number of tasks, or the median in seconds; `level` 1 to 5, the warmest step has 5; 0: nothing."""

    row: Row
    value: float
    level: int


def heat(view: View, by: str) -> list[Warm]:
    """The steps of the procedure that is asked for, the warmest first."""
    procedure = view.names.procedure_id(view.asked.procedure or "")
    found = gathered(view.tallies.values(), lambda key: key.subject if key.procedure == procedure else None, "step")
    values = {step: _value(figures, by) for step, figures in found.items()}
    most = max(values.values(), default=0)
    warm = [
        Warm(Row(step, view.step(procedure, step), figures), values[step], _level(values[step], most))
        for step, figures in found.items()
    ]
    return sorted(warm, key=lambda one: (-one.value, one.row.key))


def _value(figures: Figures, by: str) -> float:
    if by == "count":
        return figures.counts["done"]
    found = spread(figures.lengths.get(by, ()))
    return found.median if found else 0


def _level(value: float, most: float) -> int:
    return ceil(LEVELS * value / most) if most else 0
