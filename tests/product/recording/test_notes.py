"""Change notes, comments of transitions and messages of check-ins: what users say about a change."""

from .clients import each
from .expected import entry
from .expected import folder
from .expected import only
from .expected import PUBLISHED
from AccessControl.Permission import Permission
from collective.appendonly.bounds import TEXT
from plone import api
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from plone.app.versioningbehavior.behaviors import IVersionable
from Products.CMFEditions.Permissions import AccessPreviousVersions
from zope.globalrequest import getRequest
from zope.globalrequest import setRequest
from zope.lifecycleevent import modified
from zope.publisher import browser

import pytest
import transaction


NOTE = "Müller asked for it"


@pytest.fixture
def repository(site):
    return api.portal.get_tool("portal_repository")


def edited(title="Party", fields=("title",), comment=NOTE):
    noted = {"comment": comment} if comment else {}
    return entry("edited", "news/party", title, fields=fields, **noted)


def only_noted():
    """The result for a page of which nothing but a note was saved."""
    return only(entry("edited", "news/party", comment=NOTE))


def test_a_change_note(client, page, recorded):
    client.edit("news/party", title="Ball", changeNote=NOTE)
    assert recorded() == only(edited("Ball"))


def test_a_change_note_alone(client, page, recorded):
    client.edit("news/party", changeNote=NOTE)
    assert recorded() == only_noted()


@pytest.mark.parametrize("name", each("rest", "classic"))
def test_the_note_of_an_earlier_edit_is_not_recorded_again(
    clients, name, page, recorded
):
    client = clients(name)
    client.edit("news/party", title="Ball", changeNote=NOTE)
    recorded()
    client.edit("news/party", title="Dance")
    assert recorded() == only(edited("Dance", comment=""))


@pytest.mark.parametrize("note", ["", " ", None])
def test_an_empty_note(python, page, note, recorded):
    python.edit("news/party", changeNote=note)
    assert recorded() == only(entry("edited", "news/party"))


def test_a_note_on_a_new_page(clients, site, recorded):
    clients("rest").add_page("news", "Fence", changeNote=NOTE)
    assert recorded() == only(entry("created", "news/fence", comment=NOTE))


@pytest.mark.parametrize("request_made", [None, browser.TestRequest()])
def test_there_is_no_note_without_a_request_of_a_browser(
    site, recorded, caplog, request_made
):
    """Such as in a script, or in the tests of other packages."""
    before = getRequest()
    setRequest(request_made)
    try:
        api.content.create(site["news"], "Document", "fence", title="Fence")
        transaction.commit()
    finally:
        setRequest(before)
    assert recorded() == only(entry("created", "news/fence", "Fence"))
    assert caplog.messages == []


def test_the_comment_of_plone_on_a_first_version_is_no_note(page, site, recorded):
    """For a page that is put back, it saves a version as for a new one."""
    api.content.delete(page)
    page.title = "Feast"
    site["news"]._setObject("party", page.aq_base)
    modified(site["news"]["party"])
    assert recorded() == only(edited("Feast", comment=""))


def test_with_manual_versions_a_note_saves_one(python, page, repository, recorded):
    repository.removePolicyFromContentType("Document", "at_edit_autoversion")
    python.edit("news/party", title="Ball", changeNote=NOTE)
    assert page.version_id == 1
    assert recorded() == only(edited("Ball"))


@pytest.mark.parametrize("fields", [{"title": "Ball"}, {}])
def test_without_versions_the_note_is_in_the_request(
    python, page, repository, fields, recorded
):
    repository.setVersionableContentTypes(["News Item"])
    python.edit("news/party", changeNote=NOTE, **fields)
    assert page.version_id == 0
    assert recorded() == (only(edited("Ball")) if fields else only_noted())


def test_a_page_whose_versions_are_turned_off(python, page, recorded):
    page.versioning_enabled = False
    transaction.commit()
    python.edit("news/party", title="Ball", changeNote=NOTE)
    assert recorded() == only(edited("Ball"))


def test_a_folder_that_is_edited_along_has_no_note(site, page, recorded):
    IVersionable(page).changeNote = NOTE
    page.title = "Ball"
    modified(page)
    modified(site["news"])
    assert recorded() == only(edited("Ball"), folder("edited", "news"))


def test_a_note_and_a_new_name(clients, page, recorded):
    clients("rest").edit("news/party", id="ball", changeNote=NOTE)
    assert recorded() == only(
        entry("renamed edited", "news/ball", "Party", source="news/party", comment=NOTE)
    )


def test_a_version_saved_by_code_has_its_comment(page, repository, recorded):
    page.title = "Ball"
    modified(page)
    repository.save(page, comment=NOTE)
    assert recorded() == only(edited("Ball"))


def test_tags_without_event_that_are_saved_as_a_version(page, repository, recorded):
    page.setSubject(["music"])
    page.reindexObject()
    repository.save(page, comment=NOTE)
    assert recorded() == only(edited(fields=("subjects",)))


def test_tags_without_event_beside_a_note_on_another_page(page, add, recorded):
    fence = add("news/fence")
    recorded()
    IVersionable(page).changeNote = NOTE
    modified(page)
    fence.setSubject(["wood"])
    fence.reindexObject()
    assert recorded() == only(
        entry("edited", "news/party", comment=NOTE),
        entry("edited", "news/fence", fields=("subjects",)),
    )


def test_a_note_by_a_user_without_access_to_versions(
    page, jane, acting, recorded, errors
):
    Permission(AccessPreviousVersions, (), page).setRoles(("Manager",))
    page.manage_setLocalRoles("jane", ["Editor"])
    page.reindexObjectSecurity()
    recorded()
    with acting("jane"):
        IVersionable(page).changeNote = NOTE
        page.title = "Ball"
        modified(page)
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert (found["actions"], found["comment"]) == (("edited",), NOTE)


def test_a_long_note_is_cut(python, page, recorded):
    python.edit("news/party", changeNote="n" * 10_000)
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["comment"] == "n" * (TEXT - 1) + "…"


def test_a_note_on_an_excluded_edit(page, configure, recorded):
    configure(actions_left_out=("edited",))
    IVersionable(page).changeNote = NOTE
    page.title = "Ball"
    modified(page)
    assert recorded() == []


def test_a_note_that_is_rolled_back(page, recorded):
    savepoint = transaction.savepoint()
    IVersionable(page).changeNote = NOTE
    modified(page)
    savepoint.rollback()
    assert recorded() == []


# Several in one transaction


def test_a_note_and_the_comment_of_a_transition(page, recorded):
    IVersionable(page).changeNote = NOTE
    page.title = "Ball"
    modified(page)
    api.content.transition(page, "publish", comment="Fine")
    assert recorded() == only(
        entry(
            "edited transitioned",
            "news/party",
            "Ball",
            fields=("title",),
            comment=f"{NOTE}\nFine",
            **PUBLISHED,
        )
    )


def test_the_same_words_twice(page, recorded):
    IVersionable(page).changeNote = "Fine"
    modified(page)
    api.content.transition(page, "submit", comment="Fine")
    api.content.transition(page, "publish", comment="Fine")
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["comment"] == "Fine"


def test_the_message_of_a_check_in_and_the_comment_of_a_transition(
    python, page, recorded
):
    python.check_out("news/party")
    recorded()
    copy = page.aq_parent["copy_of_party"]
    ICheckinCheckoutPolicy(copy).checkin("As agreed")
    api.content.transition(page, "publish", comment="Fine")
    assert recorded() == only(
        entry(
            "checked_in transitioned",
            "news/party",
            comment="As agreed\nFine",
            **PUBLISHED,
        )
    )
