"""One house for all tests of a file on each kind of database: every case is its own, so nothing is shared but time."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.engine.acts.acting import House


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, templates: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    copy, remove = templates(request.param).copy()
    engine = copy.engine()
    yield House(engine, tmp_path_factory.mktemp("office"))
    engine.dispose()
    remove()
