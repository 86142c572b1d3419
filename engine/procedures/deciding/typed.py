"""Cells as people type them: Chinese signs, bare words and labels become S-FEEL; and S-FEEL in words again."""

import re

from engine.kernel.deciding import BadCell, parse_test
from engine.procedures.deciding.cover import words
from engine.procedures.deciding.domains import Source

ANY = ("-", "任意", "不限", "any")
_SIGNS = str.maketrans("，、；（）［］＜＞＝“”„＂＋－—．０１２３４５６７８９", ',,,()[]<>=""""+--.0123456789')
_LONGER = (("≥", ">="), ("≤", "<="), ("=>", ">="), ("=<", "<="), ("…", ".."), ("～", ".."), ("~", ".."))
_DAY = re.compile(r'(?<!["\d])(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})日?(?!["\d])')
_NOT = re.compile(r"(?:not|非|除)\s*\((.*)\)|(?:非|除了?)\s*(.+)", re.S)


def typed_test(text: str, kind: str, source: Source | None = None) -> str:
    """The cell of an input, as it is kept; what cannot be understood stays as it was typed."""
    text = " ".join(text.split())
    if text in ANY or text in ("－", "—"):
        return "-"
    if kind == "string":
        return _words(text, source)
    return _plain(text, kind)


def typed_result(text: str, kind: str) -> str:
    """The cell of an output, as it is kept."""
    text = " ".join(text.split())
    if kind == "string" and text:
        return text if _quoted(text) else _quote(text)
    return _plain(text, kind)


def told(cell: str, kind: str, source: Source | None) -> str:
    """A cell of an input in the words of its form; empty where that says nothing more."""
    labels = {value: label.zh for value, label in source.choices} if source else {}
    if kind != "string" or not labels or cell == "-":
        return ""
    try:
        test = parse_test(cell, kind)
    except BadCell:
        return ""
    names = "、".join(_short(labels.get(words(span.low), words(span.low))) for span in test.spans)
    return f"除 {names}" if test.negated else names


def _short(label: str) -> str:
    return label if len(label) <= 12 else f"{label[:11]}…"


def _plain(text: str, kind: str) -> str:
    text = text.translate(_SIGNS)
    for sign, meant in _LONGER:
        text = text.replace(sign, meant)
    if kind == "date":
        return _DAY.sub(lambda day: f'date("{day[1]}-{int(day[2]):02}-{int(day[3]):02}")', text)
    return {"是": "true", "否": "false"}.get(text, text) if kind == "boolean" else text


def _words(text: str, source: Source | None) -> str:
    text = text.translate(_SIGNS) if any(sign in text for sign in "“”„＂（") else text
    negated = _NOT.fullmatch(text)
    inner = (negated[1] or negated[2]).strip() if negated else text
    if not inner or inner[0] in "<>[]":
        return text
    values = {label: value for value, labels in (source.choices if source else ()) for label in (labels.zh, labels.en)}
    parts = [inner] if inner in values else _split(inner)  # a label may hold commas
    cells = ", ".join(one if _quoted(one) else _quote(values.get(one, one)) for one in parts)
    return f"not({cells})" if negated else cells


def _split(text: str) -> list[str]:
    """The parts between commas that stand outside quotes."""
    parts = re.findall(r'"(?:[^"\\]|\\.)*"|[^,,、]+', text)
    return [one.strip() for one in parts if one.strip()]


def _quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"'


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
