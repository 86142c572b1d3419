"""What somebody typed about one field of a form."""

from typing import Any

from engine.procedures.forms.conditions import written
from engine.procedures.forms.detail import PLACES, Told

MOST_OPTIONS = 200


def told(posted: Any) -> Told:
    """Settings by name; the options stand in three columns."""
    settings = {name: posted.get(f"set.{name}", "").replace("\r\n", "\n") for name in PLACES}
    if posted.get("hide.name"):  # in three words; `name|type of the field`
        name, _, kind = posted["hide.name"].partition("|")
        settings["hide"] = written(name, posted.get("hide.sign") != "no", posted.get("hide.value", "").strip(), kind)
    columns = [posted.getlist(f"option.{part}")[:MOST_OPTIONS] for part in ("value", "label", "en")]
    return Told(settings, list(zip(*columns, strict=False)), posted.get("set.key", "").strip())
