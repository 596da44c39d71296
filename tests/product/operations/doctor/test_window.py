"""The edit rate, and whether the window fits it."""

from .conftest import NOW
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.operations.doctor import examine
from collective.appendonly.operations.doctor.window import EditRate
from collective.appendonly.operations.doctor.window import measure_edit_rate
from collective.appendonly.operations.doctor.window import measure_size
from datetime import timedelta
from zope.i18n import translate

import pytest
import transaction


@pytest.fixture
def push(log):
    """Push change sets that happened so many seconds ago."""

    def push(*seconds, actor="jane", title="A page", backfilled=False):
        entry = Entry(("edited",), "0" * 32, "page", title, "Document", ("Anonymous",))
        for ago in seconds:
            time = NOW - timedelta(seconds=ago)
            log.push(ChangeSet(time, actor, (entry,), backfilled=backfilled))
        transaction.commit()

    return push


def rate(log, layers=100):
    return measure_edit_rate(log, NOW, layers)


# The edit rate


def test_an_empty_log_has_no_edit_rate(log):
    assert rate(log) is None


def test_the_busiest_minute_is_found_wherever_it_begins(log, push):
    push(*range(5000, 4000, -100))
    push(3990, 3989, 3960, 3931, actor="mary")
    push(3930, 3900)
    assert rate(log) == EditRate(
        busiest=NOW - timedelta(seconds=3990), in_a_minute=4, users=1, per_day=16.0
    )


def test_users_are_counted_once(log, push):
    push(10)
    push(9, actor="mary")
    push(8)
    assert rate(log).users == 2


def test_a_time_in_the_future_does_not_count(log, push):
    year = 365 * 24 * 60 * 60
    push(20, -year, -year - 1, -year - 2, 5)
    assert rate(log) == EditRate(
        busiest=NOW - timedelta(seconds=20),
        in_a_minute=2,
        users=1,
        per_day=rate(log).per_day,
    )


def test_clocks_that_differ_are_tolerated(log, push):
    push(10, 30, 5)
    assert rate(log).in_a_minute == 3
    assert rate(log).busiest == NOW - timedelta(seconds=30)


def test_old_and_backfilled_changes_do_not_count(log, push):
    week = 7 * 24 * 3600
    push(20, 20, 20, backfilled=True)
    push(week + 200, week + 199)
    assert rate(log) is None
    push(week - 10, 5)
    assert rate(log) == EditRate(NOW - timedelta(seconds=week - 10), 1, 1, 2 / 7)


def test_only_so_many_layers_are_read(log, push):
    push(*range(4000, 0, -10))
    # The stack has 16 of them, and each layer 8.
    assert rate(log, layers=3).per_day == pytest.approx(40 / (400 / 86400))


# What is concluded


@pytest.fixture
def window(found):
    return lambda: found("window")


def details(portal):
    [finding] = [found for found in examine(portal) if found.name == "window"]
    return list(map(translate, finding.details))


def test_the_window_of_a_new_site_fits_a_busy_editorial_office(portal, push, window):
    for second in range(300, 0, -5):
        push(second, actor=f"editor-{second % 7}", title="A page with a title")
    assert window() == ("good", "The size of the stack fits the edit rate.", "")
    busiest, promise, lasting, written = details(portal)
    assert busiest == (
        "Busiest minute in the examined part of the last seven days: 12 edits,"
        " Nov 25, 2026 11:55 AM."
    )
    assert "accepts up to 8 per edit" in promise
    assert lasting.startswith("At the busiest time, a layer lasted 40 seconds.")
    assert written.endswith("Layers archived per day: 7.5.")


def test_a_stack_that_makes_edits_expensive_should_be_smaller(
    portal, log, configure, push, window
):
    configure(window_length=100)
    push(*range(3000, 0, -10), title="A page with a title of some length" * 3)
    status, message, recommendation = window()
    assert status == "warning"
    assert "KB to the log, which is too much." in message
    # The length that it names is one that it is content with, and less than before.
    length = int(recommendation.split()[-1].rstrip("."))
    assert 2 <= length < 100
    configure(window_length=length)
    assert window()[0] == "good"


def test_a_stack_of_many_layers_should_have_fewer(configure, push, window):
    configure(window_layers=20, window_length=16)
    push(*range(4000, 0, -10))
    status, _message, recommendation = window()
    assert (status, recommendation) == ("warning", "Set “Layers in the stack” to 2.")
    configure(window_layers=2)
    assert window()[0] == "good"


def test_large_change_sets_are_expensive_in_any_stack(configure, push, window):
    configure(window_length=2)
    push(*range(300, 0, -10), title="x" * 5000)
    assert window()[0] == "good", "There is nothing better to recommend."


def test_layers_full_within_a_second_should_be_longer(log, configure, push, window):
    configure(window_length=2)
    for number in range(240):
        push(60 - number / 4, actor=f"editor-{number % 5}", title="")
    assert window() == (
        "warning",
        "At the busiest time, more changes are recorded per second than a layer"
        " holds. Several edits then archive the same layer, and all but one do so"
        " in vain.",
        "Set “Changes per layer” to 4.",
    )


def test_a_script_that_commits_often_is_not_overtaken(configure, push, window):
    configure(window_length=2)
    push(*(60 - number / 4 for number in range(240)), title="")
    assert window()[0] == "good"


def test_the_size_measured_is_that_of_the_records(log, push):
    push(*range(100, 0, -1))
    storage = log.stack._p_jar.db().storage
    data, _ = storage.load(log.stack._p_oid)
    size = measure_size(log)
    assert size.item * len(log.stack) == pytest.approx(len(data), abs=64)
