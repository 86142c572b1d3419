"""How often one token may ask."""

import pytest

from engine.errors import TooMany
from web.api import limit as api_limit
from web.api.limit import Brake


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(api_limit, "time", clock)
    return clock


def test_as_many_as_allowed_pass_at_once_and_then_the_wait_is_told(clock: Clock) -> None:
    brake = Brake(60)
    for _ in range(60):
        brake.pass_("a")
    with pytest.raises(TooMany) as caught:
        brake.pass_("a")
    assert caught.value.facts["seconds"] == 1


def test_the_allowance_comes_back_evenly(clock: Clock) -> None:
    brake = Brake(60)
    for _ in range(60):
        brake.pass_("a")
    clock.now += 2
    brake.pass_("a")
    brake.pass_("a")
    with pytest.raises(TooMany):
        brake.pass_("a")


def test_one_token_does_not_brake_another(clock: Clock) -> None:
    brake = Brake(1)
    brake.pass_("a")
    brake.pass_("b")
    with pytest.raises(TooMany):
        brake.pass_("a")


def test_many_names_do_not_fill_the_memory(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_limit, "_KEPT", 100)
    brake = Brake(60)
    for number in range(1000):
        clock.now += 1
        brake.pass_(str(number))
    assert len(brake._full_at) <= 100


def test_without_a_limit_everything_passes() -> None:
    brake = Brake(0)
    for _ in range(10_000):
        brake.pass_("a")
