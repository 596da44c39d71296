"""Recording never breaks or blocks an edit.

Where a test doesn't ask for errors, the conftest checks that none was logged.
"""

from .clients.client import Refused
from .expected import change
from .expected import entry
from .expected import only
from AccessControl import getSecurityManager
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.SecurityManagement import setSecurityManager
from AccessControl.SpecialUsers import system
from AccessControl.users import UnrestrictedUser
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import ActivityLog
from collective.appendonly.recording import content_story
from collective.appendonly.recording.sources import editing
from collective.appendonly.recording.sources import lifecycle
from contextlib import contextmanager
from plone import api
from plone.app.testing import logout
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.dexterity.interfaces import IDexterityContent
from plone.dexterity.utils import createContentInContainer
from plone.protect import auto
from plone.testing.zope import Browser
from plone.uuid.interfaces import ATTRIBUTE_NAME
from Products.CMFCore.indexing import processQueue
from Products.CMFCore.interfaces import IActionSucceededEvent
from Products.CMFPlone.factory import addPloneSite
from Products.DCWorkflow.interfaces import IAfterTransitionEvent
from Products.PluggableAuthService import PluggableAuthService as pas
from urllib.error import HTTPError
from ZODB.POSException import ConflictError
from ZODB.POSException import ReadConflictError
from zope.component import getGlobalSiteManager
from zope.component import queryUtility
from zope.component.hooks import setSite
from zope.event import notify
from zope.globalrequest import clearRequest
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified
from zope.lifecycleevent import ObjectModifiedEvent
from zope.lifecycleevent.interfaces import IObjectModifiedEvent

import pytest
import transaction


EDITED = entry("edited", "news/party")


def bug(*args, **kwargs):
    raise ValueError("A bug.")


def conflict(*args, **kwargs):
    raise ConflictError


def read_conflict(*args, **kwargs):
    raise ReadConflictError


@contextmanager
def as_system():
    """Without checks of permissions, as scripts on the server work."""
    before = getSecurityManager()
    newSecurityManager(None, system)
    yield
    setSecurityManager(before)


# Sites


@pytest.fixture
def uninstalled(site, uninstall):
    uninstall()
    assert queryUtility(IActivityLog) is None
    return site


def test_a_site_where_the_add_on_is_not_installed(client, uninstalled):
    client.add_page("news", "Fence")
    client.edit("news/fence", title="Gate")
    client.rename("news/fence", "gate")
    client.move("news/gate", "archive")
    client.copy("archive/gate", "news")
    client.transition("news/gate", "publish")
    client.delete("news")
    assert uninstalled["archive"]["gate"].title == "Gate"


def test_uninstalling_in_the_transaction_of_an_edit(page, uninstall, errors):
    modified(page)
    uninstall()
    assert queryUtility(IActivityLog) is None
    assert errors() == []


def test_code_that_works_without_a_site(site, page, recorded):
    setSite(None)
    modified(page)
    transaction.commit()
    setSite(site)
    assert recorded() == []


@pytest.fixture
def other_site(functional, site):
    """A second site, with the add-on and a page, made as the site creation form does it."""
    setSite(None)
    other = addPloneSite(
        functional["app"],
        "other",
        extension_ids=(
            "plone.app.contenttypes:default",
            "plonetheme.barceloneta:default",
            "collective.appendonly:default",
        ),
        setup_content=False,
    )
    setSite(other)
    with as_system():
        createContentInContainer(other, "Document", title="Page")
    transaction.commit()
    setSite(site)
    return other


@pytest.mark.large
def test_creating_a_site(other_site, recorded):
    assert recorded() == []


@pytest.mark.large
def test_deleting_a_site(functional, other_site, monkeypatch, recorded):
    """In Zope's management interface, above all sites."""
    monkeypatch.setattr(auto, "CSRF_DISABLED", True)
    admin = Browser(functional["app"])
    admin.addHeader("Authorization", f"Basic {SITE_OWNER_NAME}:{SITE_OWNER_PASSWORD}")
    setSite(None)
    admin.post("http://nohost/manage_delObjects", "ids:list=other")
    setSite(functional["portal"])
    assert "other" not in functional["app"].objectIds()
    assert recorded() == []


@pytest.mark.large
def test_deleting_the_site_one_is_in(functional, site, other_site):
    setSite(other_site)
    with as_system():
        modified(other_site["page"])
        functional["app"].manage_delObjects(["other"])
    transaction.commit()
    setSite(site)


# People


@pytest.fixture
def rescuer(monkeypatch):
    """Login and password of the emergency user, who is in no user folder."""
    user = UnrestrictedUser("rescuer", "secret", ("manage",), [])
    monkeypatch.setattr(pas, "emergency_user", user)
    monkeypatch.setattr(pas.PluggableAuthService, "_emergency_user", user)
    return "rescuer", "secret"


def test_the_emergency_user(clients, rescuer, recorded):
    """Has no id and no properties, and may do everything."""
    client = clients("rest", *rescuer)
    client.edit("news/party", title="Feast")
    client.transition("news/party", "publish")
    feast = entry("edited", "news/party", "Feast", fields=("title",))
    [edited, published] = recorded()
    assert edited == change(feast, actor=None)
    assert published["entries"][0]["new_state"] == "published"
    # Plone itself shows that user no page.
    browser = clients("classic").browser
    browser.open(f"{client.url('')}/@@activity")
    assert "Feast" in browser.contents


def test_an_anonymous_user(site, recorded):
    """On a site where everybody may edit folders."""
    logout()
    site["archive"].title = "Attic"
    modified(site["archive"])
    attic = entry("edited", "archive", "Attic", "Folder", fields=("title",))
    assert recorded() == only(attic, actor=None)


# Other people's subscribers


@pytest.fixture
def breaking():
    """Break an event about content by a subscriber that comes after all others."""
    registry = getGlobalSiteManager()
    events = []

    def breaking(event):
        registry.registerHandler(bug, (IDexterityContent, event))
        events.append(event)

    yield breaking
    for event in events:
        registry.unregisterHandler(bug, (IDexterityContent, event))


@pytest.mark.parametrize("client", ["rest", "classic"])
def test_a_foreign_subscriber_breaks_an_edit(clients, client, breaking, page, recorded):
    breaking(IObjectModifiedEvent)
    with pytest.raises((Refused, HTTPError)):
        clients(client).edit("news/party", title="Feast")
    transaction.begin()
    assert page.title == "Party"
    assert recorded() == []


def test_a_foreign_subscriber_breaks_a_publication(clients, breaking, page, recorded):
    breaking(IAfterTransitionEvent)
    with pytest.raises(Refused):
        clients("rest").transition("news/party", "publish")
    transaction.begin()
    assert api.content.get_state(page) == "private"
    assert recorded() == []


def test_a_publication_is_committed_although_a_subscriber_failed(
    contents, breaking, page, recorded
):
    """The Contents view reports a failure, and yet the action was done."""
    breaking(IActionSucceededEvent)
    with pytest.raises(Refused):
        contents.transition("news/party", "publish")
    transaction.begin()
    assert api.content.get_state(page) == "published"
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert (found["actions"], found["new_state"]) == (("transitioned",), "published")


# Objects


def test_an_object_without_uid(page, recorded):
    delattr(page.aq_base, ATTRIBUTE_NAME)
    modified(page)
    assert recorded() == []


def test_an_object_without_uid_is_removed(page, recorded):
    """The catalog, and with it the log, still knows its former UID."""
    delattr(page.aq_base, ATTRIBUTE_NAME)
    api.content.delete(page)
    assert recorded() == only(entry("removed", "news/party"))


def test_an_object_without_uid_that_was_never_indexed_is_removed(page, recorded):
    delattr(page.aq_base, ATTRIBUTE_NAME)
    page.unindexObject()
    processQueue()
    api.content.delete(page)
    assert recorded() == []


@pytest.mark.parametrize("title, text", [(None, ""), ("Straße".encode(), "Straße")])
def test_an_object_whose_title_is_no_text(page, recorded, title, text):
    page.title = title
    modified(page)
    assert recorded() == only(entry("edited", "news/party", text, fields=("title",)))


def test_an_object_that_is_nowhere(page, recorded, errors):
    """Some code fires modified events before it adds an object."""
    modified(page.aq_base)
    transaction.commit()
    assert recorded() == []
    assert len(errors()) <= 1


def test_an_edit_whose_last_event_has_the_page_without_its_place(page, recorded):
    page.title = "Feast"
    modified(page)
    modified(page.aq_base)
    assert recorded() == only(entry("edited", "news/party", "Feast", fields=("title",)))


def test_a_move_whose_last_event_has_the_page_without_its_place(site, page, recorded):
    api.content.move(page, site["archive"])
    modified(page.aq_base)
    assert recorded() == only(entry("moved", "archive/party", source="news/party"))


def test_a_removal_whose_first_event_has_the_page_without_its_place(page, recorded):
    modified(page.aq_base)
    api.content.delete(page)
    assert recorded() == only(entry("removed", "news/party"))


# Events


@pytest.mark.parametrize(
    "description",
    [
        pytest.param(lambda site: site.REQUEST, id="request"),
        pytest.param(lambda site: "a group of translations", id="text"),
        pytest.param(lambda site: Attributes(None, "title"), id="no interface"),
        pytest.param(lambda site: None, id="none"),
        pytest.param(lambda site: object(), id="object"),
    ],
)
def test_an_event_with_a_strange_description(site, page, recorded, description):
    page.title = "Feast"
    notify(ObjectModifiedEvent(page, description(site)))
    assert recorded() == only(entry("edited", "news/party", "Feast", fields=("title",)))


def test_an_event_about_nothing(site, recorded):
    notify(None)
    modified(None)
    modified(object())
    assert recorded() == []


def test_code_that_works_without_a_request(functional, site, recorded):
    clearRequest()
    connection = functional["zodbDB"].open()
    bare_site = connection.root()["Application"]["plone"]
    setSite(bare_site)
    with as_system():
        modified(bare_site["news"]["party"])
        api.content.rename(bare_site["archive"], "old-news")
        createContentInContainer(bare_site["news"], "Document", title="Fence")
    transaction.commit()
    setSite(site)
    connection.close()
    assert [
        (*found["actions"], found["path"])
        for change_set in recorded()
        for found in change_set["entries"]
    ] == [("edited", "news/party"), ("renamed", "old-news"), ("created", "news/fence")]


# Bugs and conflicts


def test_a_bug_in_a_subscriber(page, monkeypatch, recorded, errors):
    """The edit goes on, and is detected when the object is reindexed."""
    monkeypatch.setattr(editing, "note", bug)
    page.title = "Feast"
    modified(page)
    assert recorded() == only(entry("edited", "news/party", "Feast", fields=("title",)))
    [message] = errors()
    assert message.startswith("ObjectModifiedEvent of <Document at /plone/news/party>")


def test_a_bug_in_the_subscriber_for_removal(site, monkeypatch, recorded, errors):
    monkeypatch.setattr(lifecycle, "facts", bug)
    api.content.delete(site["news"]["party"])
    assert recorded() == []
    assert "party" not in site["news"]
    assert len(errors()) == 1


def test_a_bug_about_one_object_hides_no_other(site, monkeypatch, recorded, errors):
    real = content_story.facts
    monkeypatch.setattr(
        content_story,
        "facts",
        lambda obj: bug() if obj.getId() == "news" else real(obj),
    )
    modified(site["news"])
    modified(site["news"]["party"])
    assert recorded() == only(EDITED)
    assert errors() == ["What happened to one object could not be recorded."]


@pytest.mark.parametrize("error", [conflict, read_conflict])
def test_a_conflict_in_a_subscriber_is_passed_on(page, monkeypatch, error):
    monkeypatch.setattr(editing, "note", error)
    with pytest.raises(ConflictError):
        modified(page)


@pytest.mark.parametrize("error", [conflict, read_conflict])
@pytest.mark.parametrize(
    "owner, name", [(content_story, "facts"), (ActivityLog, "push")]
)
def test_a_conflict_during_the_commit_is_passed_on(
    page, monkeypatch, owner, name, error
):
    monkeypatch.setattr(owner, name, error)
    modified(page)
    with pytest.raises(ConflictError):
        transaction.commit()
