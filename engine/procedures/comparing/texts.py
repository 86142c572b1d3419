"""Two texts beside each other, line by line: what is no diagram, form or setting, or cannot be read as one."""

from collections.abc import Iterator

from engine.procedures.comparing.change import ADDED, CHANGED, FORMATTING, REMOVED, Change, Property
from engine.procedures.comparing.pairing import hunks
from engine.text import Text


def text_changes(file: str, old: str | None, new: str | None) -> Iterator[Change]:
    """One change with its passages; a file that came or went is one too."""
    if old == new:
        return
    name = Text(file, file)
    if old is None or new is None:
        kind = ADDED if old is None else REMOVED
        yield Change(file, "file", kind, file, name, (Property(("text",), old, new),), old=old, new=new)
        return
    before, after = (text.splitlines() for text in (old, new))
    passages = tuple(
        Property(("line", str((come.start or gone.start) + 1)), _joined(before, gone), _joined(after, come))
        for gone, come in hunks(before, after)
    )
    yield Change(file, "text", CHANGED if passages else FORMATTING, file, name, passages, old=old, new=new)


def _joined(lines: list[str], places: range) -> str | None:
    return "\n".join(lines[places.start : places.stop]) if places else None


def only_formatting(file: str) -> Change:
    """The bytes differ, what they say does not."""
    return Change(file, "file", FORMATTING, file, Text(file, file))
