"""20,000 cases, written once: every figure is what the ledger says, and just what was planted is found."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.engine.figures.test_figures import check_closed, check_page, close_all, expected_of
from tests.engine.queries.test_conformance import check_all, check_found
from tests.support.history import History, write_history

Written = tuple[sa.Engine, History]


@pytest.fixture(scope="module")
def written(templates: Callable) -> Iterator[Written]:
    database, remove = templates("sqlite").copy()
    engine = database.engine()
    yield engine, write_history(engine, 20_000)
    engine.dispose()
    remove()


def test_every_figure_of_twenty_thousand_cases_is_what_the_ledger_says(written: Written, tmp_path: Path) -> None:
    engine, history = written
    assert close_all(engine, history.now, tmp_path, ("month",)) == 14
    check_closed(engine, expected_of(engine, history))
    check_page(engine, history)


def test_all_that_was_planted_in_twenty_thousand_cases_is_found_and_nothing_else(
    written: Written, tmp_path: Path
) -> None:
    engine, history = written
    check_all(engine, history, tmp_path)
    check_found(engine, history)
