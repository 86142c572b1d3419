"""Another value of a running case: for every token that knows the old one, and for the dates timers wait for."""

import re
from typing import Any

from engine.kernel.delivery import events_of
from engine.kernel.flow import Flow
from engine.kernel.plain import plain


def has_value(flow: Flow, name: str) -> bool:
    """Whether any token knows the name."""
    return any(name in task.data for level in flow._case.levels() for task in level.open_ones())


def change(flow: Flow, name: str, value: Any) -> None:
    """Raises an ExpressionError where a timer cannot wait for the new date."""
    clean = plain({name: value}, name)
    for level in flow._case.levels():
        for task in level.open_ones():
            if name not in task.data:
                continue
            task.data |= clean
            task.internal_data["own"] = [*task.internal_data.get("own", ()), name]
            for key, event in events_of(task):
                named = event["kind"] == "timer" and name in re.findall(r"\w+", str(event["value"]))
                if named and event["form"] == "date" and key in task.internal_data.get("timers", {}):
                    flow._case.set_timer(task, event, key)
