"""What a check has to say: a stable code, a level, the place, and one sentence in Chinese and in English."""

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    code: str
    level: Level
    element: str  # the id drawn, or empty
    name: str
    line: int | None
    zh: str
    en: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def at(
        cls,
        code: str,
        level: Level,
        zh: str,
        en: str,
        *,
        element: str = "",
        name: str = "",
        line: int | None = None,
    ) -> "Finding":
        """A finding whose texts are safe to print, whatever the file they quote contains."""
        return cls(code, level, plain(element), plain(name), line, plain(zh, 600), plain(en, 600))


def blocking(findings: list[Finding]) -> bool:
    return any(finding.level == "error" for finding in findings)


def gave_up() -> Finding:
    return Finding.at(
        "check_gave_up",
        "error",
        "检查这个文件用尽了允许的时间或内存,不能发布;请简化流程图。",
        "Checking this file used up the time or memory allowed, so it may not be published; simplify it.",
    )


def plain(text: str, limit: int = 120) -> str:
    """Text without control, direction or unassigned characters, on one line and not longer than `limit`."""
    kept = "".join(" " if unicodedata.category(one) in _HIDDEN else one for one in text[: limit + 1])
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
