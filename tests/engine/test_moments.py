"""A time a diagram hands over is a time, or a sentence."""

from datetime import timedelta

import pytest

from engine.errors import BadInput
from engine.operations.moments import moment


def test_a_time_without_a_zone_is_the_offices():
    assert moment("2026-11-25T14:00").utcoffset() == timedelta(hours=8)
    assert moment("2026-11-25T14:00:00+00:00").utcoffset() == timedelta()


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "0001-01-01T00:00", "9999-12-31T23:59:00-08:00", None, 5])
def test_what_is_no_time_or_beyond_the_calendar_is_told(text):
    with pytest.raises(BadInput, match="is not a time"):
        moment(text)
