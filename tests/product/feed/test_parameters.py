"""Filters as URL parameters."""

from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from collective.appendonly.feed.parameters import PARAMETERS
from collective.appendonly.feed.parameters import read_size
from collective.appendonly.feed.parameters import size_parameters
from datetime import datetime
from datetime import timezone
from hypothesis import given
from hypothesis import strategies as st
from urllib.parse import parse_qs
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest


BERLIN = ZoneInfo("Europe/Berlin")


def read(**form):
    return read_parameters({k.rstrip("_"): v for k, v in form.items()}, BERLIN)


@pytest.mark.parametrize(
    "form, filters",
    [
        ({}, Filters()),
        ({"actor": "jane"}, Filters(actor="jane")),
        ({"actor": ""}, Filters()),
        ({"actions": "edited"}, Filters(actions=("edited",))),
        ({"actions": ["edited", "", "moved"]}, Filters(actions=("edited", "moved"))),
        ({"actions": ["moved", "moved"]}, Filters(actions=("moved",))),
        ({"types": ("News Item",)}, Filters(types=("News Item",))),
        ({"text": "  open day "}, Filters(text="open day")),
        ({"by": "others"}, Filters(others=True)),
        ({"by": ""}, Filters()),
        ({"unknown": ["x"], "older": "y"}, Filters()),
        (
            {"from_": "2026-03-28", "to": "2026-03-29"},
            Filters(
                since=datetime(2026, 3, 27, 23, tzinfo=timezone.utc),
                # The period includes the day on which daylight saving time begins.
                until=datetime(2026, 3, 29, 22, tzinfo=timezone.utc),
            ),
        ),
        (
            {"from_": "2026-11-23T09:30:00Z", "to": "2026-11-23T12:00:00+02:00"},
            Filters(
                since=datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc),
                until=datetime(2026, 11, 23, 10, tzinfo=timezone.utc),
            ),
        ),
        (
            # As in a URL with plus signs that are not encoded.
            {"from_": "2026-11-23T12:00:00 02:00", "to": "2026-11-23 12:00 00:00"},
            Filters(
                since=datetime(2026, 11, 23, 10, tzinfo=timezone.utc),
                until=datetime(2026, 11, 23, 12, tzinfo=timezone.utc),
            ),
        ),
    ],
)
def test_parameters_are_filters(form, filters):
    assert read(**form) == filters


@pytest.mark.parametrize(
    "form, name, message",
    [
        ({"actor": ["jane", "tom"]}, "actor", "Only one value"),
        ({"actor": 3}, "actor", "Only one value"),
        ({"text": {"x": 1}}, "text", "Only one value"),
        ({"by": ["others", "others"]}, "by", "Only one value"),
        ({"by": "me"}, "by", "“others”"),
        ({"by": True}, "by", "Only one value"),
        ({"text": "x" * 201}, "text", "at most"),
        ({"actions": ["x" * 201]}, "actions", "at most"),
        ({"actions": ["x"] * 51}, "actions", "Too many"),
        ({"types": {"x": 1}}, "types", "unreadable"),
        ({"types": [["x"]]}, "types", "Only one value"),
        ({"from_": "yesterday"}, "from", "2026-11-23"),
        ({"from_": "2026-02-30"}, "from", "2026-11-23"),
        ({"from_": "2026-11-23T09:30:00"}, "from", "2026-11-23"),
        ({"from_": "2026-11-23 09:30"}, "from", "2026-11-23"),
        ({"from_": "2026-11-23T09:30:00  00:00"}, "from", "2026-11-23"),
        ({"from_": "0001-01-01"}, "from", "2026-11-23"),
        ({"to": "9999-12-31"}, "to", "2026-11-23"),
        ({"to": "9999-12-31T23:59:59-12:00"}, "to", "2026-11-23"),
        ({"from_": "2026-11-23", "to": "2026-11-22"}, "to", "before the start"),
    ],
)
def test_invalid_parameters_are_refused_with_a_message(form, name, message):
    with pytest.raises(InvalidFilter) as refused:
        read(**form)
    assert refused.value.name == name
    assert message in refused.value.message


words = st.text(max_size=20).map(str.strip)
moments = st.datetimes(
    datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(timezone.utc)
).map(lambda moment: moment.replace(microsecond=0))


@given(
    st.builds(
        Filters,
        actor=words.map(lambda word: word or None),
        actions=st.lists(words.filter(bool), unique=True, max_size=3).map(tuple),
        types=st.lists(words.filter(bool), unique=True, max_size=3).map(tuple),
        since=st.none() | moments,
        text=words,
        others=st.booleans(),
    )
)
def test_filters_can_be_converted_back_to_parameters(filters):
    pairs = to_parameters(filters, BERLIN)
    query = urlencode(pairs, errors="surrogatepass")
    form = {
        name: values if len(values) > 1 else values[0]
        for name, values in parse_qs(query, errors="surrogatepass").items()
    }
    assert set(form) <= set(PARAMETERS)
    assert read_parameters(form, BERLIN) == filters


def test_days_stay_days():
    form = {"from": "2026-03-28", "to": "2026-03-29"}
    assert to_parameters(read_parameters(form, BERLIN), BERLIN) == list(form.items())


@given(
    st.dictionaries(
        st.sampled_from(PARAMETERS),
        st.recursive(
            st.text() | st.integers() | st.none() | st.binary(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_no_form_breaks_it(form):
    try:
        read_parameters(form, BERLIN)
    except InvalidFilter:
        pass


@pytest.mark.parametrize(
    "value, size", [(None, 20), ("", 20), ("1", 1), ("100", 100), (7, 7), ("007", 7)]
)
def test_the_size_of_a_page(value, size):
    assert read_size({} if value is None else {"b_size": value}) == size
    form = size_parameters(size)
    assert form == ({} if size == 20 else {"b_size": str(size)})
    assert read_size(form) == size


@pytest.mark.parametrize(
    "value", ["0", "101", "-1", " ", "٣", "9" * 9000, 0, 101, True, 1.5, ["1"], None]
)
def test_a_page_is_neither_empty_nor_huge(value):
    with pytest.raises(InvalidFilter, match="Enter a whole number") as refused:
        read_size({"b_size": value})
    assert refused.value.name == "b_size"
