"""Set one sheet, in a process of its own with limits: JSON comes in, the PDF goes out.

Run as a script. Once the fonts are in memory the process opens nothing any more, neither file nor connection: what a
template asks for that is not in its own text and data does not exist.
"""

import json
import re
import resource
import struct
import sys
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

CPU_SECONDS = 5
MEMORY = 1 << 30
WARM = b'#set text(font: "Noto Sans SC")\n\xe6\xb8\xa9*\xe6\xb8\xa9*'
LONG = re.compile(r"[!-~]{16,}")  # letters and signs without a place to break the line
BREAK = "\u200b"
EVERY = 8


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    import typst

    asked = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[asked["fonts"]])
    here = {"root": asked["fonts"], "font_paths": fonts}
    typst.compile(WARM, format="pdf", **here)
    data = fit(asked["data"], drawn_by(min(Path(asked["fonts"]).glob("*.ttf"))))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    try:
        pdf = typst.compile(
            asked["source"].encode(),
            format="pdf",
            sys_inputs={"data": json.dumps(data | asked["exact"])},
            timestamp=datetime.fromisoformat(asked["at"]),
            **here,
        )
    except typst.TypstError as error:
        said = re.sub(r" \(searched at [^)]*\)", "", error.message)  # where this machine keeps its files is nobody's
        print(said, *error.hints, sep="; ", file=sys.stderr)
        sys.exit(3)
    sys.stdout.buffer.write(pdf)


def fit(value: Any, drawn: set[int]) -> Any:
    """Every text as it can be set: what the font cannot draw is named, what has no end may be broken."""
    if isinstance(value, dict):
        return {name: fit(inner, drawn) for name, inner in value.items()}
    if isinstance(value, list):
        return [fit(inner, drawn) for inner in value]
    if not isinstance(value, str):
        return value
    shown = "".join(sign if ord(sign) in drawn or sign == BREAK else _named(sign) for sign in value)
    return LONG.sub(lambda hit: BREAK.join(hit[0][at : at + EVERY] for at in range(0, len(hit[0]), EVERY)), shown)


def _named(sign: str) -> str:
    """A character that would be an empty box, by its number; what nobody could see is left out."""
    kind = unicodedata.category(sign)
    return " " if kind in ("Cc", "Zs", "Zl", "Zp") else "" if kind in ("Cf", "Cs", "Mn") else f"〔U+{ord(sign):04X}〕"


def drawn_by(font: Path) -> set[int]:
    """The characters a TrueType font has a shape for, from the widest table of its `cmap`."""
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    entries = (struct.unpack_from(">4sIII", data, 12 + 16 * number) for number in range(tables))
    base = next(start for tag, _, start, _ in entries if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", data, base + 2)
    starts = [base + struct.unpack_from(">HHI", data, base + 4 + 8 * number)[2] for number in range(subtables)]
    widest = next(start for start in starts if struct.unpack_from(">H", data, start)[0] == 12)
    (groups,) = struct.unpack_from(">I", data, widest + 12)
    found: set[int] = set()
    for number in range(groups):
        first, last, _ = struct.unpack_from(">III", data, widest + 16 + 12 * number)
        found.update(range(first, last + 1))
    return found


if __name__ == "__main__":
    main()
