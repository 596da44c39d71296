"""How much is much."""

from collective.appendonly.browser.calendar.legend import legend
from collective.appendonly.browser.calendar.levels import Levels
from collective.appendonly.browser.calendar.picture import Cell
from hypothesis import given
from hypothesis import strategies as st
from types import SimpleNamespace

import pytest


@pytest.mark.parametrize(
    "numbers, ranges",
    [
        ([], []),
        ([0, 0], []),
        ([3], [(3, 3)]),
        ([1, 1, 2, 2], [(1, 1), (2, 2)]),
        ([1, 2, 3, 4], [(1, 1), (2, 2), (3, 3), (4, 4)]),
        (range(1, 101), [(1, 25), (26, 50), (51, 75), (76, 100)]),
        # A day of excess leaves the others as they are.
        ([1, 1, 1, 2, 2, 3, 3, 9000], [(1, 1), (2, 2), (3, 9000)]),
    ],
)
def test_each_level_has_about_as_many(numbers, ranges):
    assert Levels(numbers).ranges == ranges


@given(st.lists(st.integers(0, 10_000), max_size=400))
def test_every_number_has_the_level_of_its_range(numbers):
    levels = Levels(numbers)
    assert levels.level(0) == 0
    for number in filter(None, numbers):
        [at] = [
            at for at, (low, high) in enumerate(levels.ranges) if low <= number <= high
        ]
        assert levels.level(number) == 4 - len(levels.ranges) + at + 1


def test_more_is_larger_and_nothing_is_no_mark():
    marks = [Cell(0, 0, side, level).mark for side in (14, 18) for level in range(5)]
    assert marks == [0, 6, 8, 12, 14, 0, 8, 10, 14, 18]
    assert [Cell(0, 0, 14, level).inset for level in range(1, 5)] == [4, 3, 1, 0]


def test_the_legend_tells_every_kind_of_square():
    words = SimpleNamespace(text=str)
    shown = legend(Levels([1, 1, 3, 7]), words, with_uncounted=True)
    assert [(m.text, m.cell.level, m.cell.is_counted) for m in shown] == [
        ("not counted, or not all", 0, False),
        ("none", 0, True),
        ("1–2", 2, True),
        ("3–6", 3, True),
        ("7", 4, True),
    ]
