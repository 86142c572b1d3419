"""Which steps may be approved together with others: those that say so and ask nothing but the decision."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.procedures.forms import Form, questions
from engine.procedures.version import Version

APPROVE = "approve"


def takes_batch(properties: Mapping[str, Any] | None, version: Callable[[], Version]) -> bool:
    """Whether the diagram allows it on the step and its form asks for no more than decision and comment."""
    if not properties or "batch" not in re.split(r"[\s,,]+", properties.get("acts", "")):
        return False
    form = version().form_at(properties)
    return form is not None and asks_only_a_decision(form)


def asks_only_a_decision(form: Form) -> bool:
    keys = {each.key for each in questions(form.fields)}
    return keys <= {"decision", "comment"} and any(one.value == APPROVE for one in form.decision_options)
