"""Searching the log: whatever a full scan finds is found, and little else is loaded."""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly import bulk
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.entry import folders_above
from collective.appendonly.keys import ACTION
from collective.appendonly.keys import ACTOR
from collective.appendonly.keys import FOLDER
from collective.appendonly.keys import PRINCIPAL
from collective.appendonly.keys import TYPE
from collective.appendonly.keys import UID
from collective.appendonly.keys import WORD
from collective.appendonly.keys import words
from collective.appendonly.operations.maintenance.erasure import erase
from collective.appendonly.structures.check import check
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from functools import partial
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from tests.product.logs import LogWithoutSite
from ZODB.MappingStorage import DB

import pytest
import transaction


BEGIN = datetime(2026, 11, 23, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
PEOPLE = ("ann", "bob", "eve")
PATHS = ("news/party", "news/2026/jan/snow", "news/2026", "über/grün", "front-page")

entries = st.builds(
    Entry,
    actions=st.lists(st.sampled_from(["edited", "removed", "shared"]), min_size=1).map(
        tuple
    ),
    uid=st.sampled_from(["u1", "u2", "u3", ""]),
    path=st.sampled_from(PATHS),
    title=st.sampled_from(
        ["Party", "Snow party", "Grün", "GRU\u0308N im März", "庭園"]
    ),
    portal_type=st.sampled_from(["Document", "File"]),
    principals=st.sets(
        st.sampled_from(["Anonymous", *map("user:{}".format, PEOPLE)])
    ).map(lambda names: tuple(sorted(names))),
    actor=st.sampled_from([None, *PEOPLE]),
)
change_sets = st.builds(
    lambda hour, entries: ChangeSet(
        BEGIN + hour * HOUR, entries[0].actor, tuple(entries)
    ),
    st.integers(0, 20),
    st.lists(entries, min_size=1, max_size=5),
)

#: What a key of each kind says about an entry.
VALUES = {
    UID: lambda entry: {entry.uid},
    ACTOR: lambda entry: {entry.actor} - {None},
    PRINCIPAL: lambda entry: set(entry.principals),
    FOLDER: lambda entry: set(folders_above(entry.path)),
    ACTION: lambda entry: set(entry.actions),
    TYPE: lambda entry: {entry.portal_type},
    WORD: lambda entry: words(entry.title),
}


@pytest.fixture(scope="module")
def small():
    """Change sets are large if they have three entries; blocks have two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "INLINE_ENTRIES", 2)
        patch.setattr(bulk, "BLOCK_ENTRIES", 2)
        patch.setattr(bulk, "_PAIRS", 7)
        yield


@pytest.fixture
def new_log():
    """Return an empty log, in a database."""
    db = DB()
    connection = db.open()

    def new_log():
        log = LogWithoutSite(AppendStack(2, 2), Archive())
        connection.root()["log"] = log
        transaction.commit()
        return log

    yield new_log
    transaction.abort()
    connection.close()
    db.close()


def fill(log, history):
    for change_set in history:
        log.push(change_set)
        transaction.commit()


def facts(log):
    """Return all values that entries of the log have, by their kinds."""
    found = {kind: set() for kind in VALUES}
    for _, change_set in log.older():
        for entry in change_set.entries:
            for kind, values_of in VALUES.items():
                found[kind] |= values_of(entry)
    return found


def assert_that_all_is_found(log):
    """Compare searches for everything that there is with a full scan."""
    check(log.stack, log.archive)
    everything = dict(log.older())
    known = facts(log)
    places = list(everything)[:: len(everything) // 3 + 1]
    ways = [
        (search, list(search()))
        for search in (
            log.older,
            *(partial(log.older, place) for place in places),
            *(partial(log.newer, place) for place in places),
        )
    ]
    for kind, values_of in VALUES.items():
        for value in [*known[kind], "nothing has this"]:
            expected = {
                position
                for position, change_set in everything.items()
                if any(value in values_of(entry) for entry in change_set.entries)
            }
            having = [log.keys.wanted(kind, [value])]
            for search, scanned in ways:
                found = list(search(having=having))
                assert found == [each for each in scanned if each in found]
                wanted = [each for each in scanned if each[0] in expected]
                assert wanted == [each for each in found if each[0] in expected]


histories = settings(
    max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@histories
@given(history=st.lists(change_sets, max_size=24))
def test_whatever_is_in_the_log_is_found(small, new_log, history):
    log = new_log()
    fill(log, history)
    assert_that_all_is_found(log)


@histories
@given(
    history=st.lists(change_sets, max_size=24),
    since=st.none() | st.integers(-1, 21),
    until=st.none() | st.integers(-1, 21),
)
def test_whatever_happened_in_a_time_is_found(small, new_log, history, since, until):
    """In whatever order the times are."""
    log = new_log()
    fill(log, history)
    first, last = (
        None if hour is None else BEGIN + hour * HOUR for hour in (since, until)
    )
    everything = list(log.older())
    found = list(log.older(since=first, until=last))
    expected = [
        each
        for each in everything
        if (first is None or each[1].time >= first)
        and (last is None or each[1].time <= last)
    ]
    assert [each for each in everything if each in found] == found
    assert [each for each in found if each in expected] == expected


@histories
@given(
    old=st.lists(change_sets, max_size=12),
    history=st.lists(change_sets, max_size=12),
)
def test_what_was_recorded_before_there_were_keys_is_found(
    small, new_log, old, history
):
    log = new_log()
    secret, log.secret = log.secret, None
    fill(log, old)
    assert log.keys is None
    log.secret = secret
    fill(log, history)
    assert_that_all_is_found(log)


@histories
@given(history=st.lists(change_sets, max_size=24), person=st.sampled_from(PEOPLE))
def test_an_erased_user_is_found_by_the_pseudonym_only(small, new_log, history, person):
    log = new_log()
    fill(log, history)
    was_found = {
        position
        for position, change_set in log.older()
        if person in [entry.actor for entry in change_set.entries]
    }
    erase(log, person, "erased:x")
    assert_that_all_is_found(log)
    found = {position for position, _ in log.older(having=[actor(log, "erased:x")])}
    assert was_found <= found
    gone = [actor(log, person), log.keys.wanted(PRINCIPAL, [f"user:{person}"])]
    for group in gone:
        assert list(log.archive.layers(having=[group])) == []
        for *_, item in log.archive:
            if isinstance(item, BulkChangeSet):
                assert list(bulk.parts_with(item, [group])) == []


def actor(log, user_id):
    return log.keys.wanted(ACTOR, [user_id])


@histories
@given(history=st.lists(change_sets, min_size=1, max_size=24), place=st.integers(0, 23))
def test_a_damaged_item_hides_nothing_else(small, new_log, history, place):
    log = new_log()
    fill(log, history[:place])
    log.stack.push(b"3 later", log._add_layer)
    fill(log, history[place:])
    assert len(log) == len(history) + 1
    assert_that_all_is_found(log)


# What is loaded


def edit(number, **others):
    values = {
        "actions": ("edited",),
        "uid": f"{number % 500:032x}",
        "path": f"news/page-{number % 500}",
        "title": f"Page {number % 500}",
        "portal_type": "Document",
        "principals": ("Anonymous",),
        "actor": "jane",
        **others,
    }
    return ChangeSet(BEGIN + number * HOUR, values["actor"], (Entry(**values),))


RARE = {
    "uid": "f" * 32,
    "path": "gone/secret-garden",
    "title": "The garden",
    "actions": ("shared",),
    "actor": "bob",
    "principals": ("user:bob",),
    "portal_type": "File",
}


@pytest.fixture(scope="module")
def long():
    """A log with 1000 layers, one of which has something rare, and one a large change set."""
    db = DB()
    connection = db.open()
    log = connection.root()["log"] = LogWithoutSite(AppendStack(2, 8), Archive())
    for number in range(8000):
        log.push(edit(number, **(RARE if number == 2000 else {})))
        if number == 5000:
            entries = edit(0).entries * 10_000 + edit(0, uid="e" * 32).entries
            log.push(ChangeSet(BEGIN, "jane", entries))
    transaction.commit()
    yield log
    transaction.abort()
    connection.close()
    db.close()


def loads(log, read):
    """Return how many records *read* loads, and its result."""
    jar = log._p_jar
    jar.cacheMinimize()
    list(log.stack)  # with the newest change sets
    jar.getTransferCounts(clear=True)
    result = read()
    return jar.getTransferCounts()[0], result


@pytest.mark.parametrize(
    "kind, value",
    [
        (UID, "f" * 32),
        (FOLDER, "gone"),
        (ACTION, "shared"),
        (ACTOR, "bob"),
        (PRINCIPAL, "user:bob"),
        (TYPE, "File"),
        (WORD, "garden"),
    ],
)
def test_what_is_rare_is_found_with_few_records(long, kind, value):
    def find():
        found = []
        for _, change_set in long.older(having=[long.keys.wanted(kind, [value])]):
            found += [
                each for each in change_set.entries if value in VALUES[kind](each)
            ]
        return found

    count, [found] = loads(long, find)
    assert found.uid == "f" * 32
    assert count < 60


def test_a_day_is_found_with_few_records(long):
    since = BEGIN + 2000 * HOUR

    def find():
        return list(long.older(since=since, until=since + 24 * HOUR))

    count, found = loads(long, find)
    assert {since + hour * HOUR for hour in range(25)} <= {
        each.time for _, each in found
    }
    assert len(found) < 50
    assert count < 60


def test_an_object_in_a_large_change_set_is_found_with_few_records(long):
    having = [long.keys.wanted(UID, ["e" * 32])]

    def find():
        return [
            entry
            for _, change_set in long.older(having=having)
            for entry in change_set.entries
            if entry.uid == "e" * 32
        ]

    count, found = loads(long, find)
    assert len(found) == 1
    assert count < 60
