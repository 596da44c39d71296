"""Changes that are rolled back are not recorded, although their events were fired."""

from .clients.client import Refused
from .expected import entry
from .expected import only
from plone import api
from zope.lifecycleevent import modified

import pytest
import transaction


PATHS = {"party": "news/party", "news": "news", "archive": "archive"}


@pytest.fixture
def edit(site):
    """Give an object another title."""

    def edit(name):
        obj = site.unrestrictedTraverse(PATHS[name])
        obj.title += "!"
        modified(obj)

    return edit


def edited(name):
    portal_type = "Document" if name == "party" else "Folder"
    title = f"{name.title()}!"
    return entry("edited", PATHS[name], title, portal_type, fields=("title",))


#: What happens in one transaction, and which edits are recorded. A name is an edit. A rollback
#: goes back to the last savepoint, unless it names the first.
TRANSACTIONS = {
    "party savepoint archive": "party archive",
    "savepoint party rollback": "",
    "savepoint party rollback archive": "archive",
    "party savepoint archive rollback": "party",
    "party savepoint archive rollback news": "party news",
    "savepoint party rollback party rollback archive": "archive",
    "savepoint party rollback archive savepoint news rollback": "archive",
    "news savepoint archive savepoint party rollback": "news archive",
    "news savepoint archive savepoint party rollback-to-first": "news",
    "savepoint archive savepoint party rollback news rollback-to-first party": "party",
    "party abort": "",
    "party abort archive": "archive",
}


@pytest.mark.parametrize("steps", TRANSACTIONS)
def test_edits_that_are_rolled_back_are_not_recorded(edit, recorded, steps):
    savepoints = []
    for step in steps.split():
        match step:
            case "savepoint":
                savepoints.append(transaction.savepoint())
            case "rollback":
                savepoints[-1].rollback()
            case "rollback-to-first":
                savepoints[0].rollback()
            case "abort":
                transaction.abort()
            case name:
                edit(name)
    left = TRANSACTIONS[steps].split()
    assert recorded() == (only(*map(edited, left)) if left else [])


def test_a_page_that_was_added_and_rolled_back(site, add, recorded):
    savepoint = transaction.savepoint()
    add("news/fence")
    savepoint.rollback()
    assert recorded() == []


def test_a_removal_that_was_rolled_back(site, edit, recorded):
    savepoint = transaction.savepoint()
    api.content.delete(site["news"]["party"])
    savepoint.rollback()
    edit("party")
    assert recorded() == only(edited("party"))


def test_a_move_that_was_rolled_back(site, edit, recorded):
    edit("party")
    savepoint = transaction.savepoint()
    api.content.move(site["news"]["party"], site["archive"])
    savepoint.rollback()
    assert recorded() == only(edited("party"))


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
