"""Retention: what is discarded, by age and by number, and what stays."""

from collective.appendonly import Archive
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.operations.maintenance.retention import apply_retention
from collective.appendonly.operations.maintenance.retention import kept_by_times
from collective.appendonly.structures.check import check
from collective.appendonly.structures.layer import ArchiveLayer
from dataclasses import replace
from datetime import timedelta
from math import log2
from plone import api
from tests.product.operations.maintenance.diary import edit_by
from tests.product.operations.maintenance.diary import NOW
from types import SimpleNamespace
from ZODB.MappingStorage import DB

import pytest
import transaction


#: On each of the last hundred days one thing happened, at this hour.
TODAY = NOW
DAYS = 100


def day(ago, entries=1):
    change_set = edit_by("jane", ago)
    return replace(change_set, entries=change_set.entries * entries)


@pytest.fixture
def diary(log):
    """The log of a site on which something happened on each day, today the last time."""
    for ago in reversed(range(DAYS)):
        log.push(day(ago))
    transaction.commit()
    assert len(log.stack) == 12
    return log


def keep(days=0, entries=0):
    return SimpleNamespace(retention_days=days, retention_entries=entries)


def days_kept(log):
    """Return how long ago things happened that are still in the log, after a check."""
    transaction.commit()
    check(log.stack, log.archive)
    kept = [(TODAY - change_set.time).days for _, change_set in log.older()]
    assert len(log) == len(kept)
    assert kept == list(range(len(kept)))
    return len(kept)


def test_without_limits_everything_stays(diary):
    assert apply_retention(diary, keep(), TODAY) == 0
    assert days_kept(diary) == DAYS


# The archive has the days 99 to 12 in layers of eight: 99-92, 91-84 … 19-12. A layer goes when
# all its days may go.
@pytest.mark.parametrize("limited", ["days", "entries"])
@pytest.mark.parametrize(
    "limit, kept",
    [
        (1, 12),  # the stack stays
        (12, 12),
        (13, 20),
        (20, 20),
        (21, 28),
        (59, 60),
        (60, 60),
        (61, 68),
        (92, 92),
        (93, 100),
        (100, 100),
        (5000, 100),
    ],
)
def test_a_limit_discards_whole_layers(diary, limited, limit, kept):
    settings = keep(**{limited: limit})
    a_bit_later = TODAY + timedelta(minutes=1)
    assert apply_retention(diary, settings, a_bit_later) == DAYS - kept
    assert days_kept(diary) == kept


@pytest.mark.parametrize("days, entries, kept", [(30, 60, 36), (60, 28, 28)])
def test_both_limits_count(diary, days, entries, kept):
    a_bit_later = TODAY + timedelta(minutes=1)
    assert apply_retention(diary, keep(days, entries), a_bit_later) == DAYS - kept
    assert days_kept(diary) == kept


def test_a_change_at_the_limit_is_not_older(diary):
    assert apply_retention(diary, keep(days=20), TODAY) == 72
    assert days_kept(diary) == 28
    moment = timedelta(milliseconds=1)
    assert apply_retention(diary, keep(days=20), TODAY + moment) == 8
    assert days_kept(diary) == 20


def test_a_second_time_there_is_nothing_to_discard_and_nothing_is_written(diary):
    settings = keep(days=30, entries=50)
    assert apply_retention(diary, settings, TODAY) > 0
    transaction.commit()
    assert apply_retention(diary, settings, TODAY) == 0
    assert diary._p_jar._registered_objects == []


def test_an_empty_log_has_nothing_to_discard(log):
    assert apply_retention(log, keep(days=1, entries=1), TODAY) == 0
    assert log._p_jar._registered_objects == []


def test_the_log_goes_on_after_everything_archived_was_discarded(diary):
    assert apply_retention(diary, keep(entries=1), TODAY) == 88
    transaction.commit()
    for ago in range(-1, -31, -1):
        diary.push(day(ago))
    transaction.commit()
    check(diary.stack, diary.archive)
    assert len(diary) == 42
    assert apply_retention(diary, keep(entries=20), TODAY) == 16
    assert len(diary) == 26
    check(diary.stack, diary.archive)


def test_the_settings_of_the_site_are_the_default(diary):
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.retention_entries", 20)
    assert apply_retention(diary) == 80
    assert days_kept(diary) == 20
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.retention_entries", 0)
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.retention_days", 11)
    assert apply_retention(diary, now=TODAY + timedelta(minutes=1)) == 8
    assert days_kept(diary) == 12


def test_large_change_sets_have_a_time_too(log):
    for ago in reversed(range(40)):
        log.push(day(ago, entries=30))
    assert apply_retention(log, keep(days=20), TODAY + timedelta(minutes=1)) == 16
    assert len(log) == 24


def test_an_unreadable_change_set_has_the_age_of_the_others(log):
    for ago in reversed(range(40)):
        log.stack.push(b"9 from the future", log.archive.addLayer)
        log.push(day(ago))
    assert apply_retention(log, keep(days=20), TODAY + timedelta(minutes=1)) == 40
    check(log.stack, log.archive)


def test_unreadable_layers_are_kept(log):
    for _ in range(40):
        log.stack.push(b"9 from the future", log.archive.addLayer)
    assert apply_retention(log, keep(days=1), TODAY + timedelta(days=5000)) == 0


@pytest.fixture
def odd(log):
    """Return the log of forty days, in which one change has another age in days."""

    def odd(number, age):
        for ago in reversed(range(40)):
            log.push(day(age if 39 - ago == number else ago))
        transaction.commit()
        return log

    return odd


@pytest.mark.parametrize("number, discarded", [(15, 16), (23, 16), (39, 16)])
def test_a_clock_that_was_behind_discards_nothing_else(odd, number, discarded):
    log = odd(number, 400)
    assert apply_retention(log, keep(days=20), TODAY) == discarded
    assert kept_by_times(log, keep(days=20), TODAY) is None


@pytest.mark.parametrize(
    "number, discarded, kept", [(3, 0, (0, 1)), (15, 8, None), (23, 16, None)]
)
def test_a_clock_that_was_ahead_keeps_what_is_newer(odd, number, discarded, kept):
    log = odd(number, 2)
    assert apply_retention(log, keep(days=20), TODAY) == discarded
    found = kept_by_times(log, keep(days=20), TODAY)
    assert (found and (found.generation, found.others)) == kept
    if found:
        assert found.latest == TODAY - timedelta(days=2)
    assert kept_by_times(log, keep(), TODAY) is None


@pytest.mark.parametrize("number", [0, 3, 15, 23, 39])
def test_a_time_in_the_future_keeps_nothing(odd, number):
    log = odd(number, -3650)
    assert apply_retention(log, keep(days=20), TODAY) == 16
    assert kept_by_times(log, keep(days=20), TODAY) is None


def test_a_layer_from_the_future_is_as_old_as_what_is_newer(log):
    for ago in reversed(range(40)):
        log.push(day(-3650 if ago >= 32 else ago))
    assert apply_retention(log, keep(days=20), TODAY) == 16
    assert kept_by_times(log, keep(days=20), TODAY) is None
    check(log.stack, log.archive)


def test_a_log_from_the_future_is_kept(log):
    for ago in reversed(range(40)):
        log.push(day(ago - 3650))
    assert apply_retention(log, keep(days=20), TODAY) == 0
    assert kept_by_times(log, keep(days=20), TODAY) is None


# What it costs, in an archive of its own


@pytest.mark.parametrize("layers", [100, 3000])
@pytest.mark.parametrize("limit", ["days", "entries"])
def test_few_layers_are_loaded_however_long_the_archive_is(layers, limit, monkeypatch):
    archive = Archive()
    for generation in range(layers):
        change_set = day(layers - generation)
        times = [to_milliseconds(change_set.time)]
        archive.addLayer(generation, [to_item(change_set)], [generation], times)
    database = DB()
    with database.transaction() as connection:
        connection.root()["archive"] = archive
    loaded = []
    setstate = ArchiveLayer.__setstate__

    def counting_setstate(layer, state):
        loaded.append(state["generation"])
        setstate(layer, state)

    monkeypatch.setattr(ArchiveLayer, "__setstate__", counting_setstate)
    with database.transaction() as connection:
        connection.cacheMinimize()
        log = SimpleNamespace(archive=connection.root()["archive"], stack=[])
        settings = keep(**{limit: layers // 3})
        kept = layers // 3
        assert apply_retention(log, settings, TODAY) == layers - kept
        assert len(set(loaded)) < 6 * log2(layers)
    database.close()
