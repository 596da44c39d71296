"""Changes that are rolled back are not recorded, although their events were fired."""

from .clients.client import Refused
from .expected import entry
from .expected import only
from plone import api
from zope.lifecycleevent import modified

import pytest
import transaction


@pytest.fixture
def edit(site):
    def edit(path, title):
        obj = site.unrestrictedTraverse(path)
        obj.title = title
        modified(obj)

    return edit


def edited(path, title):
    portal_type = "Document" if "/" in path else "Folder"
    return entry("edited", path, title, portal_type, fields=("title",))


def test_a_savepoint_that_is_kept(edit, recorded):
    edit("news/party", "Feast")
    transaction.savepoint()
    edit("archive", "Old News")
    assert recorded() == only(
        edited("news/party", "Feast"), edited("archive", "Old News")
    )


def test_rolling_back_to_before_the_first_action(edit, recorded):
    savepoint = transaction.savepoint()
    edit("news/party", "Feast")
    savepoint.rollback()
    assert recorded() == []


def test_going_on_after_rolling_back_to_before_the_first_action(edit, recorded):
    savepoint = transaction.savepoint()
    edit("news/party", "Feast")
    savepoint.rollback()
    edit("archive", "Old News")
    assert recorded() == only(edited("archive", "Old News"))


def test_rolling_back_to_between_two_actions(edit, recorded):
    edit("news/party", "Feast")
    savepoint = transaction.savepoint()
    edit("archive", "Old News")
    savepoint.rollback()
    assert recorded() == only(edited("news/party", "Feast"))


def test_going_on_after_rolling_back(edit, recorded):
    edit("news/party", "Feast")
    savepoint = transaction.savepoint()
    edit("archive", "Old News")
    savepoint.rollback()
    edit("news", "New News")
    assert recorded() == only(edited("news/party", "Feast"), edited("news", "New News"))


def test_rolling_back_twice_to_the_same_savepoint(edit, recorded):
    savepoint = transaction.savepoint()
    edit("news/party", "Feast")
    savepoint.rollback()
    edit("news/party", "Banquet")
    savepoint.rollback()
    edit("archive", "Old News")
    assert recorded() == only(edited("archive", "Old News"))


def test_rolling_back_to_another_savepoint_afterwards(edit, recorded):
    first = transaction.savepoint()
    edit("news/party", "Feast")
    first.rollback()
    edit("archive", "Old News")
    second = transaction.savepoint()
    edit("news", "New News")
    second.rollback()
    assert recorded() == only(edited("archive", "Old News"))


def test_rolling_back_the_inner_of_two_savepoints(edit, recorded):
    edit("news", "New News")
    transaction.savepoint()
    edit("archive", "Old News")
    inner = transaction.savepoint()
    edit("news/party", "Feast")
    inner.rollback()
    assert recorded() == only(edited("news", "New News"), edited("archive", "Old News"))


def test_rolling_back_the_outer_of_two_savepoints(edit, recorded):
    edit("news", "New News")
    outer = transaction.savepoint()
    edit("archive", "Old News")
    transaction.savepoint()
    edit("news/party", "Feast")
    outer.rollback()
    assert recorded() == only(edited("news", "New News"))


def test_rolling_back_the_inner_and_then_the_outer_savepoint(edit, recorded):
    outer = transaction.savepoint()
    edit("archive", "Old News")
    inner = transaction.savepoint()
    edit("news/party", "Feast")
    inner.rollback()
    edit("news", "New News")
    outer.rollback()
    edit("news/party", "Banquet")
    assert recorded() == only(edited("news/party", "Banquet"))


def test_a_page_that_was_added_and_rolled_back(site, add, recorded):
    savepoint = transaction.savepoint()
    add("news/fence")
    savepoint.rollback()
    assert recorded() == []


def test_a_removal_that_was_rolled_back(site, edit, recorded):
    savepoint = transaction.savepoint()
    api.content.delete(site["news"]["party"])
    savepoint.rollback()
    edit("news/party", "Feast")
    assert recorded() == only(edited("news/party", "Feast"))


def test_a_move_that_was_rolled_back(site, edit, recorded):
    edit("news/party", "Feast")
    savepoint = transaction.savepoint()
    api.content.move(site["news"]["party"], site["archive"])
    savepoint.rollback()
    assert recorded() == only(edited("news/party", "Feast"))


@pytest.fixture
def joan(clients, site, add, recorded):
    """The Contents view for Joan, who can edit the pages in ``news``, but not the folder."""
    api.user.create("joan@example.org", "joan", "correct horse battery")
    may = {
        site["news"]: "Contributor",
        site["news"]["party"]: "Editor",
        add("news/fence"): "Editor",
    }
    for obj, role in may.items():
        obj.manage_setLocalRoles("joan", [role])
        obj.reindexObjectSecurity()
    recorded()
    joan = clients("contents", "joan", "correct horse battery")
    # The form locks the page, so Plone cannot rename it.
    joan.open("news/party", "edit")
    return joan


def test_renaming_a_page_that_cannot_be_renamed(joan, site, recorded):
    """Plone sets the title, fires an event, cannot set the id, rolls back, and commits."""
    with pytest.raises(Refused, match="Error renaming Party"):
        joan.rename("news/party", "feast", "Feast")
    assert site["news"]["party"].title == "Party"
    assert recorded() == []


def test_renaming_two_pages_one_of_which_fails(joan, site, recorded):
    with pytest.raises(Refused, match="Error renaming Party"):
        joan.press(
            "rename",
            "news",
            UID_0=site["news"]["fence"].UID(),
            newid_0="fence",
            newtitle_0="Gate",
            UID_1=site["news"]["party"].UID(),
            newid_1="feast",
            newtitle_1="Feast",
        )
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert (found["actions"], found["title"]) == (("edited",), "Gate")


def test_an_abort_leaves_nothing(edit, recorded):
    edit("news/party", "Feast")
    transaction.abort()
    assert recorded() == []


def test_an_abort_leaves_nothing_to_the_next_transaction(edit, recorded):
    edit("news/party", "Feast")
    transaction.abort()
    edit("archive", "Old News")
    assert recorded() == only(edited("archive", "Old News"))
