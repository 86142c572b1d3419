"""Where it hurts on the drawing: each step of one procedure with a number, and how warm it is beside the others."""

from math import ceil
from typing import NamedTuple

from engine.figures import gathered
from engine.queries.audit.figures import Row, View

BY = ("waiting", "work", "busy", "late", "count")
LEVELS = 5


class Warm(NamedTuple):
    """`value`: seconds (medians, or all together: `busy`), a share of deadlines missed, or a number of tasks.

    `level`: from the least value to the most in five, so the warmest step has 5; 0: nothing.
    """

    row: Row
    value: float
    level: int


def heat(view: View, by: str) -> list[Warm]:
    """The steps of the procedure that is asked for, the warmest first."""
    procedure = view.names.procedure_id(view.asked.procedure or "")
    found = gathered(view.tallies.values(), lambda key: key.subject if key.procedure == procedure else None, "step")
    values = {step: _value(Row(step, view.step(procedure, step), figures), by) for step, figures in found.items()}
    least, most = min(filter(None, values.values()), default=0), max(values.values(), default=0)
    warm = [
        Warm(Row(step, view.step(procedure, step), figures), values[step], _level(values[step], least, most))
        for step, figures in found.items()
    ]
    return sorted(warm, key=lambda one: (-one.value, one.row.key))


def _value(row: Row, by: str) -> float:
    if by == "count":
        return row.count("done")
    if by == "busy":
        return row.busy
    if by == "late":
        return 100 - row.kept if row.kept is not None else 0
    found = row.spread(by)
    return found.median if found else 0


def _level(value: float, least: float, most: float) -> int:
    if not value:
        return 0
    return min(LEVELS, max(1, ceil(LEVELS * (value - least) / (most - least)))) if most > least else LEVELS
