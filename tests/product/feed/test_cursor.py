"""Cursors: what comes in by a URL is anybody's."""

from base64 import urlsafe_b64encode
from collective.appendonly.feed.cursor import InvalidCursor
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.interfaces import Position
from hypothesis import given
from hypothesis import strategies as st
from types import SimpleNamespace

import pytest


LOG = SimpleNamespace(epoch="0badcafe")
numbers = st.integers(0, 10**18 - 1)


def forged(text):
    return urlsafe_b64encode(text.encode("latin-1")).decode().rstrip("=")


@given(numbers, numbers, numbers)
def test_a_cursor_names_its_position(generation, index, block):
    position = Position(generation, index, block)
    assert to_position(LOG, to_cursor(LOG, position)) == position


def test_a_cursor_needs_no_quoting_in_a_url():
    cursor = to_cursor(LOG, Position(1234, 7))
    assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "gibberish",
        "ümlaut",
        "\x00",
        "A" * 10_000,
        forged("0badcafe:1:2"),
        forged("0badcafe:1:2:3:4"),
        forged("0badcafe:1:2:-3"),
        forged("0badcafe:1:2:3\n"),
        forged("0badcafe:1:2: 3"),
        forged("0badcafe:1:2:" + "9" * 19),
        forged("0badcafe:\xb2:2:3"),
        forged("\xff\xfe:1:2:3"),
    ],
)
def test_a_malformed_cursor_is_refused_with_a_sentence(cursor):
    with pytest.raises(
        InvalidCursor, match="not a place in the activity log.*first page"
    ):
        to_position(LOG, cursor)


@given(st.text())
def test_no_text_at_all_breaks_it(text):
    try:
        to_position(LOG, text)
    except InvalidCursor:
        pass


def test_a_cursor_of_another_log_is_refused_with_a_sentence():
    cursor = to_cursor(SimpleNamespace(epoch="deadbeef"), Position(0, 0))
    with pytest.raises(InvalidCursor, match="earlier activity log"):
        to_position(LOG, cursor)
