"""Filling a log from the catalog."""

from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import ActivityLog
from collective.appendonly.operations import backfill as operation
from collective.appendonly.operations import NotInstalled
from collective.appendonly.operations.backfill import backfill
from collective.appendonly.operations.backfill import Backfilled
from collective.appendonly.operations.filling import BACKFILL
from collective.appendonly.operations.filling import FillingError
from collective.appendonly.recording import recording_suspended
from collective.appendonly.structures.archive import Archive
from collective.appendonly.structures.check import check
from DateTime import DateTime
from datetime import datetime
from datetime import timezone
from functools import partial
from plone import api
from plone.app.discussion.interfaces import IConversation
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from plone.app.testing import applyProfile
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.operations.maintenance.diary import interrupted
from tests.product.recording.expected import PRIVATE
from tests.product.recording.expected import PUBLIC
from transaction import TransactionManager
from zope.annotation.interfaces import IAnnotations
from zope.component import createObject
from zope.component import getUtility
from zope.component.hooks import site as in_site
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.large


#: The start of the backfill, after everything that happens in a test.
NOW = datetime(2100, 1, 1, 12, 0, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


def add_content(
    portal, path, created, edited=None, portal_type="Document", creator="jane"
):
    """Add content with dates and a creator, before there is a log."""
    folder, _, name = path.rpartition("/")
    container = portal.unrestrictedTraverse(folder) if folder else portal
    with recording_suspended():
        obj = api.content.create(container, portal_type, name, title=name.title())
        stamp(obj, created, edited or created, creator)
        transaction.commit()
    return obj


@pytest.fixture
def add(portal):
    return partial(add_content, portal)


def stamp(obj, created, edited, creator):
    obj.creation_date = DateTime(f"{created} UTC")
    obj.modification_date = DateTime(f"{edited} UTC")
    obj.creators = (creator,) if creator else ()
    # Named indexes, or the object would count as modified now.
    obj.reindexObject(idxs=["created", "modified", "Creator"])


def fill(portal):
    add = partial(add_content, portal)
    news = add("news", "2019-03-01 10:00:00", "2023-01-01", "Folder", "tom")
    add("news/party", "2020-06-01 12:30:15.250", "2020-06-01 12:30:40")
    add("news/feast", "2020-06-01 12:30:15", "2021-05-05 05:05:05")
    add("minutes", "2018-01-01", "2018-01-02", creator="ruth")
    with recording_suspended():
        api.content.transition(news["party"], "publish")
        # It counts as modified by what was added to it.
        stamp(news, "2019-03-01 10:00:00", "2023-01-01", "tom")
        transaction.commit()


functional = database_of(site_with(fill), needed_by="site")


@pytest.fixture
def site(portal):
    """A site with seven changes in its catalog."""
    return portal


def created(time, path, actor="jane", principals=PRIVATE, **others):
    return line("created", time, path, actor, principals, **others)


def edited(time, path, principals=PRIVATE, **others):
    return line("edited", time, path, None, principals, **others)


def line(action, time, path, actor, principals, portal_type="Document"):
    name = path.rpartition("/")[2]
    return ChangeSet(
        time=datetime.fromisoformat(time).replace(tzinfo=timezone.utc),
        actor=actor,
        entries=(
            Entry(
                actions=(action,),
                uid=api.content.get(f"/{path}").UID(),
                path=path,
                title=name.title(),
                portal_type=portal_type,
                principals=principals,
                actor=actor,
            ),
        ),
        backfilled=True,
    )


def history():
    """Return the change sets that the catalog of the site has."""
    return [
        created("2018-01-01", "minutes", "ruth"),
        edited("2018-01-02", "minutes"),
        created("2019-03-01 10:00:00", "news", "tom", portal_type="Folder"),
        created("2020-06-01 12:30:15", "news/feast"),
        created("2020-06-01 12:30:15.250", "news/party", principals=PUBLIC),
        edited("2021-05-05 05:05:05", "news/feast"),
        edited("2023-01-01", "news", portal_type="Folder"),
    ]


def read(log):
    """Return all change sets, oldest first."""
    transaction.begin()
    check(log.stack, log.archive)
    return [change_set for _, change_set in log.older()][::-1]


def changes(change_sets):
    return [(c.entries[0].action, c.entries[0].path, c.backfilled) for c in change_sets]


def times(change_sets):
    return [(c.time, c.entries[0].action, c.entries[0].path) for c in change_sets]


def edit(obj, title):
    obj.title = title
    modified(obj)
    transaction.commit()


def edit_minutes(site, times):
    for number in range(times):
        edit(site["minutes"], f"Minutes {number}")


# What is added


def test_the_log_begins_with_changes_from_the_catalog(site, log):
    assert backfill(site) == Backfilled(created=4, edited=3)
    assert read(log) == history()


def test_later_changes_are_on_top_and_not_marked_as_backfilled(site, log):
    backfill(site)
    edit_minutes(site, 30)
    change_sets = read(log)
    assert change_sets[:7] == history()
    assert changes(change_sets[7:]) == [("edited", "minutes", False)] * 30


def test_a_page_saved_again_right_after_its_creation_was_not_edited(portal, add, log):
    add("page", "2020-01-01 12:00:00", "2020-01-01 12:01:29")
    backfill(portal)
    assert read(log) == [created("2020-01-01 12:00:00", "page")]


@pytest.mark.parametrize(
    "modified, edits", [("2022-02-02 02:02:03", []), ("2022-02-02 02:04", ["edited"])]
)
def test_a_folder_to_which_something_was_added_was_not_edited(
    portal, add, log, modified, edits
):
    folder = add("folder", "2020-01-01", portal_type="Folder")
    add("folder/page", "2022-02-02 02:02:02")
    with recording_suspended():
        stamp(folder, "2020-01-01", modified, "jane")
        transaction.commit()
    backfill(portal)
    assert [
        change_set.entries[0].action
        for change_set in read(log)
        if change_set.entries[0].path == "folder"
    ] == ["created", *edits]


def test_an_unknown_time_is_left_out(portal, add, log):
    page = add("page", "2020-01-01", "2021-01-01")
    with recording_suspended():
        page.creation_date = None
        page.reindexObject(idxs=["created"])
        transaction.commit()
    backfill(portal)
    assert read(log) == [edited("2021-01-01", "page")]


def test_without_a_creator_there_is_no_actor(portal, add, log):
    add("page", "2020-01-01", creator=None)
    backfill(portal)
    assert read(log) == [created("2020-01-01", "page", actor=None)]


def test_comments_and_working_copies_are_left_out(portal, add, log):
    applyProfile(portal, "plone.app.iterate:default")
    page = add("page", "2020-01-01")
    with recording_suspended():
        comment = createObject("plone.Comment")
        comment.text = "Nice"
        IConversation(page).addComment(comment)
        folder = add("drafts", "2020-01-02", portal_type="Folder")
        ICheckinCheckoutPolicy(page).checkout(folder)
        # It counts as modified by the working copy that is in it.
        stamp(folder, "2020-01-02", "2020-01-02", "jane")
        transaction.commit()
    brains = portal.portal_catalog.getAllBrains()
    assert sorted(brain.portal_type for brain in brains) == [
        "Discussion Item",
        "Document",
        "Document",
        "Folder",
        "Plone Site",
    ]
    backfill(portal)
    assert read(log) == [
        created("2020-01-01", "page"),
        created("2020-01-02", "drafts", portal_type="Folder"),
    ]


@pytest.mark.parametrize(
    "setting, value, left",
    [
        ("actions_left_out", ("edited",), [0, 2, 3, 4]),
        ("types_left_out", ("Document",), [2, 6]),
        ("paths_left_out", ("/news",), [0, 1]),
        ("users_left_out", ("jane",), [0, 1, 2, 5, 6]),
    ],
)
def test_the_settings_exclude_changes(site, log, setting, value, left):
    api.portal.set_registry_record(f"collective.appendonly.{setting}", value)
    transaction.commit()
    backfill(site)
    assert read(log) == [history()[number] for number in left]


def test_without_changes_the_log_stays_as_it_is(portal, log):
    epoch = log.epoch
    assert backfill(portal) == Backfilled(0, 0)
    assert read(log) == []
    assert log.epoch == epoch
    assert BACKFILL not in IAnnotations(portal)


# In batches


def interrupt_backfill(site, after=1, batch=2):
    """Interrupt a backfill when it reports its progress once more than so often."""
    with interrupted(after) as progress:
        backfill(site, progress, batch)


def after_a_batch(do):
    """Return a progress that calls *do* once, after the first batch."""
    calls = []

    def progress(done, total):
        calls.append(done)
        if len(calls) == 2:
            do()

    return progress


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 1000])
def test_progress_is_reported_after_each_batch(site, batch):
    calls = []
    backfill(site, lambda *numbers: calls.append(numbers), batch)
    assert calls == [(min(done, 7), 7) for done in range(0, 7 + batch, batch)]


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_backfill_continues_after_interruptions(site, log, batch):
    for _ in range(batch, 7, batch):
        interrupt_backfill(site, batch=batch)
        assert read(log) == []
    assert backfill(site, batch=batch) == Backfilled(created=4, edited=3)
    assert read(log) == history()


def test_an_interrupted_batch_is_not_half_done(site, log, monkeypatch):
    add_layer = Archive.addLayer

    def stop(archive, *layer):
        add_layer(archive, *layer)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Archive, "addLayer", stop)
        with pytest.raises(KeyboardInterrupt):
            backfill(site)
    backfill(site)
    assert read(log) == history()


def test_a_backfill_removes_its_annotation(site, log):
    interrupt_backfill(site)
    assert BACKFILL in IAnnotations(site)
    backfill(site)
    assert BACKFILL not in IAnnotations(site)


def test_uninstalling_removes_an_unfinished_backfill(site, uninstall):
    interrupt_backfill(site)
    uninstall()
    assert BACKFILL not in IAnnotations(site)


# Concurrent edits


def test_concurrent_edits_are_recorded_once_and_on_top(site, log):
    def work():
        edit_minutes(site, 30)
        api.content.create(site, "Document", "new", title="New")
        transaction.commit()

    expected = history()
    epoch = log.epoch
    backfill(site, after_a_batch(work), 2)
    change_sets = read(log)
    assert change_sets[:7] == expected
    assert changes(change_sets[7:]) == [
        *[("edited", "minutes", False)] * 30,
        ("created", "new", False),
    ]
    assert log.epoch != epoch


def test_edits_between_two_runs_are_recorded_once(site, log):
    expected = history()
    interrupt_backfill(site, after=3)
    edit(site["news"], "The News")
    api.content.create(site, "Document", "new", title="New")
    transaction.commit()
    backfill(site, batch=2)
    change_sets = read(log)
    # Its last edit is no longer the one of 2023, which is not recorded anywhere.
    assert change_sets[:6] == expected[:6]
    assert changes(change_sets[6:]) == [
        ("edited", "news", False),
        ("created", "new", False),
    ]


def test_content_imported_between_two_runs_is_left_out(site, add, log):
    interrupt_backfill(site)
    expected = history()
    add("imported", "2100-01-01 12:00:00.001")
    add("just-in-time", "2100-01-01 12:00:00")
    backfill(site)
    assert read(log) == [*expected, created("2100-01-01 12:00:00", "just-in-time")]


def test_content_moved_meanwhile_has_its_new_path(site, log):
    def move():
        api.content.move(site["news"]["feast"], site)
        transaction.commit()

    backfill(site, after_a_batch(move), 2)
    assert changes(read(log)) == [
        ("created", "minutes", True),
        ("edited", "minutes", True),
        ("created", "news", True),
        ("created", "feast", True),
        ("created", "news/party", True),
        ("edited", "feast", True),
        ("edited", "news", True),
        ("moved", "feast", False),
    ]


def test_content_removed_meanwhile_is_left_out(site, log):
    def remove():
        api.content.delete(site["news"]["feast"], check_linkintegrity=False)
        transaction.commit()

    assert backfill(site, after_a_batch(remove), 2) == Backfilled(3, 2)
    assert changes(read(log)) == [
        ("created", "minutes", True),
        ("edited", "minutes", True),
        ("created", "news", True),
        ("created", "news/party", True),
        ("edited", "news", True),
        ("removed", "news/feast", False),
    ]


@pytest.fixture
def elsewhere(functional):
    """The site as another process sees it, and the function with which it commits."""
    manager = TransactionManager()
    connection = functional["zodbDB"].open(manager)
    yield connection.root()["Application"]["plone"], manager.commit
    manager.abort()
    connection.close()


LATE = ChangeSet(NOW, "tom", (Entry(("edited",), "0", "late", "Late", "Page", PUBLIC),))


@pytest.mark.parametrize("recorded", [0, 5, 8, 16, 21])
def test_a_push_before_the_last_step_commits_makes_it_retry(
    site, log, elsewhere, monkeypatch, recorded
):
    other, commit = elsewhere
    rest_on, tries = ActivityLog.rest_on, []

    def rest_on_and_be_late(self, *args):
        rest_on(self, *args)
        tries.append(args)
        if len(tries) == 1:
            with in_site(other):
                getUtility(IActivityLog).push(LATE)
            commit()

    monkeypatch.setattr(ActivityLog, "rest_on", rest_on_and_be_late)

    def work():
        edit_minutes(site, recorded)
        other._p_jar.sync()

    backfill(site, after_a_batch(work), 2)
    assert len(tries) == 2
    paths = [path for _, path, _ in changes(read(log))[7:]]
    assert paths == ["minutes"] * recorded + ["late"]


@pytest.mark.parametrize("recorded", [0, 5, 8, 16, 21])
def test_a_push_begun_before_the_last_step_is_on_top(site, log, elsewhere, recorded):
    other, commit = elsewhere

    def work():
        edit_minutes(site, recorded)
        other._p_jar.sync()
        with in_site(other):
            getUtility(IActivityLog).push(LATE)

    backfill(site, after_a_batch(work), 2)
    commit()
    change_sets = read(log)
    assert change_sets[-1] == LATE
    paths = [path for _, path, _ in changes(change_sets)[7:]]
    assert paths == ["minutes"] * recorded + ["late"]


# Below what the log contains


@pytest.fixture
def begun(monkeypatch):
    """The time at which the log began, as if that was long ago."""
    begun = datetime(2021, 1, 1, tzinfo=timezone.utc)
    monkeypatch.setattr(clock, "utc_now", lambda: begun)
    return begun


@pytest.mark.parametrize("recorded", [1, 8, 21, 100])
def test_what_is_recorded_stays_on_top(site, log, recorded):
    edit_minutes(site, recorded)
    expected = times(history())
    # The catalog only has the last edit, which is in the log.
    del expected[1]
    assert backfill(site) == Backfilled(created=4, edited=2)
    change_sets = read(log)
    assert times(change_sets[:6]) == expected
    assert changes(change_sets[6:]) == [("edited", "minutes", False)] * recorded


def test_nothing_is_added_that_is_younger_than_the_log(site, log, begun):
    """It was recorded under another name, or was not to be recorded."""
    edit_minutes(site, 1)
    assert backfill(site) == Backfilled(created=4, edited=0)
    change_sets = read(log)
    creations = [change_set for change_set in history() if change_set.actor]
    assert times(change_sets[:4]) == times(creations)
    assert changes(change_sets[4:]) == [("edited", "minutes", False)]
    assert all(found.time <= begun for found in change_sets)


def test_what_was_created_in_the_first_recorded_change_set_is_added_once(
    portal, add, log, begun
):
    add("old", "2020-01-01")
    api.content.create(portal, "Document", "first")
    stamp(portal["first"], "2020-12-31 23:59:59", "2020-12-31 23:59:59", "jane")
    transaction.commit()
    backfill(portal)
    assert changes(read(log)) == [
        ("created", "old", True),
        ("created", "first", False),
    ]


def test_the_layers_of_the_log_are_part_of_the_progress(site, log, monkeypatch):
    edit_minutes(site, 60)
    monkeypatch.setattr(operation, "LAYERS", 2)
    calls = []
    backfill(site, lambda *numbers: calls.append(numbers), batch=4)
    # Six traces, and six layers.
    assert calls == [(0, 12), (4, 12), (6, 12), (8, 12), (10, 12), (12, 12)]


@pytest.mark.parametrize("reports", range(6))
def test_an_interrupted_backfill_of_a_long_log_continues(
    site, log, monkeypatch, reports
):
    edit_minutes(site, 60)
    before = read(log)
    monkeypatch.setattr(operation, "LAYERS", 2)
    interrupt_backfill(site, after=reports, batch=4)
    assert read(log) == before
    edit_minutes(site, 10)
    backfill(site, batch=4)
    change_sets = read(log)
    assert [change_set.backfilled for change_set in change_sets[:6]] == [True] * 6
    assert changes(change_sets[6:]) == [("edited", "minutes", False)] * 70


def test_the_catalog_is_read_no_more_once_all_of_it_is_collected(
    site, log, monkeypatch
):
    edit_minutes(site, 60)
    monkeypatch.setattr(operation, "LAYERS", 2)
    interrupt_backfill(site, after=4, batch=4)
    monkeypatch.setattr(operation, "find_traces", lambda *args: pytest.fail("Read."))
    assert backfill(site) == Backfilled(created=4, edited=2)


# What is refused


def test_a_second_backfill_is_refused(site, log):
    backfill(site)
    edit_minutes(site, 20)
    with pytest.raises(FillingError, match="already contains changes from the catalog"):
        backfill(site)
    assert changes(read(log)[7:]) == [("edited", "minutes", False)] * 20


def test_a_log_that_has_discarded_changes_is_refused(site, log):
    edit_minutes(site, 30)
    log.archive.discard(1)
    transaction.commit()
    with pytest.raises(FillingError, match="has discarded its oldest changes"):
        backfill(site)
    assert len(read(log)) == 22
    assert BACKFILL not in IAnnotations(site)


def test_a_site_without_the_add_on_is_refused(portal, uninstall):
    uninstall()
    with pytest.raises(NotInstalled, match="not installed in this site"):
        backfill(portal)


def test_the_slower_of_two_concurrent_runs_stops(site, log):
    def begin_another():
        interrupt_backfill(site)

    with pytest.raises(FillingError, match="Another process is filling"):
        backfill(site, after_a_batch(begin_another), 2)
    assert read(log) == []
    backfill(site)
    assert read(log) == history()


def test_a_run_stops_if_another_has_finished(site, log):
    with pytest.raises(FillingError, match="Another process has filled"):
        backfill(site, after_a_batch(lambda: backfill(site)), 2)
    assert read(log) == history()


def test_nothing_is_added_below_discarded_changes(site, log):
    def work():
        edit_minutes(site, 30)
        log.archive.discard(1)
        transaction.commit()

    with pytest.raises(FillingError, match="Nothing was added"):
        backfill(site, after_a_batch(work), 2)
    assert changes(read(log)) == [("edited", "minutes", False)] * 22
    assert BACKFILL not in IAnnotations(site)


def test_a_log_whose_changes_were_all_discarded_is_empty(site, log):
    edit_minutes(site, 20)
    log.stack.prune(log.archive.addLayer)
    log.archive.discard(log.archive.generation + 1)
    stamp(site["minutes"], "2018-01-01", "2018-01-02", "ruth")
    transaction.commit()
    backfill(site)
    change_sets = read(log)
    assert [c.time for c in change_sets] == [c.time for c in history()]
    edit(site["minutes"], "Minutes")
    assert changes(read(log)[7:]) == [("edited", "minutes", False)]


def test_invalid_values_in_the_catalog_concern_one_object(portal, add, log, caplog):
    for name in ("first", "odd", "last"):
        add(name, "2020-01-01")
    catalog = api.portal.get_tool("portal_catalog")
    rid = catalog.getrid("/".join(portal["odd"].getPhysicalPath()))
    set_metadata(catalog, rid, portal_type=7)
    rid = catalog.getrid("/".join(portal["last"].getPhysicalPath()))
    set_metadata(catalog, rid, Title=b"L\xc3\xa4st", Creator=b"jane")
    transaction.commit()
    backfill(portal)
    entries = [change_set.entries[0] for _, change_set in log.older()]
    assert {(entry.path, entry.title) for entry in entries} == {
        ("first", "First"),
        ("last", "Läst"),
    }
    assert "The catalog has invalid values for 'odd'" in caplog.text


def set_metadata(catalog, rid, **values):
    record = list(catalog._catalog.data[rid])
    for name, value in values.items():
        record[catalog._catalog.schema[name]] = value
    catalog._catalog.data[rid] = tuple(record)
