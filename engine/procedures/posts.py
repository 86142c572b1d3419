"""Posts as procedure.json names them: `role("信息员", unit("销售部"))`, read for a page and written again."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from engine.procedures.assignment import BadAssignment, parse_who


class Post(NamedTuple):
    """A role, and the unit at or below which it is held; empty: anywhere."""

    role: str
    unit: str = ""

    def written(self) -> str:
        role, unit = (json.dumps(one, ensure_ascii=False) for one in self)
        return f"role({role}, unit({unit}))" if self.unit else f"role({role})"


def posts_of(rules: Iterable[object]) -> list[Post]:
    """The posts these rules name; what is none is left out."""
    found = []
    for rule in rules:
        try:
            who = parse_who(rule) if isinstance(rule, str) else None
        except BadAssignment:
            continue
        if who is not None and who.kind == "role":
            found.append(Post(who.name, who.unit))
    return found
