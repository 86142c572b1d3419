"""Of several figures for one thing the most specific counts: a property, against the rule written out once more."""

import json
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rules.figures import Scope, figures, read

DAY = date(2026, 11, 20)
SCOPE = Scope("wechat", "main", ("WXD", "TRADE"), "pub-x", "post")
CLAUSE = {"regulation": "S0-1", "title": "t", "article": "1", "quote": "q"}
_folders = count()

chosen = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(["wechat", "weibo", ["wechat", "weibo"]]),
        "account": st.sampled_from(["main", "other", ["main", "other"]]),
        "organisation": st.sampled_from(["WXD", "TRADE", "HQ", ["HQ", "TRADE"]]),
        "procedure": st.sampled_from(["pub-x", "pub-y"]),
        "content": st.sampled_from(["post", "news"]),
    },
)
known = st.fixed_dictionaries(
    {
        "scope": chosen,
        "since": st.integers(-3, 1).map(lambda days: (DAY + timedelta(days)).isoformat()),
        "active": st.booleans(),
    },
    optional={"until": st.integers(-2, 2).map(lambda days: (DAY + timedelta(days)).isoformat())},
)


def figure(number: int, data: dict[str, Any]) -> dict[str, Any]:
    return {"rule": "C-T1", "figure": number, "level": "block", "clause": CLAUSE, **data}


def reference(common: list[Any], kind: list[Any], own: list[Any]) -> int | None:
    """Word for word: the procedure's own, then account, organisation, content, kind, common; then the newest."""
    best: tuple[Any, ...] | None = None
    number = None
    for place, each in [(1, one) for one in common] + [(2, one) for one in kind] + [(3, one) for one in own]:
        scope = {name: [value] if isinstance(value, str) else value for name, value in each["scope"].items()}
        if place == 2 and "channel" not in scope:
            scope["channel"] = ["wechat"]
        if date.fromisoformat(each["since"]) > DAY or date.fromisoformat(each.get("until", "9999-01-01")) < DAY:
            continue
        fits = {"channel": {"wechat"}, "account": {"main"}, "procedure": {"pub-x"}, "content": {"post"}}
        if any(not fits[name] & set(values) for name, values in scope.items() if name != "organisation"):
            continue
        units = scope.get("organisation", [])
        if "organisation" in scope and not {"WXD", "TRADE"} & set(units):
            continue
        rank = (
            place == 3,
            "procedure" in scope,
            "account" in scope,
            2 if "WXD" in units else 1 if "TRADE" in units else 0,
            "content" in scope,
            0 if "channel" not in scope else 1 if len(scope["channel"]) > 1 else 2,
            each["since"],
        )
        if best is None or rank >= best:
            best, number = rank, each["figure"] if each["active"] else None
    return number


@given(st.lists(known, max_size=4), st.lists(known, max_size=4), st.lists(known, max_size=3))
def test_the_most_specific_figure_counts(
    tmp_path_factory: pytest.TempPathFactory, common: list[Any], kind: list[Any], own: list[Any]
) -> None:
    numbers = count(1)
    everything = [[figure(next(numbers), each) for each in some] for some in (common, kind, own)]
    folder = tmp_path_factory.getbasetemp() / f"figures{next(_folders)}"
    folder.mkdir()
    for name, some in zip(("common", "wechat"), everything, strict=False):
        (folder / f"{name}.json").write_text(json.dumps(some), "utf-8")
    found = figures(SCOPE, DAY, read(everything[2]), folder)
    assert [each.figure for each in found] == [number for number in [reference(*everything)] if number]


def one(folder: Path, common: dict[str, Any], **own: Any) -> list[Any]:
    (folder / "common.json").write_text(json.dumps([figure(1, {"since": "2016-01-01", **common})]), "utf-8")
    (folder / "wechat.json").write_text("[]", "utf-8")
    mine = [figure(2, {"since": "2016-01-01", **own})] if own else []
    return [each.figure for each in figures(SCOPE, DAY, read(mine), folder)]


def test_a_procedure_replaces_a_figure_adds_one_or_switches_one_off(tmp_path: Path) -> None:
    assert one(tmp_path, {"scope": {"procedure": "pub-x"}}, level="warn") == [2]
    assert one(tmp_path, {}, aspect="other") == [1, 2]
    assert one(tmp_path, {}, active=False) == []


def test_the_nearer_unit_goes_before_the_one_above_it_and_each_holds_for_what_is_below() -> None:
    rules = read(
        [figure(n, {"since": "2016-01-01", "scope": {"organisation": unit}}) for n, unit in enumerate(["TRADE", "WXD"])]
    )
    for scope, wanted in ((("ZC-01", "ZC", "TRADE"), [0]), (("WXD", "TRADE"), [1]), (("BR1", "BANK"), [])):
        found = figures(Scope("website", organisation=scope), DAY, rules)
        assert [each.figure for each in found if each.rule == "C-T1"] == wanted
