"""The name under which an uploaded file is shown: one line, no path, nothing that hides or disguises."""

import re
import unicodedata

MAX_LENGTH = 120
UNNAMED = "未命名"
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def display_name(given: str) -> str:
    """The last part of what was sent, without control and direction characters, cut but for its ending."""
    last = re.split(r"[/\\]", given)[-1][-4096:]
    plain = unicodedata.normalize("NFC", last)
    plain = "".join(each for each in plain if unicodedata.category(each)[0] != "C" and each not in '<>:"|?*')
    plain = " ".join(plain.split()).strip(" .")
    if DEVICES.fullmatch(plain):
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > MAX_LENGTH:
        ending = ending[:20] if dot else ""
        plain = f"{(stem or plain)[: MAX_LENGTH - len(ending) - 1]}{dot}{ending}"
    return plain or UNNAMED


def extension(name: str) -> str:
    """The ending in lower case, without the dot; "" if there is none."""
    _, dot, ending = name.rpartition(".")
    return ending.lower() if dot else ""
