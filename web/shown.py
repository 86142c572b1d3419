"""Which part of the timeline of a case is shown: all of it, or what somebody looks for."""

from typing import Any

from engine.queries import CaseView
from engine.queries.told import OVERSEES
from engine.text import Text

# What an address may ask for (`show=`), with the verbs it shows; the messages are no lines of the trail.
PARTS: dict[str, tuple[Text, frozenset[str]]] = {
    "decisions": (
        Text("审批", "decisions"),
        frozenset("submit decide return sign sign_after answer rework recall withdraw cancel end override".split()),
    ),
    "content": (Text("稿件", "content"), frozenset({"submit", "archive", "take_down", "override"})),
    "outside": (
        Text("外部", "outside"),
        frozenset(f"outside_{one}" for one in "ask open wrong_code refused answer revoke".split()),
    ),
    "repairs": (
        Text("异常与修复", "incidents and repairs"),
        frozenset(
            "incident retry repair_ask repair repair_refuse repair_withdraw migrate migrate_back suspend resume".split()
        ),
    ),
}
MESSAGES = Text("消息", "messages")


def chips(view: CaseView) -> list[tuple[str, Text]]:
    """What this case has something of; the messages for who may read whom they went to."""
    verbs = {event.verb for event in view.timeline}
    found = [(name, label) for name, (label, of) in PARTS.items() if verbs & of]
    return [*found, ("messages", MESSAGES)] if view.relations & OVERSEES else found


def narrowed(entries: list[dict[str, Any]], show: str) -> list[dict[str, Any]]:
    """The lines of that part; all of them where nothing known is asked for."""
    return [one for one in entries if one["verb"] in PARTS[show][1]] if show in PARTS else entries
