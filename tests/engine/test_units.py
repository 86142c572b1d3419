"""The tree of units, walked upwards."""

from engine.units import line


def test_a_unit_stands_in_its_own_line_and_a_circle_of_units_ends():
    assert list(line(3, {3: 2, 2: 1, 1: None})) == [3, 2, 1]
    assert list(line(1, {1: 2, 2: 1})) == [1, 2]
    assert list(line(None, {})) == []
