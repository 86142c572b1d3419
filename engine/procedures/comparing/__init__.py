"""Two folders of a procedure beside each other: everything that differs, from who decides to the place of a shape.

    comparison = compare(old_files, new_files)   # {name: text} each
    comparison.changes                           # [Change]; empty where both say the same

Pure: files in, differences out. Whatever bytes differ give at least one change; of what says the same but is written
otherwise it says that only the formatting is another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.procedures.comparing.change import ADDED, FORMATTING, REMOVED, Change
from engine.procedures.comparing.diagram import diagram_changes
from engine.procedures.comparing.drawing import Drawing, read_drawing
from engine.procedures.comparing.forms import form_changes
from engine.procedures.comparing.settings import setting_changes, walk_changes
from engine.procedures.comparing.tables import read_table, table_changes
from engine.procedures.comparing.texts import only_formatting, text_changes
from engine.procedures.comparing.values import differing, read
from engine.text import Text

__all__ = ["Change", "Comparison", "compare"]

EMPTY: dict[str, Any] = {"forms.json": {}, "walks.json": []}  # a folder without the file says the same


@dataclass
class Comparison:
    """Both sides: `old` and `new` are the diagrams by file name."""

    changes: list[Change]
    old: dict[str, Drawing] = field(default_factory=dict, repr=False)
    new: dict[str, Drawing] = field(default_factory=dict, repr=False)

    @property
    def only_formatting(self) -> bool:
        """Whether something is written otherwise and nothing is said otherwise."""
        return bool(self.changes) and all(one.kind == FORMATTING for one in self.changes)


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> Comparison:
    """Everything that differs between two folders, file by file."""
    comparison = Comparison([])
    if old == new:
        return comparison
    for file in sorted({*old, *new}, key=lambda name: (not name.endswith(".bpmn"), name)):
        _keep_drawings(comparison, file, old.get(file), new.get(file))
        if old.get(file) != new.get(file):
            found = list(_file(file, old.get(file), new.get(file), comparison))
            comparison.changes += found or [_unsaid(file, old.get(file), new.get(file))]
    return comparison


def _keep_drawings(comparison: Comparison, file: str, old: str | None, new: str | None) -> None:
    for text, kept in ((old, comparison.old), (new, comparison.new)):
        if file.endswith(".bpmn") and text is not None:
            drawing = comparison.old.get(file) if text == old and kept is comparison.new else read_drawing(text)
            if drawing:
                kept[file] = drawing


def _unsaid(file: str, old: str | None, new: str | None) -> Change:
    if old is not None and new is not None:
        return only_formatting(file)
    return Change(file, "file", ADDED if old is None else REMOVED, file, Text(file, file), (), "", old, new)


def _file(file: str, old: str | None, new: str | None, comparison: Comparison) -> Iterator[Change]:
    if file.endswith(".json"):
        yield from _values(file, old, new)
    elif file in comparison.old and file in comparison.new:
        yield from diagram_changes(file, comparison.old[file], comparison.new[file])
    elif file.endswith(".dmn") and old is not None and new is not None:
        before, after = read_table(old), read_table(new)
        yield from table_changes(file, before, after) if before and after else text_changes(file, old, new)
    else:
        yield from text_changes(file, old, new)


def _values(file: str, old: str | None, new: str | None) -> Iterator[Change]:
    nothing = EMPTY.get(file)
    try:
        before, after = (read(text) if text is not None else nothing for text in (old, new))
    except ValueError:
        yield from text_changes(file, old, new)
        return
    if file == "procedure.json" and isinstance(before, dict) and isinstance(after, dict):
        yield from setting_changes(file, before, after)
    elif file == "walks.json" and isinstance(before, list) and isinstance(after, list):
        yield from walk_changes(file, before, after)
    elif file == "forms.json" and isinstance(before, dict) and isinstance(after, dict):
        yield from form_changes(file, before, after)
    elif old is None or new is None:
        yield from text_changes(file, old, new)
    elif found := tuple(differing(before, after)):
        yield Change(file, "file", "changed", file, Text(file, file), found, "", before, after)
