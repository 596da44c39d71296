"""Events about change sets, and the object as it was, for other add-ons."""

from collective.appendonly.events import IChangeSetCommittedEvent
from collective.appendonly.events import IChangeSetRecordedEvent
from collective.appendonly.interfaces import IEntryWillBeRecordedEvent
from collective.appendonly.recording import events
from DateTime import DateTime
from plone import api
from zope.component import getGlobalSiteManager
from zope.component.hooks import getSite
from zope.interface import Interface
from zope.lifecycleevent import modified

import pickle
import pytest
import transaction


@pytest.fixture
def listen():
    """Return a list that gets the result of *tell* for each event of a kind."""
    registry, registered = getGlobalSiteManager(), []

    def listen(interface, tell):
        told = []

        def handler(event):
            told.append(tell(event))

        registry.registerHandler(handler, [interface])
        registered.append((handler, [interface]))
        return told

    yield listen
    for handler, required in registered:
        registry.unregisterHandler(handler, required)


def what(event):
    """Return what *event* says of its change set."""
    return [(*entry.actions, entry.path) for entry in event.change_set.entries]


def edit(obj, title):
    obj.title = title
    modified(obj)


@pytest.mark.parametrize("name", ["api", "rest", "classic"])
def test_an_edit_is_told_once_and_after_its_commit(clients, site, log, listen, name):
    def tell(event):
        # Another connection, as that of another process, finds it.
        manager = transaction.TransactionManager()
        connection = site._p_jar.db().open(manager)
        other = connection.root()["Application"]["plone"]["news"]["party"]
        title = other.title
        connection.close()
        return what(event), event.site_path, event.position, getSite().getId(), title

    told = listen(IChangeSetCommittedEvent, tell)
    clients(name).edit("news/party", title="Feast")
    transaction.commit()
    [(entries, path, position, site_id, title)] = told
    assert entries == [("edited", "news/party")]
    assert (path, site_id, title) == ("/plone", "plone", "Feast")
    assert position == log.newest()


def test_what_is_not_recorded_is_not_told(page, configure, listen):
    told = listen(IChangeSetCommittedEvent, what)
    edit(page, "Ball")
    transaction.abort()
    configure(actions_left_out=("edited",))
    edit(page, "Ball")
    transaction.commit()
    assert told == []


def test_what_a_subscriber_edits_before_the_commit_is_a_change_set_of_its_own(
    site, page, listen, recorded
):
    def tell(event):
        if "party" in event.change_set.entries[0].path:
            edit(site["archive"], "Attic")
        return what(event)

    told = listen(IChangeSetRecordedEvent, tell)
    committed = listen(IChangeSetCommittedEvent, what)
    edit(page, "Feast")
    recorded()
    both = [[("edited", "news/party")], [("edited", "archive")]]
    assert told == committed == both


def test_subscribers_to_everything_do_not_break_it(page, listen, recorded):
    told = listen(Interface, lambda event: type(event).__name__)
    edit(page, "Feast")
    recorded()
    assert {"ChangeSetRecordedEvent", "ChangeSetCommittedEvent"} <= set(told)


# The object as it was before


@pytest.fixture
def before(subscribe):
    """Return a list that gets, for each entry, the former title or what *ask* returns."""

    def before(ask=lambda obj, state: state and state["title"]):
        told = []
        subscribe(lambda obj, event: told.append(ask(obj, event.before)))
        return told

    return before


def test_the_former_title_of_an_edited_page(page, before, recorded):
    told = before(lambda obj, state: (state["title"], obj.title))
    edit(page, "Ball")
    transaction.savepoint()
    edit(page, "Feast")
    recorded()
    assert told == [("Party", "Feast")]


def test_the_former_state_has_what_the_object_does_not_have_any_more(
    page, before, recorded
):
    page.__dict__["note"] = "to be removed"
    page._p_changed = True
    transaction.commit()
    told = before(lambda obj, state: state["note"])
    del page.note
    modified(page)
    recorded()
    assert told == ["to be removed"]


def test_a_former_date_is_stored_as_any_other(page, before, recorded):
    """A pickle of it needs nothing of this package."""
    page.effective_date = DateTime("2026/03/01 10:30:00 GMT+2")
    transaction.commit()
    told = before(lambda obj, state: pickle.dumps(state["effective_date"], 3))
    page.effective_date = DateTime("2027/03/01")
    modified(page)
    recorded()
    [stored] = told
    assert b"appendonly" not in stored
    assert type(pickle.loads(stored)) is DateTime
    assert pickle.loads(stored) == DateTime("2026/03/01 10:30:00 GMT+2")


def test_a_renamed_and_a_removed_page(site, page, before, recorded):
    told = before()
    edit(page, "Feast")
    api.content.rename(page, "feast")
    recorded()
    api.content.delete(site["news"]["feast"])
    recorded()
    assert told == ["Party", "Feast"]


def test_a_new_page_and_a_copy_have_no_former_state(site, add, before, recorded):
    told = before()
    add("news/fence")
    recorded()
    api.content.copy(site["news"]["party"], site["archive"])
    recorded()
    assert told == [None, None]


def test_a_packed_record_is_not_there_any_more(page, before, recorded, monkeypatch):
    monkeypatch.setattr(events, "committed_state", lambda obj: None)
    told = before()
    edit(page, "Feast")
    recorded()
    assert told == [None]


def test_a_user_has_no_former_state(site, configure, listen, recorded):
    configure(actions_left_out=())
    told = listen(
        IEntryWillBeRecordedEvent, lambda event: (event.entry.title, event.before)
    )
    api.user.create("joan@example.org", "joan", "correct horse battery")
    recorded()
    assert told == [("joan", None)]


def test_nothing_is_loaded_unless_it_is_asked_for(page, subscribe, monkeypatch):
    monkeypatch.setattr(events, "committed_state", lambda obj: pytest.fail("Loaded."))
    seen = []
    subscribe(lambda obj, event: seen.append(event.entry.path))
    edit(page, "Feast")
    transaction.commit()
    assert seen == ["news/party"]
