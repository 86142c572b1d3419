"""Check content against the figures of its channel, and name it by one hash that approvals are bound to."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from engine.rules import category, link, picture, secrecy, source, text, video
from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.media import FileFacts
from engine.rules.violation import Violation

Check = Callable[[RuleFigure, Draft], Iterable[Violation]]

CHECKS: dict[tuple[str, str], Check] = {
    ("C-T1", ""): text.length,
    ("C-T4", ""): picture.present,
    ("C-I1", "format"): picture.format_,
    ("C-I1", "larger_than"): picture.larger_than,
    ("C-I1", "smaller_than"): picture.smaller_than,
    ("C-I4", ""): source.rights,
    ("C-V1", "format"): video.format_,
    ("C-V1", "doubtful"): video.doubtful,
    ("C-V1", "at_most"): video.at_most,
    ("C-L1", ""): link.described,
    ("C-S1", ""): source.given,
    ("C-S3", ""): source.verified,
    ("C-S5", ""): source.permitted,
    ("C-P1", ""): secrecy.not_secret,
    ("C-P2", ""): category.listed,
}
# rules about a case or a channel, not about its content
ELSEWHERE = {"C-P6", "C-F1", "C-F2"}


def check_content(
    content: Mapping[str, Any],
    files: Sequence[FileFacts],
    channel_rules: Sequence[RuleFigure],
    names: Mapping[str, str] | None = None,
) -> list[Violation]:
    """Every rule that the content breaks, blocking ones first; see Draft for the parts and `names`."""
    draft = Draft(content, files, names)
    content_rules = [figure for figure in channel_rules if figure.rule not in ELSEWHERE]
    found = [each for figure in content_rules for each in CHECKS[figure.rule, figure.aspect](figure, draft)]
    return sorted(found, key=lambda violation: violation.level)


def content_sha256(fields: Mapping[str, Any], files: Iterable[FileFacts | str]) -> str:
    """One hash for one content: the order of keys and the spelling of characters do not matter."""
    hashes = {each if isinstance(each, str) else each.sha256 for each in files}
    content = {"fields": _canonical(fields), "files": sorted(hashes)}
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {unicodedata.normalize("NFC", key): _canonical(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return int(value)  # 1.0 and 1 are one number in JSON
    return value
