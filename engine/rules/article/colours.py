"""Colours as #rrggbb, whatever way they were written, and whether two of them can be told apart."""

import re

NAMES = {
    name: f"#{code}"
    for name, code in (
        pair.split(":")
        for pair in (
            "black:000000 white:ffffff red:ff0000 green:008000 blue:0000ff yellow:ffff00 gray:808080 grey:808080 "
            "silver:c0c0c0 maroon:800000 purple:800080 fuchsia:ff00ff magenta:ff00ff lime:00ff00 olive:808000 "
            "navy:000080 teal:008080 aqua:00ffff cyan:00ffff orange:ffa500 gold:ffd700 pink:ffc0cb brown:a52a2a "
            "crimson:dc143c tomato:ff6347 coral:ff7f50 orangered:ff4500 darkred:8b0000 darkblue:00008b "
            "darkgreen:006400 darkorange:ff8c00 dimgray:696969 darkgray:a9a9a9 lightgray:d3d3d3 lightgrey:d3d3d3 "
            "whitesmoke:f5f5f5 indigo:4b0082 violet:ee82ee royalblue:4169e1 steelblue:4682b4 skyblue:87ceeb "
            "dodgerblue:1e90ff seagreen:2e8b57 forestgreen:228b22 chocolate:d2691e firebrick:b22222 "
            "turquoise:40e0d0 khaki:f0e68c beige:f5f5dc ivory:fffff0 lightyellow:ffffe0 lightblue:add8e6 "
            "lightgreen:90ee90 slategray:708090 salmon:fa8072 tan:d2b48c"
        ).split()
    )
}
HEX = re.compile("#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([0-9]{0,3}(?:\.[0-9]{1,8})?)(%?))?\s*\)")
LEAST_OPAQUE = 0.5
LEAST_CONTRAST = 1.3  # below it two colours look the same


def colour(value: str) -> str:
    """Empty for what is no colour, or one through which one sees more than half of what lies behind."""
    value = value.strip().lower()
    if HEX.fullmatch(value):
        digits = value[1:] if len(value) > 5 else "".join(each * 2 for each in value[1:])
        return f"#{digits[:6]}" if int(digits[6:] or "ff", 16) / 255 >= LEAST_OPAQUE else ""
    if found := RGB.fullmatch(value):
        red, green, blue = (min(int(found[part]), 255) for part in (1, 2, 3))
        opaque = float(found[4]) / (100 if found[5] else 1) if found[4] else 1
        return f"#{red:02x}{green:02x}{blue:02x}" if opaque >= LEAST_OPAQUE else ""
    return NAMES.get(value, "")


def readable(one: str, behind: str) -> bool:
    """Whether text of one colour can be told from what lies behind it; both as #rrggbb."""
    darker, lighter = sorted(map(_luminance, (one, behind)))
    return (lighter + 0.05) / (darker + 0.05) >= LEAST_CONTRAST


def _luminance(value: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = (int(value[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
