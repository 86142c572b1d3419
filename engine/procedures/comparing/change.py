"""One difference between two folders of a procedure, as plain data."""

from dataclasses import dataclass, field
from typing import Any

from engine.text import Text

ADDED, REMOVED, CHANGED, MOVED, FORMATTING = "added", "removed", "changed", "moved", "formatting"
LAYOUT = ("shape", "edge")  # places of a drawing that change no case


@dataclass(frozen=True)
class Property:
    """What one of them says and the other does not; None: it says nothing of it."""

    path: tuple[str, ...]
    old: str | None
    new: str | None

    @property
    def key(self) -> str:
        return self.path[0] if self.path else ""


@dataclass(frozen=True)
class Change:
    """`what`: node flow lane drawn shape edge form field setting clause default rule switch column row walk text file.

    `id` is the element's, `inside` the form of a field; `old` and `new` are what the words need of both sides.
    """

    file: str
    what: str
    kind: str
    id: str
    name: Text
    properties: tuple[Property, ...] = ()
    inside: str = ""
    old: Any = field(default=None, repr=False, compare=False)
    new: Any = field(default=None, repr=False, compare=False)

    def of(self, *path: str) -> Property | None:
        """What changed at this path."""
        return next((one for one in self.properties if one.path == path), None)
