"""Figures are data: of a channel, of an account, since a day, each with its clause."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.errors import NotFound
from engine.rules.content import CHECKS, ELSEWHERE
from engine.rules.figures import CHANNELS, Scope, figures, load
from engine.rules.trial import is_figure
from engine.vault import SHORTEST

KINDS = frozenset({"wechat", "weibo", "wecom", "website", "moments", "group", "douyin", "accounts"})
# what the diagrams and the calendars of the channels hold, with its clause
DRAWN = {f"C-Q{n}" for n in range(1, 9)} | {"C-P5", "C-B3", "C-B5", "C-R3"}
OLD, NEW = date(2020, 1, 1), date(2026, 11, 20)


def write(folder: Path, *changes: dict[str, Any]) -> Path:
    clause = {"regulation": "X", "title": "X", "article": "1", "quote": "q"}
    base = {"rule": "C-T1", "figure": 140, "level": "block", "since": "2016-01-01", "clause": clause}
    (folder / "common.json").write_text("[]")
    (folder / "moments.json").write_text(json.dumps([base | change for change in changes]), "utf-8")
    return folder


def test_the_newest_figure_holds_from_its_day(tmp_path: Path) -> None:
    folder = write(tmp_path, {"figure": 2000, "since": "2026-11-20"}, {"figure": 140})
    assert [each.figure for each in figures(Scope("moments"), OLD, folder=folder)] == [140]
    assert [each.figure for each in figures(Scope("moments"), NEW, folder=folder)] == [2000]


def test_nothing_holds_before_its_day_after_its_end_or_switched_off(tmp_path: Path) -> None:
    ended = {"rule": "C-T2", "until": "2026-11-19"}
    folder = write(tmp_path, {"since": "2027-01-01"}, ended, {"rule": "C-T3", "active": False})
    assert figures(Scope("moments"), NEW, folder=folder) == ()


def test_an_account_may_have_its_own_figure(tmp_path: Path) -> None:
    folder = write(tmp_path, {"figure": 200, "scope": {"account": "main"}}, {"figure": 140, "since": "2026-01-01"})
    assert [each.figure for each in figures(Scope("moments", "main"), NEW, folder=folder)] == [200]
    assert [each.figure for each in figures(Scope("moments", "other"), NEW, folder=folder)] == [140]
    assert [each.figure for each in figures(Scope("moments"), NEW, folder=folder)] == [140]


@pytest.mark.parametrize("kind", ["../secret", "nowhere", "", "weibo.json", "\0"])
def test_a_kind_without_figures_is_not_found(kind: str) -> None:
    with pytest.raises(NotFound):
        figures(Scope(kind), NEW)


@pytest.mark.parametrize("path", sorted(CHANNELS.glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_figure_can_be_worked_with_and_what_it_asks_for_exists(path: Path) -> None:
    for data in json.loads(path.read_text("utf-8")):
        assert is_figure(data), data
    for each in load(path.stem):
        assert each.scope.get("channel", KINDS) <= KINDS
        assert all((each.clause.regulation, each.clause.title, each.clause.article, each.clause.quote))


def test_passwords_of_ones_own_and_of_accounts_are_held_to_one_rule() -> None:
    (figure,) = (each for each in load("accounts") if each.rule == "C-W1")
    assert figure.figure == SHORTEST


def test_every_check_has_a_figure_somewhere() -> None:
    shipped = {(each.rule, each.aspect) for path in CHANNELS.glob("*.json") for each in load(path.stem)}
    assert CHECKS.keys() <= shipped
    assert {rule for rule, _ in shipped} == {rule for rule, _ in CHECKS} | {"C-P3"} | ELSEWHERE - DRAWN


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "C-X9"},
        {"aspect": "nonsense"},
        {"figure": "140"},
        {"figure": None},
        {"level": "ban"},
        {"since": "yesterday"},
        {"clause": {"regulation": "S0-1", "title": "t", "article": "1"}},
        {"competes": ["S2-21"]},
        {"scope": {"weather": "rain"}},
        {"override": {"who": "role('x')"}},
        {"surprise": 1},
        {"options": ["when_asked"]},
        {"rule": "C-P3", "aspect": "gambling", "figure": "../../../etc/passwd"},
        {"rule": "C-P3", "aspect": "gambling", "figure": "no_such_list"},
        {"rule": "C-T7", "figure": {"reply": "x"}},
        {"rule": "C-P8", "figure": "title"},
        {"rule": "C-I4", "figure": ["owner"]},
    ],
    ids=str,
)
def test_what_is_no_figure_is_told(change: dict[str, Any]) -> None:
    clause = {"regulation": "S0-1", "title": "t", "article": "1", "quote": "q"}
    good = {"rule": "C-T1", "figure": 140, "level": "block", "since": "2016-01-01", "clause": clause}
    assert is_figure(good)
    assert not is_figure(good | change)
