"""Contents: keys and times as they are stored, united and compared."""

from collective.appendonly.structures.contents import covers
from collective.appendonly.structures.contents import describe
from collective.appendonly.structures.contents import is_valid
from collective.appendonly.structures.contents import MOST_KEYS
from collective.appendonly.structures.contents import unpack
from collective.appendonly.structures.contents import Wanted
from enum import IntEnum
from hypothesis import given
from hypothesis import strategies as st

import pytest
import sys


KEYS = st.frozensets(st.integers(0, 9) | st.integers(0, 2**32 - 1), max_size=300)
TIMES = st.lists(st.integers(-5, 5) | st.floats(-5, 5), max_size=4)


class Color(IntEnum):
    RED = 3


def test_keys_are_packed_in_order_once_each_little_endian():
    assert describe([258, 1, 258], [5, 2.5, 4]) == (b"\1\0\0\0\2\1\0\0", (2.5, 5))
    assert describe(iter([2**32 - 1]), ()) == (b"\xff\xff\xff\xff", ())
    assert describe((), None) == (b"", None)


def test_keys_that_are_not_known():
    assert describe(None, None) is describe(None, [1, 2]) is None
    assert len(describe(range(MOST_KEYS), None)[0]) == 4 * MOST_KEYS
    assert describe(range(MOST_KEYS + 1), None) is None


def test_keys_on_a_big_endian_machine(monkeypatch):
    packed, _ = describe([1, 258], None)
    monkeypatch.setattr(sys, "byteorder", "big")
    swapped, _ = describe([1, 258], None)
    assert swapped == b"\0\0\0\1\0\0\1\2"
    assert list(unpack(swapped)) == [1, 258]
    assert list(unpack(packed)) == [2**24, 2**25 + 2**16]


def test_numbers_are_stored_as_plain_numbers():
    keys, times = describe([Color.RED, True], [Color.RED, False])
    assert list(unpack(keys)) == [1, 3]
    assert [type(time) for time in times] == [int, int]


@pytest.mark.parametrize(
    "keys, error",
    [
        ([-1], ValueError),
        ([2**32], ValueError),
        (["1"], TypeError),
        ([1.5], TypeError),
        ([None, 1], TypeError),
        ([[1]], TypeError),
    ],
)
def test_keys_that_are_no_such_numbers(keys, error):
    with pytest.raises(error, match="^Archive: "):
        describe(keys, None)
    with pytest.raises(error, match="^Archive: "):
        Wanted([keys], None, None)


@pytest.mark.parametrize("time", ["1", None, 1j, float("nan"), [1]])
def test_times_that_are_no_numbers(time):
    with pytest.raises(TypeError, match="^Archive: a time must be a number, not "):
        describe([1], [0, time])


@given(KEYS, KEYS)
def test_contents_cover_what_is_among_them(ours, theirs):
    assert covers(describe(ours, ()), describe(theirs, ())) == (theirs <= ours)
    assert covers((None, ()), describe(theirs, ()))
    assert not covers(describe(ours, ()), (None, ()))


@pytest.mark.parametrize(
    "times, others, expected",
    [
        ((1, 5), (2, 5), True),
        ((1, 5), (0, 5), False),
        ((1, 5), (2, 6), False),
        ((1, 5), (), True),
        ((), (1, 1), False),
        ((), (), True),
        (None, None, True),
        (None, (1, 2), True),
        ((1, 2), None, False),
    ],
)
def test_times_cover_what_is_between_them(times, others, expected):
    assert covers((b"", times), (b"", others)) == expected


# Searching


@given(KEYS, st.lists(KEYS, max_size=3))
def test_a_key_of_each_group_is_wanted(keys, groups):
    found = Wanted(groups, None, None).may_be_in(describe(keys, None))
    assert found == all(group & keys for group in groups)


@given(TIMES, *[st.none() | st.integers(-6, 6)] * 2)
def test_a_range_of_times_is_wanted(times, since, until):
    found = Wanted(None, since, until).may_be_in(describe([], times))
    anything = since is None and until is None
    starts = times and (since is None or max(times) >= since)
    ends = times and (until is None or min(times) <= until)
    assert found == bool(anything or (starts and ends))


def test_what_is_not_known_may_be_there():
    wanted = Wanted([[1]], 5, 6)
    assert wanted.may_be_in(None)
    assert wanted.may_be_in((None, None))
    assert wanted.may_be_in((None, (5, 5)))
    assert not wanted.may_be_in((None, (4, 4)))
    assert wanted.may_be_in((b"\1\0\0\0", None))
    assert not wanted.may_be_in((b"", None))


def test_an_empty_group_is_in_nothing_that_is_known():
    assert not Wanted([()], None, None).may_be_in(describe([1], None))
    assert Wanted([()], None, None).may_be_in(None)
    assert Wanted([], None, None).may_be_in((b"", ()))


@pytest.mark.parametrize(
    "contents",
    [
        None,
        (),
        [b"", ()],
        (b"", (), 1),
        ("", ()),
        (b"\1\0\0", ()),
        (b"\1\0\0\0\1\0\0\0", ()),
        (b"\2\0\0\0\1\0\0\0", ()),
        (bytes(4 * MOST_KEYS + 4), ()),
        (b"", []),
        (b"", (1,)),
        (b"", (2, 1)),
        (b"", (1, "2")),
        (b"", (False, True)),
    ],
)
def test_what_is_not_stored_as_contents(contents):
    assert not is_valid(contents)
