"""Recording never breaks or blocks an edit.

Where a test doesn't ask for errors, the conftest checks that none was logged.
"""

from .telling import change
from .telling import entry
from AccessControl import getSecurityManager
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.SecurityManagement import setSecurityManager
from AccessControl.SpecialUsers import system
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import ActivityLog
from collective.appendonly.log import STACK
from collective.appendonly.recording import editing
from collective.appendonly.recording import lifecycle
from collective.appendonly.recording import story
from collective.appendonly.structures.interfaces import IAppendStack
from contextlib import contextmanager
from plone import api
from plone.app.testing import applyProfile
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.dexterity.utils import createContentInContainer
from plone.protect import auto
from plone.testing.zope import Browser
from plone.uuid.interfaces import ATTRIBUTE_NAME
from Products.CMFPlone.factory import addPloneSite
from ZODB.POSException import ConflictError
from ZODB.POSException import ReadConflictError
from zope.component import queryUtility
from zope.component.hooks import setSite
from zope.event import notify
from zope.globalrequest import clearRequest
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified
from zope.lifecycleevent import ObjectModifiedEvent

import pytest
import transaction


EDITED = entry("edited", "news/party", "Party")


@pytest.fixture
def page(site):
    return site["news"]["party"]


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
def uninstalled(site):
    applyProfile(site, "collective.appendonly:uninstall")
    transaction.commit()
    assert queryUtility(IActivityLog) is None
    return site


def test_a_site_where_the_add_on_is_not_installed(door, uninstalled):
    door.add_page("news", "Fence")
    door.edit("news/fence", title="Gate")
    door.rename("news/fence", "gate")
    door.move("news/gate", "archive")
    door.copy("archive/gate", "news")
    door.transition("news/gate", "publish")
    door.delete("news")
    assert uninstalled["archive"]["gate"].title == "Gate"


def test_uninstalling_in_the_transaction_of_an_edit(site, page, errors):
    modified(page)
    applyProfile(site, "collective.appendonly:uninstall")
    transaction.commit()
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


def test_creating_a_site(other_site, recorded):
    assert recorded() == []


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


def test_deleting_the_site_one_is_in(functional, site, other_site):
    setSite(other_site)
    with as_system():
        modified(other_site["page"])
        functional["app"].manage_delObjects(["other"])
    transaction.commit()
    setSite(site)


def test_copying_a_page_from_another_site(other_site, site, recorded, errors):
    """Where it comes from is none of this site's business."""
    with as_system():
        copied = other_site.manage_copyObjects(["page"])
        site["news"].manage_pasteObjects(copied)
    [change_set] = recorded()
    assert [(told["actions"], told["path"]) for told in change_set["entries"]] == [
        (("created",), "news/page")
    ]
    assert len(errors()) <= 1


# Objects


def test_an_object_without_uid(page, recorded):
    delattr(page.aq_base, ATTRIBUTE_NAME)
    modified(page)
    assert recorded() == []


def test_removing_an_object_without_uid(page, recorded):
    delattr(page.aq_base, ATTRIBUTE_NAME)
    api.content.delete(page)
    assert recorded() == []


def test_an_object_without_title(page, recorded):
    page.title = None
    modified(page)
    assert recorded() == [change(entry("edited", "news/party", "", fields=("title",)))]


def test_an_object_with_a_title_of_bytes(page, recorded):
    page.title = "Straße".encode()
    modified(page)
    assert recorded() == [
        change(entry("edited", "news/party", "Straße", fields=("title",)))
    ]


def test_an_object_that_is_nowhere(page, recorded, errors):
    """Some code tells of modifications before it adds an object."""
    modified(page.aq_base)
    transaction.commit()
    assert recorded() == []
    assert len(errors()) <= 1


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
    assert recorded() == [
        change(entry("edited", "news/party", "Feast", fields=("title",)))
    ]


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
        (*told["actions"], told["path"])
        for change_set in recorded()
        for told in change_set["entries"]
    ] == [("edited", "news/party"), ("renamed", "old-news"), ("created", "news/fence")]


# Bugs and conflicts


def test_a_log_without_its_stack(site, page, errors):
    registry = site.getSiteManager()
    registry.unregisterUtility(provided=IAppendStack, name=STACK)
    page.title = "Feast"
    modified(page)
    transaction.commit()
    transaction.begin()
    assert site["news"]["party"].title == "Feast"
    assert errors() == ["The activity of a transaction could not be recorded."]


def test_a_bug_in_a_subscriber(page, monkeypatch, recorded, errors):
    monkeypatch.setattr(editing, "note", bug)
    page.title = "Feast"
    modified(page)
    assert recorded() == []
    assert page.title == "Feast"
    [message] = errors()
    assert message.startswith("ObjectModifiedEvent of <Document at /plone/news/party>")


def test_a_bug_in_the_subscriber_for_removal(site, monkeypatch, recorded, errors):
    monkeypatch.setattr(lifecycle, "facts", bug)
    api.content.delete(site["news"]["party"])
    assert recorded() == []
    assert "party" not in site["news"]
    assert len(errors()) == 1


def test_a_bug_about_one_object_hides_no_other(site, monkeypatch, recorded, errors):
    real = story.facts
    monkeypatch.setattr(
        story, "facts", lambda obj: bug() if obj.getId() == "news" else real(obj)
    )
    modified(site["news"])
    modified(site["news"]["party"])
    assert recorded() == [change(EDITED)]
    assert errors() == ["What happened to one object could not be recorded."]


@pytest.mark.parametrize("error", [conflict, read_conflict])
def test_a_conflict_in_a_subscriber_is_passed_on(page, monkeypatch, error):
    monkeypatch.setattr(editing, "note", error)
    with pytest.raises(ConflictError):
        modified(page)


@pytest.mark.parametrize("error", [conflict, read_conflict])
def test_a_conflict_while_folding_is_passed_on(page, monkeypatch, error):
    monkeypatch.setattr(story, "facts", error)
    modified(page)
    with pytest.raises(ConflictError):
        transaction.commit()


@pytest.mark.parametrize("error", [conflict, read_conflict])
def test_a_conflict_while_pushing_is_passed_on(page, monkeypatch, error):
    monkeypatch.setattr(ActivityLog, "push", error)
    modified(page)
    with pytest.raises(ConflictError):
        transaction.commit()
