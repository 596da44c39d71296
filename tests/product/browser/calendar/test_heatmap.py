"""Levels, marks and legend of the heat maps."""

from collective.appendonly.browser.calendar.heatmap import Cell
from collective.appendonly.browser.calendar.heatmap import legend
from collective.appendonly.browser.calendar.heatmap import Levels
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
        # An outlier does not change the other levels.
        ([1, 1, 1, 2, 2, 3, 3, 9000], [(1, 1), (2, 2), (3, 9000)]),
    ],
)
def test_levels_have_similar_sizes(numbers, ranges):
    assert Levels(numbers).ranges == ranges


@given(st.lists(st.integers(0, 10_000), max_size=400))
def test_level_of_each_number_matches_its_range(numbers):
    levels = Levels(numbers)
    assert levels.level(0) == 0
    for number in filter(None, numbers):
        [at] = [
            at for at, (low, high) in enumerate(levels.ranges) if low <= number <= high
        ]
        assert levels.level(number) == 4 - len(levels.ranges) + at + 1


def test_size_of_marks():
    marks = [Cell(0, 0, side, level).mark for side in (14, 18) for level in range(5)]
    assert marks == [0, 6, 8, 12, 14, 0, 8, 10, 14, 18]
    assert [Cell(0, 0, 14, level).inset for level in range(1, 5)] == [4, 3, 1, 0]


def test_legend_has_every_kind_of_square():
    texts = SimpleNamespace(text=str)
    shown = legend(Levels([1, 1, 3, 7]), texts, with_uncounted=True)
    assert [(each.text, each.cell.level, each.cell.is_counted) for each in shown] == [
        ("not counted, or only in part", 0, False),
        ("none", 0, True),
        ("1–2", 2, True),
        ("3–6", 3, True),
        ("7", 4, True),
    ]
