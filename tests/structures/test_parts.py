"""Parts: the keys of a span, and which of its parts have them, as they are stored and asked."""

from collective.appendonly.structures.contents import describe
from collective.appendonly.structures.contents import MOST_KEYS
from collective.appendonly.structures.parts import ALL
from collective.appendonly.structures.parts import pack_parts
from collective.appendonly.structures.parts import Parts
from collective.appendonly.structures.parts import unite
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st

import pytest
import sys
import zlib


# Some that are equal in one half, or begin with the same byte.
KEYS = (
    st.integers(0, 9)
    | st.integers(0, 2**32 - 1)
    | st.integers(0, 2**8).map(lambda number: number * 0x01010000 % 2**32 + number % 3)
)
MASKS = st.dictionaries(KEYS, st.integers(1, ALL), max_size=300)
TIMES = st.lists(st.integers(-5, 5) | st.floats(-5, 5), max_size=4)
CONTENTS = st.builds(
    lambda keys, times: describe(keys, times) or (None, None),
    st.none() | st.frozensets(KEYS, max_size=300),
    st.none() | TIMES,
)


def inflated(data):
    return zlib.decompress(data, -15)


def deflated(data):
    return zlib.compress(data)[2:-4]


def test_how_keys_are_stored():
    masks = {0x01020304: 1, 0x01020400: 2, 0x01050000: 3, 0x02000001: 31}
    counts, halves, rest = pack_parts(dict(reversed(masks.items())))
    assert inflated(counts) == b"\0\3\1" + bytes(253 + 256)
    assert halves == b"\4\3\0\4\0\0\1\0"
    assert inflated(rest) == b"\2\0\3\0" + b"\1\2\3\x1f"


def test_many_keys_with_the_same_first_byte_are_counted():
    counts, _, _ = pack_parts(dict.fromkeys(range(0x07000000, 0x07000000 + 700), 1))
    assert inflated(counts)[7] + 256 * inflated(counts)[256 + 7] == 700


@given(MASKS)
def test_keys_are_read_as_they_were(masks):
    parts = Parts(pack_parts(masks))
    assert parts.is_valid()
    assert parts.masks == masks
    assert list(parts.masks) == sorted(masks)
    for part in range(5):
        having = [key for key, mask in masks.items() if mask >> part & 1]
        assert parts.keys_of(1 << part) == describe(having, None)[0]
    assert parts.keys_of(ALL) == describe(masks, None)[0]


def test_keys_are_read_as_they_were_on_a_big_endian_machine(monkeypatch):
    masks = {1: 1, 258: 3}
    packed = pack_parts(masks)
    assert Parts(packed).keys_of(2) == b"\2\1\0\0"
    monkeypatch.setattr(sys, "byteorder", "big")
    # What this machine reads is then in the wrong order, as an array of the other has it.
    assert list(Parts(packed).masks) == [2**24, 2**25 + 2**16]
    assert pack_parts(masks) == packed


def naive(masks, groups):
    found = ALL
    for group in groups:
        of_group = 0
        for key in group:
            of_group |= masks.get(key, 0)
        found &= of_group
    return found


@given(MASKS, st.data())
def test_parts_that_have_a_key_of_each_group(masks, data):
    there = st.sampled_from(sorted(masks) or [0])
    groups = data.draw(st.lists(st.frozensets(there | KEYS, max_size=90), max_size=3))
    parts = Parts(pack_parts(masks))
    assert parts.having_each(groups) == naive(masks, groups)
    assert parts.having_each(groups) == naive(masks, groups)


@pytest.mark.parametrize("count", [0, 1, 39, 41, 100, 5000])
def test_parts_that_have_one_of_many_keys(count):
    masks = {key * 0x00012345 % 2**32: 1 << key % 5 for key in range(3000)}
    parts = Parts(pack_parts(masks))
    absent = frozenset(range(7, 7 + 2 * count, 2)) - set(masks)
    assert parts.having_each([absent]) == 0
    for key in (0, 1, 2999):
        number = key * 0x00012345 % 2**32
        assert parts.having_each([absent | {number}]) == 1 << key % 5


def test_a_key_is_not_taken_for_another_one_with_the_same_halves_or_bytes():
    masks = {0x01020304: 1, 0x01030304: 2, 0x02020304: 4, 0x01000403: 8}
    parts = Parts(pack_parts(masks))
    for key in (0x01040304, 0x01020404, 0x02030304, 0x03020304, 0x01010304):
        assert parts.having_each([{key}]) == 0
    for key, mask in masks.items():
        assert parts.having_each([{key}]) == mask
    assert parts.having_each([]) == ALL


@given(st.lists(CONTENTS, min_size=1, max_size=5))
@example([(None, None)])
def test_united_contents_are_those_of_the_parts(contents):
    masks, unknown, times = unite(contents)
    for number, (keys, _) in enumerate(contents):
        assert (unknown >> number & 1) == (keys is None)
        of_part = Parts(pack_parts(masks)).keys_of(1 << number)
        assert of_part == (b"" if keys is None else keys)
    if all(times is not None for _, times in contents):
        ends = [end for _, times in contents for end in times]
        assert times == ((min(ends), max(ends)) if ends else ())
    else:
        assert times is None


def test_of_too_many_keys_only_those_of_the_first_part_are_known():
    many, few = describe(range(MOST_KEYS), ()), describe([0, 1], ())
    assert unite([few, many]) == (
        {key: 3 if key < 2 else 2 for key in range(MOST_KEYS)},
        0,
        (),
    )
    one_more = describe([MOST_KEYS], (7,))
    assert unite([one_more, many]) == ({MOST_KEYS: 1}, 0b11110, (7, 7))
    assert unite([(None, ()), many, one_more]) == ({}, 0b11111, (7, 7))


COUNTS, HALVES, REST = pack_parts({1: 1, 2: 2})


@pytest.mark.parametrize(
    "packed",
    [
        (COUNTS, HALVES),
        ("", HALVES, REST),
        (COUNTS, HALVES, None),
        (b"", HALVES, REST),
        (COUNTS, HALVES, b"\xff"),
        (COUNTS, HALVES[:2], REST),
        (COUNTS, HALVES + b"\0", REST),
        (COUNTS, HALVES + HALVES, REST),
        (COUNTS, HALVES[2:] + HALVES[:2], REST),
        (COUNTS, HALVES[:2] * 2, REST),
        (COUNTS, HALVES, deflated(b"\0\0\1")),
        (COUNTS, HALVES, deflated(b"\0\0\1\0")),
        (COUNTS, HALVES, deflated(b"\0\0\1\2\3")),
        (COUNTS, HALVES, deflated(b"\0\0\1\x20")),
        (COUNTS, HALVES, deflated(b"\xff\xff\1\2")),
        (deflated(b"\2" + bytes(254)), HALVES, REST),
        (deflated(b"\2" + bytes(256)), HALVES, REST),
        (deflated(b"\3" + bytes(511)), HALVES, REST),
        (deflated(b"\1" + bytes(511)), HALVES, REST),
        pack_parts(dict.fromkeys(range(MOST_KEYS + 1), 1)),
    ],
)
def test_what_is_not_stored_as_keys(packed):
    assert Parts((COUNTS, HALVES, REST)).is_valid()
    assert not Parts(packed).is_valid()
