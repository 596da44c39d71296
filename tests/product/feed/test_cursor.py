"""Cursors: anybody can put anything into a URL."""

from base64 import urlsafe_b64decode
from base64 import urlsafe_b64encode
from collective.appendonly.feed.cursor import InvalidCursor
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_id
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.interfaces import Position
from hypothesis import given
from hypothesis import strategies as st
from types import SimpleNamespace
from uuid import UUID

import pytest


LOG = SimpleNamespace(epoch="0badcafe" * 4)
large = st.integers(-1, 2**63 - 1)
small = st.integers(0, 2**32 - 1)


@given(large, small, small)
def test_a_cursor_names_its_position(generation, index, block):
    position = Position(generation, index, block)
    assert to_position(LOG, to_cursor(LOG, position)) == position


@given(large, small)
def test_a_cursor_needs_no_quoting_and_has_one_length(generation, index):
    cursor = to_cursor(LOG, Position(generation, index))
    assert len(cursor) == 43
    assert cursor.replace("-", "").replace("_", "").isalnum()


def test_cursors_of_one_position_have_nothing_in_common():
    """Otherwise they would disclose whether hidden activity happened."""
    cursors = {to_cursor(LOG, Position(1234, 7)) for _ in range(100)}
    assert len(cursors) == 100
    for column in zip(*cursors, strict=True):
        assert len(set(column)) > 3


def test_one_cursor_discloses_nothing_about_another():
    """Each cursor has its own mask."""

    def hidden(position):
        return urlsafe_b64decode(to_cursor(LOG, position) + "=")[8:24]

    differences = {
        bytes(a ^ b for a, b in zip(hidden(here), hidden(there), strict=True))
        for here, there in [(Position(1, 0), Position(1, 1))] * 50
    }
    assert len(differences) == 50


@pytest.mark.parametrize("at", range(32))
def test_a_cursor_that_was_tampered_with_is_refused(at):
    data = bytearray(urlsafe_b64decode(to_cursor(LOG, Position(5, 3)) + "="))
    data[at] ^= 1
    with pytest.raises(InvalidCursor):
        to_position(LOG, urlsafe_b64encode(bytes(data)).decode().rstrip("="))


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "gibberish",
        "ümlaut",
        "\x00",
        "A" * 43,
        "A" * 42 + "\n",
        "²" * 43,
        "A" * 10_000,
        # The former format of cursors.
        urlsafe_b64encode(b"0badcafe:1:2:3").decode().rstrip("="),
    ],
)
def test_a_malformed_cursor_is_refused_with_a_message(cursor):
    with pytest.raises(InvalidCursor, match="cursor is invalid.*first page"):
        to_position(LOG, cursor)


@given(st.text())
def test_no_text_at_all_breaks_it(text):
    try:
        to_position(LOG, text)
    except InvalidCursor:
        pass


def test_a_cursor_of_another_log_is_refused_with_a_message():
    cursor = to_cursor(SimpleNamespace(epoch="deadbeef" * 4), Position(0, 0))
    with pytest.raises(InvalidCursor, match="earlier activity log"):
        to_position(LOG, cursor)


def test_all_parts_of_a_change_set_have_one_permanent_id():
    ids = {to_id(LOG, Position(5, 3, block)) for block in range(5)}
    assert len(ids) == 1
    [urn] = ids
    assert UUID(urn).urn == urn
    other = SimpleNamespace(epoch="deadbeef" * 4)
    assert urn not in {to_id(other, Position(5, 3)), to_id(LOG, Position(5, 4))}
