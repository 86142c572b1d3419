"""The words that go with an act."""

from engine.errors import Invalid
from engine.text import Text

MOST = 2_000
MISSING = Text("请填写说明。", "Say why.")
TOO_LONG = Text("说明最多2000字。", "At most 2,000 characters.")


def said(comment: str, missing: Text = MISSING, *, needed: bool = True) -> str:
    """The comment without blanks around it; Invalid when it is too long, or missing where it is needed."""
    comment = comment.strip()
    if (needed and not comment) or len(comment) > MOST:
        raise Invalid({"comment": [TOO_LONG if comment else missing]})
    return comment
