"""What somebody typed about one field of a form."""

from typing import Any

from engine.procedures.forms.detail import PLACES, Told

MOST_OPTIONS = 200


def told(posted: Any) -> Told:
    """Settings by name; the options stand in three columns."""
    settings = {name: posted.get(f"set.{name}", "").replace("\r\n", "\n") for name in PLACES}
    columns = [posted.getlist(f"option.{part}")[:MOST_OPTIONS] for part in ("value", "label", "en")]
    return Told(settings, list(zip(*columns, strict=False)), posted.get("set.key", "").strip())
