"""Objects that cannot answer a question: what else is known about the edit is recorded."""

from .expected import entry
from .expected import only
from .expected import PRIVATE
from collective.appendonly.entry import Source
from collective.appendonly.recording import content_story
from collective.appendonly.recording import record
from collective.appendonly.recording import snapshot
from collective.appendonly.recording.differences import local_roles
from collective.appendonly.validation import flaws
from plone import api
from plone.app.dexterity.behaviors.metadata import IDublinCore
from plone.app.workflow.events import LocalrolesModifiedEvent
from plone.dexterity.content import Item
from plone.namedfile.file import NamedBlobFile
from Products.CMFCore.indexing import processQueue
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified

import os
import pytest


TITLE = Attributes(IDublinCore, "IDublinCore.title")


class Incomparable:
    """A value of a field that raises an error when it is compared."""

    def __eq__(self, other):
        raise TypeError("Cannot be compared.")


class Doubtful:
    """A value that is neither equal nor different, such as an array of numpy."""

    def __eq__(self, other):
        return self

    def __ne__(self, other):
        return self

    def __bool__(self):
        raise ValueError("The truth value is ambiguous.")


@pytest.fixture
def document(add, recorded):
    """A file whose blob is lost."""
    document = add("news/minutes", "File")
    document.file = NamedBlobFile(b"one", "text/plain", "minutes")
    recorded()
    blob = document.file._blob
    with blob.open() as data:
        name = data.name
    blob._p_invalidate()
    os.chmod(name, 0o600)
    os.remove(name)
    return document


@pytest.mark.parametrize("named", [[Attributes(IDublinCore, "file")], []])
def test_replacing_a_file_whose_blob_is_lost(document, named, recorded, errors):
    document.file = NamedBlobFile(b"two", "text/plain", "minutes")
    modified(document, *named)
    assert recorded() == only(entry("edited", "news/minutes", portal_type="File"))
    assert len(errors()) == 1


def test_replacing_a_lost_file_through_the_rest_api(
    clients, document, recorded, errors
):
    clients("rest").replace_file("news/minutes", b"two")
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert (found["actions"], found["path"]) == (("edited",), "news/minutes")
    assert "fields" not in found
    assert errors()


def test_replacing_a_lost_file_and_its_title(document, recorded, errors):
    document.file = NamedBlobFile(b"two", "text/plain", "minutes")
    document.title = "Protocol"
    modified(document)
    assert recorded() == only(
        entry("edited", "news/minutes", "Protocol", "File", fields=("title",))
    )
    assert len(errors()) == 1


VALUES = {
    "tags": ("subject", (b"garden", "party"), (b"garden", "feast")),
    "incomparable": ("rights", Incomparable(), Incomparable()),
    "ambiguous": ("rights", Doubtful(), Doubtful()),
}


@pytest.mark.parametrize("case", VALUES)
@pytest.mark.parametrize("title", ["Party", "Feast"])
def test_a_value_that_cannot_be_compared(page, case, title, recorded, errors):
    """Tags that mix bytes and text are those of a site that came from Python 2."""
    name, old, new = VALUES[case]
    setattr(page, name, old)
    recorded()
    setattr(page, name, new)
    page.title = title
    modified(page)
    fields = {} if title == "Party" else {"fields": ("title",)}
    assert recorded() == only(entry("edited", "news/party", title, **fields))
    errors()


def test_tags_that_mix_bytes_and_text_and_stay(page, recorded):
    page.subject = (b"garden", "party")
    recorded()
    page.title = "Feast"
    modified(page)
    assert recorded() == only(entry("edited", "news/party", "Feast", fields=("title",)))


def test_a_value_that_cannot_be_compared_and_no_event(page, recorded, errors):
    """As the Contents view changes tags."""
    page.subject = (b"garden", "party")
    recorded()
    page.subject = (b"garden", "feast")
    page.reindexObject(idxs=["Subject"])
    assert recorded() == only(entry("edited", "news/party"))
    assert errors()


def bug(*args, **kwargs):
    raise RuntimeError("A bug.")


#: What can be asked, by whom, and what is missing in an entry about an edit of the title.
QUESTIONS = {
    "the title": (Item, "Title", {"title": "party"}),
    "the principals": (snapshot, "viewers", {"principals": ()}),
    "what the catalog has": (snapshot, "principals_in", {"principals": ()}),
    "the former state": (content_story, "committed_state", {}),
    "the fields": (content_story, "changed_fields", {"fields": None}),
    "the version": (content_story, "saved_version", {}),
    "the note": (content_story, "note_of_version", {}),
    "the values": (content_story, "changed_values", {}),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_edit_of_which_something_is_not_known(
    page, question, monkeypatch, recorded, errors
):
    owner, name, missing = QUESTIONS[question]
    page.title = "Feast"
    modified(page, TITLE)
    processQueue()
    monkeypatch.setattr(owner, name, bug)
    expected = entry("edited", "news/party", "Feast", fields=("title",)) | missing
    found = {name: value for name, value in expected.items() if value is not None}
    assert recorded() == only(found)
    assert errors()


def test_a_copy_whose_original_is_not_readable(
    site, page, monkeypatch, recorded, errors
):
    """Nobody sees where it comes from."""
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "principals", bug)
        api.content.copy(page, site["archive"])
    assert recorded() == only(
        entry("copied", "archive/party", source=Source("news/party"))
    )
    assert errors()


MOVES = {
    "renamed": (lambda site, page: api.content.rename(page, "feast"), "news/feast"),
    "moved": (
        lambda site, page: api.content.move(page, site["archive"]),
        "archive/party",
    ),
}


@pytest.mark.parametrize("action", MOVES)
def test_a_move_of_what_the_catalog_cannot_tell_the_readers_of(
    site, page, monkeypatch, recorded, errors, action
):
    """Nobody sees where it was."""
    move, path = MOVES[action]
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "principals_in", bug)
        move(site, page)
    moved = entry(action, path, "Party", source=Source("news/party"))
    assert recorded() == only(moved)
    assert errors()


def test_a_removal_of_what_the_catalog_cannot_tell_the_readers_of(
    page, monkeypatch, recorded, errors
):
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "principals_in", bug)
        api.content.delete(page)
    assert recorded() == only(entry("removed", "news/party", principals=()))
    assert errors()


@pytest.mark.parametrize("portal_type, shown", [(None, ""), ("Gone", "Gone")])
@pytest.mark.parametrize("noted", [False, True])
def test_a_removal_of_what_has_no_valid_type(
    site, page, portal_type, shown, noted, recorded, portal, log
):
    if noted:
        record(page, "reviewed")
    page.portal_type = portal_type
    site["news"]._delObject("party")
    assert recorded() == only(entry("removed", "news/party", portal_type=shown))
    assert [list(flaws(found)) for _, found in log.older()] == [[]] * len(log)


def test_tags_without_event_beside_roles_that_are_not_known(
    page, monkeypatch, recorded, errors
):
    monkeypatch.setattr(local_roles, "_exists", bug)
    page.subject = ("garden",)
    page.__ac_local_roles__ = {}
    page.reindexObject(idxs=["Subject"])
    assert recorded() == only(entry("edited", "news/party", fields=("subjects",)))
    assert errors()


def test_sharing_with_roles_that_are_not_known(page, monkeypatch, recorded, errors):
    monkeypatch.setattr(content_story, "changed_roles", bug)
    page.manage_setLocalRoles("AuthenticatedUsers", ["Reviewer"])
    notify(LocalrolesModifiedEvent(page, page.REQUEST))
    assert recorded() == only(entry("shared", "news/party"))
    assert errors()


def test_an_entry_that_cannot_be_stored_takes_no_other_along(
    site, page, subscribe, recorded, errors
):
    def change(obj, event):
        if obj.portal_type == "Document":
            vars(event.entry)["comment"] = object()

    subscribe(change)
    modified(page)
    record(site["news"], "reviewed")
    assert recorded() == only(entry("reviewed", "news", "News", "Folder", PRIVATE))
    assert errors() == ["What happened to one object could not be recorded."]
