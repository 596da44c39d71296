"""The pace of edits, and whether the window fits it."""

from collective.appendonly.doctor import examine
from collective.appendonly.doctor.pace import measure_pace
from collective.appendonly.doctor.pace import Pace
from collective.appendonly.doctor.size import measure_size
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.recording import clock
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from zope.i18n import translate

import pytest
import transaction


NOW = datetime(2026, 11, 25, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


@pytest.fixture
def push(log):
    """Let the log have change sets of so many seconds ago."""

    def push(*seconds, actor="jane", title="A page", backfilled=False):
        entry = Entry(("edited",), "0" * 32, "page", title, "Document", ("Anonymous",))
        for ago in seconds:
            time = NOW - timedelta(seconds=ago)
            log.push(ChangeSet(time, actor, (entry,), backfilled=backfilled))
        transaction.commit()

    return push


def pace(log, layers=100):
    return measure_pace(log, NOW, layers)


# The pace


def test_of_an_empty_log_there_is_no_pace(log):
    assert pace(log) is None


def test_the_busiest_minute_is_found_wherever_it_begins(log, push):
    push(*range(5000, 4000, -100))
    push(3990, 3989, 3960, 3931, actor="mary")
    push(3930, 3900)
    assert pace(log) == Pace(
        busiest=NOW - timedelta(seconds=3990), in_a_minute=4, people=1, per_day=16.0
    )


def test_people_are_counted_once(log, push):
    push(10)
    push(9, actor="mary")
    push(8)
    assert pace(log).people == 2


def test_clocks_that_differ_do_no_harm(log, push):
    push(10, 30, 5)
    assert pace(log).in_a_minute == 3
    assert pace(log).busiest == NOW - timedelta(seconds=30)


def test_what_is_old_or_was_concluded_from_the_catalog_does_not_count(log, push):
    week = 7 * 24 * 3600
    push(20, 20, 20, backfilled=True)
    push(week + 200, week + 199)
    assert pace(log) is None
    push(week - 10, 5)
    assert pace(log) == Pace(NOW - timedelta(seconds=week - 10), 1, 1, 2 / 7)


def test_only_so_many_layers_are_read(log, push):
    push(*range(4000, 0, -10))
    # The stack has 16 of them, and each layer 8.
    assert pace(log, layers=3).per_day == pytest.approx(40 / (400 / 86400))


# What is concluded


@pytest.fixture
def window(portal):
    def window():
        [finding] = [found for found in examine(portal) if found.name == "window"]
        return (
            finding.verdict.value,
            translate(finding.sentence),
            translate(finding.remedy),
        )

    return window


def details(portal):
    [finding] = [found for found in examine(portal) if found.name == "window"]
    return list(map(translate, finding.details))


def test_the_window_of_a_new_site_fits_a_busy_editorial_office(portal, push, window):
    for second in range(300, 0, -5):
        push(second, actor=f"editor-{second % 7}", title="A page with a title")
    assert window() == ("good", "The size of the stack fits the pace of edits.", "")
    busiest, promise, lasting, written = details(portal)
    assert busiest == (
        "Busiest minute of the last seven days, as far as they were looked at: 12 edits"
        " recorded, Nov 25, 2026 11:55 AM."
    )
    assert "takes up to 8 from each" in promise
    assert lasting.startswith("A layer lasted 40 seconds at the busiest time.")
    assert written.endswith("Layers archived per day: 7.5.")


def test_a_stack_that_makes_edits_dear_should_be_smaller(
    portal, log, configure, push, window
):
    configure(window_length=100)
    push(*range(3000, 0, -10), title="A page with a title of some length" * 3)
    verdict, sentence, remedy = window()
    assert verdict == "warning"
    assert "KB, which is much." in sentence
    # The length that it names is one that it is content with, and less than before.
    length = int(remedy.split()[-1].rstrip("."))
    assert 2 <= length < 30
    configure(window_length=length)
    assert window()[0] == "good"


def test_a_stack_of_many_layers_should_have_fewer(configure, push, window):
    configure(window_layers=20)
    push(*range(3000, 0, -10))
    verdict, _sentence, remedy = window()
    assert (verdict, remedy) == ("warning", "Set “Layers of the stack” to 2.")
    configure(window_layers=2)
    assert window()[0] == "good"


def test_change_sets_that_are_large_are_dear_in_the_smallest_stack_too(
    configure, push, window
):
    configure(window_length=2)
    push(*range(300, 0, -10), title="x" * 5000)
    assert window()[0] == "good", "There is nothing better to recommend."


def test_layers_that_are_full_within_a_second_should_be_longer(
    log, configure, push, window
):
    configure(window_length=2)
    for number in range(240):
        push(60 - number / 4, actor=f"editor-{number % 5}", title="")
    assert window() == (
        "warning",
        "At the busiest time more is recorded in a second than a layer holds. Then several"
        " edits archive the same layer, each for nothing but one.",
        "Set “Changes per layer” to 4.",
    )


def test_one_script_that_commits_often_overtakes_nobody(configure, push, window):
    configure(window_length=2)
    push(*(60 - number / 4 for number in range(240)), title="")
    assert window()[0] == "good"


def test_the_size_measured_is_that_of_the_records(log, push):
    push(*range(100, 0, -1))
    storage = log.stack._p_jar.db().storage
    data, _ = storage.load(log.stack._p_oid)
    size = measure_size(log)
    assert size.item * len(log.stack) == pytest.approx(len(data), abs=64)
