"""Timers: ISO values, a clock that is handed in, and refusals in words."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.kernel.errors import ExpressionError
from engine.kernel.timers import first_due, next_turn
from tests.engine.kernel.cases import NOON, Run
from tests.engine.kernel.drawing import boundary, catch, definition, diagram, end, node, path, start, timer, user

REMIND = diagram(
    start(),
    user("review"),
    user("late"),
    user("told"),
    end(),
    boundary("due", "review", timer("P1D")),
    boundary("reminder", "review", timer("R3/PT10H", "timeCycle"), ends=False),
    path("start", "review", "end"),
    path("due", "late", "end"),
    path("reminder", "told"),
)


@pytest.mark.parametrize(
    ("form", "value", "due"),
    [
        ("duration", "PT2H", "2026-11-20T14:00:00+00:00"),
        ("duration", "'P1M'", "2026-12-20T12:00:00+00:00"),
        ("duration", "span", "2026-11-20T12:05:00+00:00"),
        ("date", "2026-12-01T09:00:00+08:00", "2026-12-01T01:00:00+00:00"),
        ("cycle", "R3/PT10H", "2026-11-20T22:00:00+00:00"),
    ],
)
def test_iso_values_may_be_written_with_and_without_quotes(form, value, due):
    assert first_due(form, value, {"span": "PT5M"}, NOON)["due"] == due


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("duration", "-PT1H"),
        ("duration", "'-PT1H'"),
        ("duration", "PT"),
        ("duration", "5"),
        ("duration", "P99999Y"),
        ("duration", "${due}"),
        ("date", "2026-12-01T09:00:00"),
        ("date", "PT1H"),
        ("cycle", "0 0 * * *"),
        ("cycle", "R/PT0S"),
        ("duration", "nobody_gave_it"),
    ],
)
def test_a_bad_time_is_refused_in_words(form, value):
    with pytest.raises(ExpressionError):
        first_due(form, value, {}, NOON)


def test_a_bad_time_names_its_element():
    drawn = diagram(start(), catch("wait", timer("-PT1H")), end(), path("start", "wait", "end"))
    with pytest.raises(ExpressionError) as caught:
        Run(drawn)
    assert (caught.value.element, caught.value.name) == ("wait", "Wait")
    assert "Wait" in caught.value.text.zh and "P1D" in caught.value.text.zh


def test_the_thirty_first_and_a_month_is_the_last_of_the_next():
    due = first_due("duration", "P1M", {}, datetime(2026, 1, 31, tzinfo=UTC))["due"]
    assert due == "2026-02-28T00:00:00+00:00"


def test_a_timer_does_not_fire_before_its_time_and_its_due_time_never_moves():
    run = Run(REMIND)
    assert run.flow.next_due == NOON + timedelta(hours=10)
    assert not run.later(hours=9)
    assert run.flow.next_due == NOON + timedelta(hours=10)


def test_a_cycle_reminds_as_often_as_drawn_and_the_deadline_ends_the_step():
    run = Run(REMIND)
    assert run.later(hours=10) and run.open == ["review", "told"]
    assert run.later(hours=10) and run.open == ["review", "told", "told"]
    assert run.later(hours=4) and sorted(run.open) == ["late", "told", "told"]
    assert run.flow.next_due is None


def test_a_step_done_in_time_takes_its_timers_with_it():
    run = Run(REMIND)
    run.do("review")
    assert run.flow.finished and run.flow.next_due is None
    assert not run.later(days=30)


def test_reminders_missed_while_nobody_looked_are_one_reminder():
    run = Run(REMIND)
    run.flow.complete(run.task("review"), {})
    run = Run(REMIND.replace(b"P1D", b"P9D"))
    assert run.later(hours=31) and run.open == ["review", "told"]
    assert not run.later(hours=100)


def test_an_endless_cycle_far_behind_goes_on_from_now():
    far = datetime(2027, 11, 20, tzinfo=UTC)
    following = next_turn(first_due("cycle", "R/PT1S", {}, NOON), far)
    assert following and following["due"] == (far + timedelta(seconds=1)).isoformat()


def test_two_timers_behind_an_event_gateway_keep_their_own_times():
    drawn = diagram(
        start(),
        node("eventBasedGateway", "which"),
        catch("slow", timer("PT5H")),
        catch("fast", timer("PT1H")),
        user("after_slow"),
        user("after_fast"),
        end(),
        path("start", "which", "slow", "after_slow", "end"),
        path("which", "fast", "after_fast", "end"),
    )
    run = Run(drawn)
    assert run.flow.next_due == NOON + timedelta(hours=1)
    assert run.later(hours=1) and run.open == ["after_fast"]
    assert run.passed[-2:] == ["which", "fast"] and not run.later(hours=9)


def test_a_message_before_the_timer_takes_the_other_way():
    drawn = diagram(
        start(),
        node("eventBasedGateway", "which"),
        catch("slow", timer("PT5H")),
        user("after_slow"),
        end(),
        catch("answer", definition("message")),
        user("after_answer"),
        path("start", "which", "slow", "after_slow", "end"),
        path("which", "answer", "after_answer", "end"),
    )
    run = Run(drawn)
    assert run.flow.waiting_messages == ["Answer"]
    assert not run.flow.receive("Nobody", {})
    assert run.flow.receive("Answer", {"text": "yes"})
    run.reload()
    assert run.open == ["after_answer"] and run.flow.data == {"text": "yes"} and run.flow.next_due is None
