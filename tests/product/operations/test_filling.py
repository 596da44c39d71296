"""Filling a log below what it contains, without a site: copies, concurrent work, and erasures."""

from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import ActivityLog
from collective.appendonly.log import STACK
from collective.appendonly.operations import filling as filling_module
from collective.appendonly.operations.filling import BACKFILL
from collective.appendonly.operations.filling import Filling
from collective.appendonly.operations.filling import FillingError
from collective.appendonly.operations.maintenance.erasure import erase
from collective.appendonly.structures.check import check
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from persistent import Persistent
from persistent.mapping import PersistentMapping
from Products.CMFCore.interfaces import ISiteRoot
from transaction import TransactionManager
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError
from ZODB.POSException import ReadConflictError
from zope.annotation.interfaces import IAnnotations
from zope.component import getGlobalSiteManager
from zope.interface import implementer

import pytest
import transaction


BEGIN = datetime(2026, 11, 23, tzinfo=timezone.utc)


@implementer(ISiteRoot)
class Site(Persistent):
    def __init__(self):
        self.annotations = PersistentMapping({STACK: Archive()})

    def __conform__(self, interface):
        return self.annotations if interface is IAnnotations else None


class Log(ActivityLog):
    def __init__(self, site):
        super().__init__()
        self._site, self._stack = site, AppendStack(2, 2)

    stack = property(lambda self: self._stack)
    archive = property(lambda self: self._site.annotations[STACK])


@pytest.fixture(autouse=True)
def moves(monkeypatch):
    """By how many generations accounts were moved, which are of a site."""
    moves = []
    monkeypatch.setattr(filling_module, "move_accounts", moves.append)
    return moves


@pytest.fixture
def database():
    # Unlike others in memory, this storage resolves conflicts.
    db = DB(DemoStorage())
    with db.transaction() as connection:
        site = connection.root()["site"] = Site()
        connection.root()["log"] = Log(site)
    yield db
    transaction.abort()
    db.close()


@contextmanager
def found_in(connection):
    """Register site and log of a connection, as if the site were the current one."""
    registry, root = getGlobalSiteManager(), connection.root()
    for name, interface in (("site", ISiteRoot), ("log", IActivityLog)):
        registry.registerUtility(root[name], interface)
    yield root["site"], root["log"]
    for name, interface in (("site", ISiteRoot), ("log", IActivityLog)):
        registry.unregisterUtility(root[name], interface)


@pytest.fixture
def site(database):
    connection = database.open()
    with found_in(connection) as (site, _):
        yield site
    transaction.abort()
    connection.close()


@pytest.fixture
def log(site):
    return site._p_jar.root()["log"]


@pytest.fixture
def filling(site, log):
    return Filling(site, BACKFILL)


def change_set(number, actor="jane"):
    entry = Entry(("edited",), "uid", "page", "Page", "Document", ("Anonymous",), actor)
    return ChangeSet(BEGIN + timedelta(hours=number), actor, (entry,))


def record(log, *numbers):
    for number in numbers:
        item = to_item(change_set(number), log.keys)
        log.stack.push(item, log._add_layer)
        log._p_jar.transaction_manager.commit()


@pytest.fixture
def elsewhere(database):
    """Do something with the log in another process, which commits it."""

    def elsewhere(do):
        manager = TransactionManager()
        connection = database.open(manager)
        do(connection.root()["log"])
        manager.commit()
        connection.close()

    return elsewhere


def begin(filling, *numbers):
    """Begin, and collect change sets that are older than those in the log."""
    filling.begin(is_below=True, place=0)
    items = [to_item(change_set(number, "tom")) for number in numbers]
    filling.add(items, 0, 1)
    transaction.commit()


def hours(log):
    """Return when all change sets were, oldest first, after a check."""
    transaction.begin()
    check(log.stack, log.archive)
    times = [found.time for _, found in log.older()][::-1]
    assert len(times) == len(log)
    return [(time - BEGIN) // timedelta(hours=1) for time in times]


@pytest.mark.parametrize("recorded", [0, 1, 3, 4, 5, 20])
@pytest.mark.parametrize("batch", [1, 3, 100])
def test_what_is_added_goes_below_what_was_recorded(
    log, filling, recorded, batch, moves
):
    record(log, *range(recorded))
    before = [(position, found.time) for position, found in log.older()]
    begin(filling, -3, -2, -1)
    copied = 0
    while filling.layers_left:
        copied += filling.copy(batch)
        transaction.commit()
    assert copied == max(0, (recorded - 1) // 2 - 1)
    filling.finish()
    assert hours(log) == list(range(-3, recorded))
    assert not filling.is_begun
    after = [(position, found.time) for position, found in log.older()]
    assert [
        (position._replace(generation=position.generation + moved), time)
        for moved in moves
        for position, time in before
    ] == after[:recorded]
    assert len(moves) == (recorded > 0)


@pytest.mark.parametrize("copied", [0, 1, 2, 5])
def test_what_is_recorded_meanwhile_is_on_top(log, filling, elsewhere, copied):
    record(log, *range(9))
    begin(filling, -2, -1)
    if copied:
        filling.copy(copied)
        transaction.commit()
    elsewhere(lambda other: record(other, *range(9, 20)))
    transaction.begin()
    filling.finish()
    record(log, 20)
    assert hours(log) == list(range(-2, 21))


def test_an_interrupted_copy_continues(log, filling):
    record(log, *range(20))
    begin(filling, -1)
    filling.copy(2)
    transaction.commit()
    filling.copy(3)
    transaction.abort()
    assert filling.copy(100) == filling.layers_left + 6
    transaction.commit()
    filling.finish()
    assert hours(log) == list(range(-1, 20))


def test_the_last_step_writes_no_layer_that_was_copied(log, filling, monkeypatch):
    record(log, *range(100))
    begin(filling, -1)
    filling.copy(1000)
    transaction.commit()
    added = []
    add_layer = Archive.addLayer
    monkeypatch.setattr(
        Archive,
        "addLayer",
        lambda self, *layer: (added.append(layer[0]), add_layer(self, *layer))[1],
    )
    filling.finish()
    # The two layers of the stack.
    assert len(added) == 2


@pytest.mark.parametrize("step", ["copy", "finish"])
def test_a_user_who_is_erased_meanwhile_does_not_come_back(
    log, filling, elsewhere, step, monkeypatch
):
    """The erasure reads the copies only after the originals."""
    record(log, *range(9))
    begin(filling, -1)

    def replace(other):
        layer = other.archive.layer(1)
        items = [to_item(change_set(hour, "erased:1")) for hour in (2, 3)]
        other.archive.replace(1, items, *other.contents_of(items))
        assert len(layer.items) == 2

    if step == "copy":
        filling.copy(100)
        elsewhere(replace)
        with pytest.raises(ReadConflictError):
            transaction.commit()
        transaction.abort()
        filling.copy(100)
        transaction.commit()
        filling.finish()
    else:
        rest_on, times = ActivityLog.rest_on, []

        def rest_on_and_be_late(self, *args):
            rest_on(self, *args)
            times.append(args)
            if len(times) == 1:
                elsewhere(replace)

        monkeypatch.setattr(ActivityLog, "rest_on", rest_on_and_be_late)
        filling.finish()
        assert len(times) == 2
    assert hours(log) == list(range(-1, 9))
    actors = [found.actor for _, found in log.older()][::-1]
    assert actors[3:5] == ["erased:1", "erased:1"]


def test_an_erasure_finds_what_was_copied(log, filling, site):
    record(log, *range(9))
    begin(filling, -2, -1)
    filling.copy(2)
    transaction.commit()
    erased = erase(
        log, "jane", "x", unfinished=lambda: site.annotations[BACKFILL]["archive"]
    )
    assert (erased.changed, erased.unreadable) == (9 + 4, 0)
    filling.finish()
    assert hours(log) == list(range(-2, 9))
    assert {found.actor for _, found in log.older()} == {"tom", "x"}


def test_nothing_goes_below_what_was_discarded(log, filling):
    record(log, *range(9))
    log.archive.discard(1)
    transaction.commit()
    with pytest.raises(FillingError, match="has discarded its oldest changes"):
        filling.begin(is_below=True, place=0)
    transaction.abort()
    assert not filling.is_begun


@pytest.mark.parametrize("copied", [0, 2])
def test_what_is_discarded_meanwhile_stops_it(log, filling, elsewhere, copied):
    record(log, *range(9))
    begin(filling, -1)
    if copied:
        filling.copy(copied)
        transaction.commit()
    elsewhere(lambda other: other.archive.discard(1))
    transaction.begin()
    with pytest.raises(FillingError, match="Nothing was added"):
        filling.finish()
    assert hours(log) == list(range(2, 9))
    assert not filling.is_begun


def test_work_that_an_earlier_version_began_with_an_empty_log(log, filling):
    begin(filling, -1)
    del filling.state["horizon"]
    record(log, *range(9))
    filling.finish()
    assert hours(log) == list(range(-1, 9))


def test_an_import_needs_an_empty_log(log, filling):
    record(log, 1)
    with pytest.raises(FillingError, match=r"already contains changes \(1\)"):
        filling.begin(place=0)


def test_two_processes_do_not_copy_a_layer_twice(log, filling, site, database):
    record(log, *range(9))
    begin(filling, -1)
    filling.copy(2)
    manager = TransactionManager()
    connection = database.open(manager)
    state = connection.root()["site"].annotations[BACKFILL]
    state["copied"] = 0
    manager.commit()
    connection.close()
    with pytest.raises(ConflictError):
        transaction.commit()
    transaction.abort()
