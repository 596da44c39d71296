"""Events about change sets, in logs without a site."""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.events import IChangeSetCommittedEvent
from collective.appendonly.events import IChangeSetRecordedEvent
from collective.appendonly.interfaces import Position
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from persistent.mapping import PersistentMapping
from Products.CMFCore.interfaces import ISiteRoot
from tests.product.logs import LogWithoutSite
from transaction import TransactionManager
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError
from zope.component import getGlobalSiteManager
from zope.interface import implementer

import pytest
import transaction


BEGIN = datetime(2026, 11, 23, tzinfo=timezone.utc)


@implementer(ISiteRoot)
class Site:
    def getPhysicalPath(self):
        return ("", "Plone")


@pytest.fixture
def subscribe():
    """Subscribe to events of a kind, in the registry of a site, during the test."""
    registry = getGlobalSiteManager()
    site, handlers = Site(), []
    registry.registerUtility(site, ISiteRoot)

    def subscribe(interface, handler):
        registry.registerHandler(handler, [interface])
        handlers.append((handler, [interface]))

    yield subscribe
    for handler, required in handlers:
        registry.unregisterHandler(handler, required)
    registry.unregisterUtility(site, ISiteRoot)


@pytest.fixture
def database():
    # Unlike others in memory, this storage resolves conflicts.
    db = DB(DemoStorage())
    with db.transaction() as connection:
        log = LogWithoutSite(AppendStack(2, 2), Archive())
        connection.root()["log"] = log
        connection.root()["queue"] = PersistentMapping(items=())
    yield db
    transaction.abort()
    db.close()


@pytest.fixture
def root(database):
    connection = database.open()
    yield connection.root()
    transaction.abort()
    connection.close()


@pytest.fixture
def log(root):
    return root["log"]


@pytest.fixture
def committed(subscribe):
    """The events after commits."""
    events = []
    subscribe(IChangeSetCommittedEvent, events.append)
    return events


def change_set(number=0, entries=1):
    entry = Entry(("edited",), "uid", "page", "Page", "Document", ("Anonymous",))
    return ChangeSet(BEGIN + timedelta(hours=number), "jane", (entry,) * entries)


@pytest.fixture
def elsewhere(database):
    """Push change sets as another process, which commits them."""

    def elsewhere(*numbers):
        manager = TransactionManager()
        connection = database.open(manager)
        log = connection.root()["log"]
        for number in numbers:
            item = to_item(change_set(number), log.keys)
            log.stack.push(item, log._add_layer)
            manager.commit()
        connection.close()

    return elsewhere


# After a commit


def test_a_commit_tells_of_the_change_set_its_position_and_the_site(log, committed):
    log.push(change_set(1))
    assert committed == []
    transaction.commit()
    [event] = committed
    assert IChangeSetCommittedEvent.providedBy(event)
    assert event.change_set == change_set(1)
    assert event.site_path == "/Plone"
    assert event.position == Position(0, 0)
    assert list(log.newer(event.position)) == []


def test_each_commit_tells_of_its_own_change_set(log, committed):
    for number in range(7):
        log.push(change_set(number))
        transaction.commit()
    assert [event.change_set for event in committed] == list(map(change_set, range(7)))
    positions = [position for position, _ in log.older()][::-1]
    # Those of the first ones are in the archive by now.
    assert [event.position for event in committed] == positions


def test_change_sets_of_one_transaction_are_told_of_in_their_order(log, committed):
    log.push(change_set(1))
    log.push(change_set(2))
    transaction.commit()
    assert [event.change_set.time.hour for event in committed] == [1, 2]
    assert [event.position for event in committed] == [Position(0, 0), Position(0, 1)]


def test_a_large_change_set_comes_whole(log, committed):
    log.push(change_set(1, entries=250))
    transaction.commit()
    [event] = committed
    assert len(event.change_set.entries) == 250
    assert event.position == Position(0, 0)


@pytest.mark.parametrize("others", [1, 2, 3, 4])
def test_a_concurrent_edit_that_was_first_moves_the_position(
    log, committed, elsewhere, others
):
    log.push(change_set(10))
    elsewhere(*range(others))
    transaction.commit()
    [event] = committed
    assert event.position == Position(others // 2, others % 2)
    assert dict(log.older())[event.position] == change_set(10)


def test_a_position_asked_for_later_is_still_right(log, committed, elsewhere):
    log.push(change_set(10))
    transaction.commit()
    elsewhere(*range(6))
    transaction.begin()
    [event] = committed
    assert event.position == Position(0, 0)


def test_what_has_left_the_log_has_no_position(log, committed):
    log.push(change_set(10))
    transaction.commit()
    log.stack.prune(log.archive.addLayer)
    log.archive.discard(1)
    [event] = committed
    assert event.position is None


def test_an_abort_tells_nothing(log, committed):
    log.push(change_set())
    transaction.abort()
    log.push(change_set(1))
    transaction.commit()
    assert [event.change_set for event in committed] == [change_set(1)]


def test_a_conflict_tells_nothing_until_it_was_retried(log, committed, database):
    def edit():
        log.push(change_set())
        log._p_jar.root()["queue"]["items"] = "mine"

    edit()
    manager = TransactionManager()
    other = database.open(manager)
    other.root()["queue"]["items"] = "theirs"
    manager.commit()
    other.close()
    with pytest.raises(ConflictError):
        transaction.commit()
    assert committed == []
    transaction.abort()
    edit()
    transaction.commit()
    assert len(committed) == 1


def test_a_failing_subscriber_hurts_neither_the_commit_nor_the_others(
    log, subscribe, caplog
):
    told = []

    def bug(event):
        raise ValueError("A bug.")

    def conflict(event):
        raise ConflictError

    for handler in (bug, conflict, told.append):
        subscribe(IChangeSetCommittedEvent, handler)
    log.push(change_set())
    transaction.commit()
    assert len(told) == 1
    assert len(log) == 1
    failed = [record for record in caplog.records if record.exc_info]
    assert [
        "bug" in failed[0].getMessage(),
        "conflict" in failed[1].getMessage(),
        len(failed),
    ] == [True, True, 2]


def test_a_subscriber_cannot_write_after_the_commit(
    log, subscribe, root, database, caplog
):
    def write(event):
        root["queue"]["items"] = "written"

    subscribe(IChangeSetCommittedEvent, write)
    log.push(change_set())
    transaction.commit()
    assert "failed for a committed change set" in caplog.text
    log.push(change_set(1))
    transaction.commit()
    with database.transaction() as connection:
        assert connection.root()["queue"]["items"] == ()
        assert len(connection.root()["log"]) == 2


def test_without_subscribers_there_is_no_hook(log, subscribe):
    log.push(change_set())
    assert list(transaction.get().getAfterCommitHooks()) == []


# In the transaction


@pytest.fixture
def queue(subscribe, root):
    """Put each change set into a queue, in its transaction; return what is in the queue."""

    def enqueue(event):
        assert IChangeSetRecordedEvent.providedBy(event)
        assert event.site_path == "/Plone"
        root["queue"]["items"] += (event.change_set,)

    subscribe(IChangeSetRecordedEvent, enqueue)
    return lambda: root["queue"]["items"]


def test_what_a_subscriber_writes_is_committed_with_the_change_set(log, queue):
    log.push(change_set(1))
    transaction.abort()
    assert (queue(), len(log)) == ((), 0)
    log.push(change_set(1))
    transaction.commit()
    assert (queue(), len(log)) == ((change_set(1),), 1)


def test_a_queue_of_a_retried_transaction_has_the_change_set_once(log, queue, database):
    log.push(change_set(1))
    manager = TransactionManager()
    other = database.open(manager)
    other.root()["queue"]["others"] = 1
    manager.commit()
    other.close()
    with pytest.raises(ConflictError):
        transaction.commit()
    transaction.abort()
    log.push(change_set(1))
    transaction.commit()
    assert queue() == (change_set(1),)


def test_a_bug_in_the_transaction_is_logged_and_the_change_set_is_committed(
    log, subscribe, queue, caplog
):
    def bug(event):
        raise ValueError("A bug.")

    subscribe(IChangeSetRecordedEvent, bug)
    log.push(change_set(1))
    transaction.commit()
    assert (queue(), len(log)) == ((change_set(1),), 1)
    assert "failed for a recorded change set" in caplog.text


def test_a_conflict_in_the_transaction_is_passed_on(log, subscribe):
    def conflict(event):
        raise ConflictError

    subscribe(IChangeSetRecordedEvent, conflict)
    with pytest.raises(ConflictError):
        log.push(change_set())
