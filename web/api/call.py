"""A request of the interface once it is known who asks, and for what."""

from dataclasses import dataclass
from typing import Any

from engine.people import Person


@dataclass(frozen=True)
class Call:
    """A checked request; `body` is what the operation's reader made of it."""

    person: Person
    where: dict[str, Any]  # what the path names
    query: dict[str, Any]
    body: Any = None

    @property
    def id(self) -> int:
        found: int = self.where["id"]
        return found
