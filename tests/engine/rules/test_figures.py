"""Figures are data: of a channel, of an account, since a day, each with its clause."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.errors import NotFound
from engine.rules.content import CHECKS, ELSEWHERE
from engine.rules.figures import Scope, figures

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
    assert figures(Scope("moments"), NEW, folder=folder) == []


def test_an_account_may_have_its_own_figure(tmp_path: Path) -> None:
    folder = write(tmp_path, {"figure": 200, "scope": {"account": "main"}}, {"figure": 140, "since": "2026-01-01"})
    assert [each.figure for each in figures(Scope("moments", "main"), NEW, folder=folder)] == [200]
    assert [each.figure for each in figures(Scope("moments", "other"), NEW, folder=folder)] == [140]
    assert [each.figure for each in figures(Scope("moments"), NEW, folder=folder)] == [140]


@pytest.mark.parametrize("kind", ["../secret", "nowhere", "", "weibo.json", "\0"])
def test_a_kind_without_figures_is_not_found(kind: str) -> None:
    with pytest.raises(NotFound):
        figures(Scope(kind), NEW)


@pytest.mark.parametrize("kind", ["wechat", "weibo"])
def test_every_shipped_figure_has_a_check_a_scope_and_a_whole_clause(kind: str) -> None:
    shipped = figures(Scope(kind), NEW)
    for each in shipped:
        assert (each.rule, each.aspect) in CHECKS or each.rule in ELSEWHERE
        assert each.scope["channel"] == {kind}
        assert all((each.clause.regulation, each.clause.title, each.clause.article, each.clause.quote))
    checked = {(each.rule, each.aspect) for each in shipped}
    assert CHECKS.keys() - checked == (set() if kind == "weibo" else {("C-T1", "")})
