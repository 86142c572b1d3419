"""What is told of a generated history: its cases and their tasks, in plain Python."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Act:
    """One task of the diagram; times in seconds since the history began.

    `waited_paused`, `worked_paused`: how long the case stood still before it was claimed, and after.
    """

    id: int
    step: str
    opened: int
    due: int | None
    claimed: int | None = None
    closed: int | None = None
    state: str = "open"
    actor: int | None = None
    for_id: int | None = None
    decision: str | None = None
    comment: str | None = None
    late: int | None = None
    waited_paused: int = 0
    worked_paused: int = 0


@dataclass(slots=True)
class Told:
    """One case; times in seconds since the history began."""

    id: int
    slug: str
    version: int
    unit: str
    unit_id: int
    applicant: int
    started: int
    ended: int | None = None
    state: str = "running"
    outcome: str | None = None
    planted: str | None = None
    acts: list[Act] = field(default_factory=list)
    published: int | None = None
    account: int | None = None
    lent: tuple[int, int, int | None] | None = None  # since, until, returned
    slot: int | None = None  # day since the history began
