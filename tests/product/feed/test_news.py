"""Repeated requests for the number of new change sets."""

from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidCursor
from collective.appendonly.feed import News
from collective.appendonly.feed import news
from collective.appendonly.feed.news import MANY
from importlib import import_module
from plone.app.testing import logout
from tests.product.feed.conftest import SECRET

import pytest


news_module = import_module("collective.appendonly.feed.news")


def counted(found):
    assert found.latest is not None
    return found.count, found.is_more


def test_nothing_is_new_until_something_happens(garden, push):
    push()
    latest = feed(garden).latest
    assert counted(news(garden, latest)) == (0, False)
    push()
    assert counted(news(garden, latest)) == (1, False)
    push(times=3)
    push()
    assert counted(news(garden, latest)) == (3, False)


def test_an_empty_log_has_no_news(garden, push):
    """Otherwise the result would disclose whether anything was ever recorded."""
    latest = feed(garden).latest
    assert counted(news(garden, latest)) == (0, False)
    push()
    push()
    assert counted(news(garden, latest)) == (2, False)


def test_hidden_change_sets_are_no_news(garden, push):
    push()
    latest = feed(garden).latest
    push(principals=SECRET)
    push("garden")
    assert counted(news(garden, latest)) == (1, False)
    assert counted(news(garden["party"], latest)) == (0, False)
    assert counted(news(garden, latest, Filters(types=("Document",)))) == (0, False)


def test_the_result_does_not_disclose_hidden_change_sets(garden, push):
    """Neither by the number nor by the cursor, which differs each time."""
    push()
    latest = feed(garden).latest
    before = news(garden, latest)
    push(principals=SECRET)
    after = news(garden, latest)
    assert counted(before) == counted(after) == (0, False)
    assert len({latest, before.latest, after.latest}) == 3


def test_counting_stops_at_a_maximum(garden, push, log):
    push()
    latest = feed(garden).latest
    for _ in range(MANY + 5):
        push()
    assert counted(news(garden, latest)) == (MANY, True)


@pytest.mark.parametrize("with_keys", [True, False])
def test_hidden_change_sets_are_not_scanned_twice(
    garden, push, log, monkeypatch, with_keys
):
    bound = Bound(records=4, seconds=60, entries=500)
    monkeypatch.setattr(news_module, "NEWS_BOUND", bound)
    push()
    if not with_keys:
        log.secret = None
    latest = feed(garden).latest
    push(principals=SECRET, times=500)
    push()
    found = news(garden, latest)
    if not with_keys:
        assert counted(found) == (0, False)
        found = news(garden, found.latest)
    assert counted(found) == (1, False)


def test_one_record_of_the_log_is_loaded_when_nothing_happened(garden, push, loaded):
    for number in range(40):
        push(minutes=number)
    latest = feed(garden).latest
    records = loaded()
    assert counted(news(garden, latest)) == (0, False)
    # The one record is the stack. The log itself has no record.
    assert sorted(records) == ["ActivityLog", "AppendStack"]


def test_one_block_of_a_large_change_set_is_loaded(garden, push, loaded):
    push()
    latest = feed(garden).latest
    push(times=2000)
    records = loaded()
    assert counted(news(garden, latest)) == (1, True)
    blocks = [name for name in records if name == "EntryBlock"]
    assert len(blocks) == 1


def test_an_invalid_cursor_is_refused(garden, push):
    with pytest.raises(InvalidCursor):
        news(garden, "gibberish")


def test_there_is_no_news_without_permission(garden, push):
    push()
    latest = feed(garden).latest
    push()
    logout()
    assert news(garden, latest) == News(0, False, None)
