"""What a procedure.json must say, and what is wrong with one."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from engine.procedures.assignment import BadAssignment, parse_who
from engine.rules.trial import is_figure
from engine.text import Text

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
FAMILY = re.compile(r"F([1-9]|1[0-4])")
MISSING = Text("缺少「{key}」", "“{key}” is missing")
WRONG = Text("「{key}」写得不对", "“{key}” is not right")
OTHER_NAME = Text(
    "slug 必须是文件夹名「{name}」,process 是把其中的 - 换成 _",
    "the slug must be the folder's name “{name}”, the process the same with _ for -",
)
ALWAYS = ("slug", "process", "title", "summary", "clauses", "defaults")
LONGEST_SLUG, LONGEST_TITLE = 60, 200
PROCEDURE = ("organisation", "family", "owner", "starters", "number", "retention_years")
TYPES = ("post", "article", "repost", "notice", "news", "material", "moments", "report", "plan")


def faults(manifest: dict[str, Any], name: str, part: bool = False) -> Iterator[Text]:
    """Everything wrong with a manifest, in reading order; a part has no owner, starters or number."""
    for key in ALWAYS if part else ALWAYS + PROCEDURE:
        if key not in manifest:
            yield MISSING.fill(key=key)
    fits = SLUG.fullmatch(name) and len(name) <= LONGEST_SLUG
    if not fits or (manifest.get("slug"), manifest.get("process")) != (name, name.replace("-", "_")):
        yield OTHER_NAME.fill(name=name)
    for key, value in manifest.items():
        if key in _FITS and not _FITS[key](value):
            yield WRONG.fill(key=key)


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(one), str) and value[one] for one in ("zh", "en"))


def _is_title(value: Any) -> bool:
    return _is_text(value) and all(len(value[one]) <= LONGEST_TITLE for one in ("zh", "en"))


def _is_starter(value: Any) -> bool:
    """A role, anywhere or in a named unit and those below it."""
    try:
        who = parse_who(value)
    except BadAssignment:
        return False
    return who.kind == "role" and who.unit != "applicant.unit"


def _is_rule(value: Any) -> bool:
    """A figure; who may allow an exception holds a post."""
    if not is_figure(value):
        return False
    override = value.get("override")
    try:
        return override is None or parse_who(override["who"]).kind in ("role", "head")
    except BadAssignment:
        return False


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)


def _is_clause(value: Any) -> bool:
    named = isinstance(value, dict) and all(
        isinstance(value.get(one), str) and value[one] for one in ("regulation", "title", "article", "quote")
    )
    return named and _are_words(value.get("steps")) and bool(value["steps"])


def _is_number(value: Any) -> bool:
    """A pattern such as GS-{year}-{serial:04} that gives every case of a year its own number."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9-]*\{year\}-\{serial(:0[1-9])?\}", value):
        return False
    return len(value) <= 40


def _is_switch(value: Any) -> bool:
    return _is_text(value) and isinstance(value.get("value"), bool)


def _is_content(value: Any) -> bool:
    """`channel` (key of the form) or `account` (a fixed one) where something is published in a channel; `rules` names
    the figures of what goes to no channel; `names`: part of a publication -> key of the form.
    """
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(one), str) for one in ("form", "title"))
        and all(isinstance(value.get(one, ""), str) for one in ("channel", "account"))
        and not {"channel", "account"} <= set(value)
        and isinstance(value.get("rules", True), bool | str)
        and value.get("type", "post") in TYPES
        and _are_names(value.get("names", {}))
    )


def _is_default(value: Any) -> bool:
    """What is ours, in words; `steps` names those that no document has."""
    return _is_text(value) and _are_words(value.get("steps", []))


def _is_warning(value: Any) -> bool:
    return _is_text(value) and isinstance(value.get("clause"), str) and bool(value["clause"])


def _are_names(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


_FITS = {
    "title": _is_title,
    "summary": _is_text,
    "organisation": lambda value: isinstance(value, str) and bool(value),
    "family": lambda value: isinstance(value, str) and bool(FAMILY.fullmatch(value)),
    "owner": lambda value: isinstance(value, dict) and {"role", "unit"} == set(value) and _are_words([*value.values()]),
    **dict.fromkeys(
        ("starters", "editors", "releasers", "viewers"),
        lambda value: _are_words(value) and bool(value) and all(map(_is_starter, value)),
    ),
    "number": _is_number,
    **dict.fromkeys(("retention_years", "keep_years"), lambda value: type(value) is int and 1 <= value <= 100),
    "clauses": lambda value: isinstance(value, list) and all(_is_clause(each) for each in value),
    "defaults": lambda value: isinstance(value, list) and all(_is_default(each) for each in value),
    "switches": lambda value: isinstance(value, dict) and all(_is_switch(each) for each in value.values()),
    "content": _is_content,
    "rules": lambda value: isinstance(value, list) and all(map(_is_rule, value)),
    "audit_and_publish": _is_warning,
    "publishing_steps": _are_words,
    "calls": lambda value: _are_words(value) and all(SLUG.fullmatch(each.replace("_", "-")) for each in value),
}


def title_of(files: Mapping[str, str], slug: str) -> Text:
    """The title the files of a draft give their procedure, or its slug while there is none."""
    try:
        title = orjson.loads(files["procedure.json"])["title"]
        return Text(str(title["zh"]), str(title["en"]))
    except (KeyError, TypeError, orjson.JSONDecodeError):
        return Text(slug, slug)
