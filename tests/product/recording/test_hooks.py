"""Other hooks and subscribers that edit something while a transaction is being recorded."""

from .expected import change
from .expected import entry
from .expected import folder
from .expected import only
from collective.appendonly.interfaces import IEntryWillBeRecordedEvent
from collective.appendonly.recording import collector
from collective.appendonly.recording import record
from zope.lifecycleevent import modified

import pytest
import transaction


def edit(obj, title):
    obj.title = title
    modified(obj)
    obj.reindexObject()


@pytest.fixture
def hook():
    """Register a hook before the commit."""
    return lambda *call: transaction.get().addBeforeCommitHook(call[0], call[1:])


FEAST = entry("edited", "news/party", "Feast", fields=("title",))
ATTIC = folder("edited", "archive", "Attic", fields=("title",))
BOTH = [FEAST, ATTIC]


@pytest.mark.parametrize("place", ["before", "after", "both"])
def test_a_hook_edits_another_object(site, page, hook, place, recorded):
    if place != "after":
        hook(edit, site["archive"], "Attic")
    edit(page, "Feast")
    if place != "before":
        hook(edit, site["archive"], "Attic")
    assert recorded() == only(*BOTH)


def test_a_hook_registers_a_hook_that_edits(site, page, hook, recorded):
    edit(page, "Feast")
    hook(hook, hook, hook, edit, site["archive"], "Attic")
    assert recorded() == only(*BOTH)


def test_a_hook_edits_the_same_object_again(site, page, hook, recorded):
    edit(page, "Ball")
    hook(hook, edit, page, "Feast")
    assert recorded() == only(FEAST)


def test_a_hook_edits_and_nothing_else_does(page, hook, recorded):
    hook(edit, page, "Feast")
    assert recorded() == only(FEAST)


def test_a_subscriber_edits_another_object(site, page, subscribe, recorded):
    """A workspace that keeps the date of the last change, for example."""
    asked = []

    def keep(obj, event):
        asked.append((obj.getId(), event.entry.actions))
        if obj.portal_type == "Document":
            edit(site["archive"], "Attic")

    subscribe(keep)
    edit(page, "Feast")
    assert recorded() == only(*BOTH)
    assert asked == [("party", ("edited",)), ("archive", ("edited",))]


def test_a_subscriber_edits_the_object_itself(page, subscribe, recorded):
    """It is asked again, since the entry is another one."""
    asked = []

    def tag(obj, event):
        asked.append(event.entry.fields)
        if not obj.subject:
            obj.subject = ("seen",)
            modified(obj)

    subscribe(tag)
    edit(page, "Feast")
    fields = ("subjects", "title")
    assert recorded() == only(entry("edited", "news/party", "Feast", fields=fields))
    assert asked == [("title",), fields]


def test_a_subscriber_registers_a_hook_that_edits(
    site, page, hook, subscribe, recorded
):
    def follow(obj, event):
        if obj.portal_type == "Document":
            hook(edit, site["archive"], "Attic")

    subscribe(follow)
    edit(page, "Feast")
    assert recorded() == only(*BOTH)


def test_a_veto_holds_although_another_object_follows(
    site, page, hook, subscribe, recorded
):
    def object_to_pages(obj, event):
        if obj.portal_type == "Document":
            event.veto()
            hook(edit, site["archive"], "Attic")

    subscribe(object_to_pages)
    edit(page, "Feast")
    assert recorded() == only(ATTIC)


def test_a_subscriber_that_never_stops_editing(site, page, subscribe, recorded):
    """The transaction comes to an end, and each object is recorded once."""
    asked = []

    def edit_again(obj, event):
        asked.append(IEntryWillBeRecordedEvent.providedBy(event))
        edit(site["archive"], "Attic")

    subscribe(edit_again)
    edit(page, "Feast")
    assert recorded() == only(*BOTH)
    assert len(asked) <= 2 * collector._LOOKS


def test_a_hook_that_never_stops_waiting_for_the_others(page, hook, recorded):
    calls = []

    def wait():
        calls.append(1)
        if len(calls) < 50:
            hook(wait)

    edit(page, "Feast")
    hook(wait)
    assert recorded() == only(FEAST)


def test_a_hook_that_only_reindexes_tells_of_nothing(page, hook, subscribe, recorded):
    subscribe(lambda obj, event: hook(page.reindexObject))
    edit(page, "Feast")
    assert recorded() == only(FEAST)


def test_two_transactions_make_two_change_sets(site, page, hook, recorded):
    edit(page, "Feast")
    [first] = recorded()
    hook(record, site["archive"], "tidied")
    assert [first, *recorded()] == [change(FEAST), change(folder("tidied", "archive"))]
