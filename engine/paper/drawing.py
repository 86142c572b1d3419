"""Draw a sheet: the library of parts, the template that puts them together, the data; always the same bytes."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno

from engine.errors import QianfaError
from engine.paper import press
from engine.text import Text

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT / "bpmn" / "sheets"
FONTS = ROOT / "web" / "static" / "dist" / "fonts"
SECONDS = 30
BROKEN_TEMPLATE = 3
TOO_MUCH = Text("用的时间或内存太多", "it takes too much time or memory")

log = logging.getLogger("qianfa.paper")


class Unprintable(QianfaError):
    code = "unprintable"
    status = 500
    message = Text("审批单没有生成,请联系管理员。", "The sheet could not be made; tell an administrator.")


class BrokenSheet(Unprintable):
    code = "broken_sheet"
    status = 422
    message = Text("审批单模板有误:{fault}", "The template of the sheet is not right: {fault}")


def draw(template: str | None, data: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF; without a template the common one. `data["address"]` becomes the code to scan.

    Raises BrokenSheet with what is wrong with the template, Unprintable when the press itself fails.
    """
    source = (SHEETS / "library.typ").read_text("utf-8") + (template or (SHEETS / "default.typ").read_text("utf-8"))
    return typeset(source, data, at, theirs=bool(template))


def typeset(source: str, data: Mapping[str, Any], at: datetime, *, theirs: bool = False) -> bytes:
    """The PDF of a whole source; `theirs`: somebody else wrote of it, and may have asked for too much."""
    asked = {"source": source, "fonts": str(FONTS), "data": dict(data), "at": at.isoformat(timespec="seconds")}
    asked["exact"] = {"link": data["address"], "qr": qr(data["address"])}
    command = [sys.executable, "-I", str(Path(press.__file__))]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=json.dumps(asked).encode(), capture_output=True, timeout=SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise BrokenSheet(fault=TOO_MUCH) from None
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == BROKEN_TEMPLATE:
        raise BrokenSheet(fault=said[:300])
    if done.returncode < 0 and theirs:  # a limit ended it
        raise BrokenSheet(fault=TOO_MUCH)
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        log.error("the press ended with %s: %s", done.returncode, said[-500:])
        raise Unprintable()
    return done.stdout


def faults(template: str) -> Text | None:
    """What is wrong with a template, tried on a sheet that has everything; None when it can be set."""
    try:
        draw(template, TRIAL, datetime(2026, 1, 1, tzinfo=UTC))
    except BrokenSheet as error:
        return error.text
    return None


TRIAL: dict[str, Any] = {
    "heading": "试排审批单", "organisation": "示范集团", "number": "GS-2026-0001", "title": "标题", "state": "审批中",
    "applicant": "甲", "unit": "乙", "started_at": "2026年1月1日 09:00", "printed_at": "2026年1月1日 09:00",
    "printed_by": "丙", "watermark": "丙", "revision": 1, "content_sha256": "0" * 64, "trail_seq": 1,
    "trail_head": "0" * 64, "code": "0000-0000-0000-0000", "address": "http://127.0.0.1/verify/0000000000000000",
    "fields": [{"label": "正文", "lines": ["一"], "files": [{"name": "a.jpg", "size": "1 字节", "sha256": "0" * 64}]}],
    "opinions": [{"step": "审核", "who": "丁", "at": "2026年1月1日 09:00", "decision": "同意", "comment": "可以"}],
    "waiting": [{"step": "批准", "who": "戊"}],
    "clauses": [{"quote": "条文", "source": "《办法》第一条"}],
}  # fmt: skip


def qr(address: str) -> str:
    """The address as a code to scan, an SVG; a quarter of it may be lost on paper."""
    drawn = io.BytesIO()
    segno.make(address, error="q").save(drawn, kind="svg", border=0, scale=4, nl=False)
    return drawn.getvalue().decode()
