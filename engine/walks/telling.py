"""A story into the walks.json of a draft: with an id that is free, and the end it came to."""

from typing import Any

import orjson

from engine.errors import BadInput, Invalid
from engine.procedures.walk_file import in_full
from engine.text import Text
from engine.walks.trying import Tried

NO_TITLE = Text("请给演练起个名字。", "Give the story a name.")
NOT_STARTED = Text("还没有发起,没有可以保存的演练。", "Nothing was started yet: there is no story to keep.")
UNREADABLE = Text("walks.json 无法读取,请先改正。", "walks.json cannot be read; mend it first.")


def expected(story: dict[str, Any], tried: Tried) -> dict[str, Any]:
    """The story of a try with what came of it as what is expected."""
    if tried.view is None or tried.refused is not None:
        raise BadInput(NOT_STARTED)
    view = tried.view
    expect: dict[str, Any] = {"state": view.state, "ended": [view.outcome] if view.outcome else []}
    steps = list(story.get("steps", []))
    if not tried.ended:
        steps.append({"open": sorted(one.step for one in tried.open)})
    return {**story, "steps": steps, "expect": expect}


def with_story(walks: str | None, story: dict[str, Any], title: str) -> str:
    """The text of walks.json with one more story; Invalid without a title, BadInput where it can't be read."""
    if not title.strip():
        raise Invalid({"title": [NO_TITLE]})
    try:
        told = orjson.loads(walks or "[]")
    except orjson.JSONDecodeError:
        raise BadInput(UNREADABLE) from None
    if not isinstance(told, list):
        raise BadInput(UNREADABLE)
    taken = {str(one.get("id")) for one in told if isinstance(one, dict)}
    name = next(f"story_{number}" for number in range(1, len(told) + 2) if f"story_{number}" not in taken)
    title = title.strip()[:100]
    told.append({"id": name, "title": {"zh": title, "en": title}, **story})
    in_full(told)
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"
