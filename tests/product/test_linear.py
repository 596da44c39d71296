"""Whatever comes in is read in linear time, and not at all if it is too long.

Anybody can send what they like, and a server does nothing else while it reads.
"""

from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.feed.keys import read_key
from collective.appendonly.keys import words
from collective.appendonly.recording import record
from collective.appendonly.services.activity.negotiation import media_type
from collective.appendonly.services.activity.query import read_query
from collective.appendonly.syndication.feeds import is_known
from collective.appendonly.syndication.redaction import remove_key
from collective.appendonly.syndication.redaction import without_keys
from contextlib import suppress
from datetime import timezone
from time import process_time
from types import SimpleNamespace

import pytest


def query(text):
    """Remove the key from a request with *text* in its query."""
    environ = {"QUERY_STRING": text, "HTTP_REFERER": f"http://nohost/?{text}"}
    remove_key(
        SimpleNamespace(
            request=SimpleNamespace(environ=environ, _orig_env=dict(environ))
        )
    )


def form(**values):
    read_query({name.rstrip("_"): v for name, v in values.items()}, timezone.utc)


def accept(text):
    media_type(SimpleNamespace(getHeader=lambda name: text))


#: Inputs of a length.
INPUTS = {
    "dots in a key": lambda n: query("key=activitykey." + "%2e" * n + "!"),
    "dots in a key that ends": lambda n: query("key=activitykey." + "%2e" * n),
    "parts of a key": lambda n: query("key=activitykey" + ".a" * n),
    "a long key": lambda n: query(f"key=activitykey.{'a' * n}.{'b' * n}"),
    "many keys": lambda n: query("key=activitykey.a.b&" * n),
    "many words like keys": lambda n: query("activitykey" * n),
    "many parameters like keys": lambda n: query("key=activitykey." * n),
    "percent signs": lambda n: query("key=activitykey." + "%" * n),
    "keys in a log": lambda n: without_keys("GET /activitykey.a.b " * n),
    "dots in a log": lambda n: without_keys("activitykey" + "%2E-" * n + " "),
    "a key without a request": lambda n: read_key("activitykey." + "=" * n + ".x"),
    "a cursor": lambda n: to_position(None, "A" * n),
    "a cursor with an end": lambda n: to_position(None, "A" * 43 + "=" * n),
    "quotes in Accept": lambda n: accept('application/json; "' + ";" * n),
    "ranges in Accept": lambda n: accept("text/html;q=0.1," * n),
    "parameters in Accept": lambda n: accept("application/ld+json" + ';a="b\\"' * n),
    "If-None-Match": lambda n: is_known("x", 'W/"a", ' * n),
    "actions": lambda n: form(actions=["edited"] * n),
    "different types": lambda n: form(types=[str(number) for number in range(n)]),
    "a long action": lambda n: form(actions="x" * n),
    "a long text": lambda n: form(text="\ud800 " * n),
    "a long number": lambda n: form(b_size="9" * n),
    "a long date": lambda n: form(from_="2026-11-23" + "0" * n),
    "a long time zone": lambda n: form(to="2026-11-23T00:00:00+" + "00:" * n),
    "other parameters": lambda n: form(**{f"x{number}": "" for number in range(n)}),
    "words": lambda n: words("ü\u0308 日本" * n),
    "the name of an action": lambda n: record(None, "a" * n + "!"),
}


def seconds(read, length):
    """Return the processor time for an input of a length, the shortest of three."""
    times = []
    for _ in range(3):
        begin = process_time()
        with suppress(InvalidCursor, InvalidFilter, ValueError):
            read(length)
        times.append(process_time() - begin)
    return min(times)


@pytest.mark.parametrize("name", INPUTS)
def test_reading_takes_linear_time(name):
    once, twice, four_times = (seconds(INPUTS[name], n) for n in (5000, 10000, 20000))
    # With the square of the length it would be sixteen times as long.
    assert four_times < 9 * once + 0.01
    assert twice < 5 * once + 0.01
    assert four_times < 1


def test_parameters_that_are_too_long_are_not_looked_at():
    class Text(str):
        def encode(self, *args):
            raise AssertionError("It is too long.")

    with pytest.raises(InvalidFilter, match="at most"):
        read_parameters({"text": Text("x" * 201)}, timezone.utc)
