"""Check content against the figures of its channel, and name it by one hash that approvals are bound to."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from engine.rules import (
    account,
    article,
    category,
    declared,
    link,
    naming,
    notice,
    personal,
    picture,
    required,
    schedule,
    secrecy,
    source,
    text,
    video,
    words,
)
from engine.rules.draft import Around, Draft
from engine.rules.figures import RuleFigure
from engine.rules.media import FileFacts
from engine.rules.violation import Violation

Check = Callable[[RuleFigure, Draft], Iterable[Violation]]

CHECKS: dict[tuple[str, str], Check] = {
    ("C-T1", ""): text.at_most,
    ("C-T2", ""): text.at_least,
    ("C-T3", ""): text.linked,
    ("C-T4", ""): picture.present,
    ("C-T5", ""): words.glossed,
    ("C-T6", "wording"): words.wording,
    ("C-T6", "self_check"): declared.ticked,
    ("C-T7", ""): notice.marked,
    ("C-T8", ""): required.given,
    ("C-T8", "expiry"): notice.still_valid,
    ("C-T9", ""): required.given,
    ("C-I1", "format"): picture.format_,
    ("C-I1", "larger_than"): picture.larger_than,
    ("C-I1", "smaller_than"): picture.smaller_than,
    ("C-I2", "format"): picture.format_,
    ("C-I2", "smaller_than"): picture.smaller_than,
    ("C-I3", "camera"): picture.designed,
    ("C-I3", "pixels"): picture.sharp,
    ("C-I4", ""): source.rights,
    ("C-V1", "format"): video.format_,
    ("C-V1", "doubtful"): video.doubtful,
    ("C-V1", "at_most"): video.at_most,
    ("C-L1", ""): link.described,
    ("C-L1", "host"): link.plain_host,
    ("C-S1", ""): source.given,
    ("C-S2", ""): source.checkable,
    ("C-S3", ""): source.verified,
    ("C-S4", ""): source.own_or_quoted,
    ("C-S5", ""): source.permitted,
    ("C-S6", ""): source.labelled,
    ("C-P1", ""): secrecy.not_secret,
    ("C-P2", ""): category.listed,
    ("C-P4", ""): personal.consented,
    ("C-P7", ""): personal.not_internal,
    ("C-P8", ""): declared.ticked,
    ("C-P9", ""): declared.ticked,
    ("C-B1", ""): schedule.early,
    ("C-B2", ""): schedule.shelved,
    ("C-B4", ""): declared.ticked,
    ("C-N1", ""): naming.nickname,
    ("C-N2", ""): naming.nickname,
    ("C-N3", ""): naming.real_name,
    ("C-N4", ""): declared.ticked,
    ("C-N5", ""): naming.prefix,
    ("C-N6", ""): naming.protected,
    ("C-N7", ""): naming.similar,
    ("C-N8", ""): required.given,
    ("C-A3", ""): account.limited,
    ("C-A8", ""): required.attached,
    ("C-A9", ""): required.attached,
    ("C-A11", ""): account.not_oneself,
    ("C-R4", ""): required.attached,
    ("C-W1", ""): account.strong,
}
BY_RULE: dict[str, Check] = {"C-P3": words.prohibited}  # whatever the aspect: each is a list of words
# rules about a case, a channel or a register, not about what a content says
ELSEWHERE = frozenset(
    "C-P5 C-P6 C-F1 C-F2 C-Q1 C-Q2 C-Q3 C-Q4 C-Q5 C-Q6 C-Q7 C-Q8 C-B3 C-B5 C-A1 C-A2 C-A4 C-A5 C-A6 C-A7 C-A10 "
    "C-W5 C-R3".split()
)


def check_of(figure: RuleFigure) -> Check | None:
    """What looks whether content keeps to the figure; None where something else sees to the rule."""
    return CHECKS.get((figure.rule, figure.aspect)) or BY_RULE.get(figure.rule)


def check_content(
    content: Mapping[str, Any],
    files: Sequence[FileFacts],
    channel_rules: Iterable[RuleFigure],
    names: Mapping[str, str] | None = None,
    around: Around | None = None,
) -> list[Violation]:
    """Every rule that the content breaks, blocking ones first; see Draft for the parts and `names`."""
    draft = Draft(content, files, names, around)
    asked = (figure for figure in channel_rules if draft.asks(figure.options.get("when_asked")))
    checks = [(check, figure) for figure in asked if (check := check_of(figure))]
    found = [each for check, figure in checks for each in check(figure, draft)]
    return sorted(found, key=lambda violation: violation.level)


def content_sha256(fields: Mapping[str, Any], files: Iterable[FileFacts | str]) -> str:
    """One hash for one content: the order of keys and the spelling of characters do not matter."""
    return hashlib.sha256(hashed_content(fields, files)).hexdigest()


def hashed_content(fields: Mapping[str, Any], files: Iterable[FileFacts | str]) -> bytes:
    """What is hashed, as JSON."""
    hashes = {each if isinstance(each, str) else each.sha256 for each in files}
    content = {"fields": _canonical(fields), "files": sorted(hashes)}
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def named_files(value: Any) -> Iterator[str]:
    """Every file a set of answers refers to, wherever it stands; in an article by its pictures."""
    if isinstance(value, dict):
        if isinstance(value.get("sha256"), str):
            yield value["sha256"]
        for inner in value.values():
            yield from named_files(inner)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, str) and len(inner) == 64:
                yield inner
            else:
                yield from named_files(inner)
    elif isinstance(value, str):
        yield from article.pictures(value)


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
