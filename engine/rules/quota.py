"""How often a channel may send: the figure; the booking itself is an operation."""

from collections.abc import Sequence

from engine.rules.figures import RuleFigure, of
from engine.rules.violation import Violation
from engine.text import Text

SPENT = Text(
    "该渠道 {day} 的群发次数({limit} 次)已用完。", "The channel's mass sends of {day} ({limit}) are used up."
)


def check_quota(booked: int, day: str, rules: Sequence[RuleFigure]) -> list[Violation]:
    """C-F1: whether one more mass send fits; `booked` counts those of the channel on that day, no tests."""
    spent = [figure for figure in of("C-F1", rules) if booked >= figure.figure]
    return [figure.broken("", SPENT, day=day, limit=figure.figure) for figure in spent]
