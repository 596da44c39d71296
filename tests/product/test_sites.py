"""Several sites in one database, each with a log of its own.

Sites are created, copied and imported above all sites, as in Zope's management interface.
"""

from AccessControl import getSecurityManager
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.SecurityManagement import setSecurityManager
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.structures.check import check
from lxml import html
from plone import api
from plone.app.testing import applyProfile
from plone.app.testing import FunctionalTesting
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.testing.zope import Browser
from Products.CMFPlone.factory import addPloneSite
from tests.product.layers import database_of
from tests.product.layers import site_with
from zope.component import getUtility
from zope.component.hooks import setSite
from zope.component.hooks import site as current_site
from zope.lifecycleevent import modified

import json
import pytest
import transaction


pytestmark = pytest.mark.large


ADMIN = SITE_OWNER_NAME
HEADERS = {
    "Accept": "application/json",
    "Authorization": f"Basic {ADMIN}:{SITE_OWNER_PASSWORD}",
    "Content-Type": "application/json",
}


@pytest.fixture(autouse=True)
def no_errors(caplog):
    yield
    assert [
        r.getMessage() for r in caplog.records if r.name.startswith("collective")
    ] == []


@pytest.fixture
def app(functional, portal):
    """The root of the database, with its manager at work, who is above all sites."""
    app = functional["app"]
    before = getSecurityManager()
    newSecurityManager(None, app.acl_users.getUserById(ADMIN).__of__(app.acl_users))
    setSite(None)
    yield app
    setSecurityManager(before)
    setSite(portal)


def create_site(container, name, *profiles):
    created = addPloneSite(
        container,
        name,
        extension_ids=(
            "plone.app.contenttypes:default",
            "plone.restapi:default",
            *profiles,
        ),
    )
    setSite(None)
    transaction.commit()
    return created


@pytest.fixture
def garden(app, portal):
    """A site with a folder with a page. (Of the test layer's one, called plone.)"""
    return fill(portal)


def add_orchard(portal):
    """Add another site like that, called orchard."""
    app = portal.getPhysicalRoot()
    newSecurityManager(None, app.acl_users.getUserById(ADMIN).__of__(app.acl_users))
    setSite(None)
    fill(create_site(app, "orchard", "collective.appendonly:default"))


# Sites are copied, moved and deleted, and must not meet what connections remember of them.
functional = database_of(site_with(add_orchard, testing=FunctionalTesting))


@pytest.fixture
def orchard(app):
    return app["orchard"]


def fill(site):
    with current_site(site):
        news = api.content.create(site, "Folder", "news", title="News")
        api.content.create(news, "Document", "party", title="Party")
        transaction.commit()
    return site


FILLED = [(ADMIN, "created", "news"), (ADMIN, "created", "news/party")]


def retitle(obj):
    obj.title = f"{obj.title}!"
    modified(obj)


def recorded_in(site, since=()):
    """Return what the log of *site* has: actor, actions, path; source; number of descendants.

    Without *since*, which it must begin with. Checks the log, too.
    """
    transaction.begin()
    with current_site(site):
        log = getUtility(IActivityLog)
        check(log.stack, log.archive)
        entries = [
            listed(entry)
            for _, change_set in reversed(list(log.older()))
            for entry in change_set.entries
        ]
    assert entries[: len(since)] == list(since)
    return entries[len(since) :]


def listed(entry):
    values = [entry.actor, " ".join(entry.actions), entry.path]
    if entry.source:
        values.append(entry.source.path)
    if entry.descendants:
        values.append(sum(count for count, _ in entry.descendants))
    return tuple(values)


def epoch(site):
    with current_site(site):
        return getUtility(IActivityLog).epoch


@pytest.fixture
def browse(functional):
    """Open a page as the manager above all sites; return the URLs that it links to."""
    browser = Browser(functional["app"])
    browser.addHeader("Authorization", f"Basic {ADMIN}:{SITE_OWNER_PASSWORD}")

    def browse(path):
        browser.open(f"http://nohost{path}")
        page = html.fromstring(browser.contents)
        return [
            link.get("href")
            for link in page.cssselect(
                "ul.list-group a:not([href*='?']):not([href$='@@activity'])"
            )
        ]

    return browse


@pytest.fixture
def patch(functional):
    """Give a page another title, as a request from outside."""

    def patch(path, title):
        browser = Browser(functional["app"])
        body = json.dumps({"title": title})
        answer = browser.testapp.patch(f"http://nohost{path}", body, headers=HEADERS)
        assert answer.status_int == 204

    return patch


# Each its own log


def test_changes_in_one_site_are_recorded_there_only(garden, orchard, patch):
    patch("/orchard/news/party", "Feast")
    patch("/plone/news", "Newest")
    assert recorded_in(orchard, FILLED) == [(ADMIN, "edited", "news/party")]
    assert recorded_in(garden, FILLED) == [(ADMIN, "edited", "news")]


def test_editing_in_another_site_after_switching_to_it(garden, orchard):
    with current_site(garden):
        with current_site(orchard):
            retitle(orchard["news"]["party"])
        retitle(garden["news"])
        transaction.commit()
    assert recorded_in(orchard, FILLED) == [(ADMIN, "edited", "news/party")]
    assert recorded_in(garden, FILLED) == [(ADMIN, "edited", "news")]


def test_editing_in_another_site_without_switching(garden, orchard):
    with current_site(garden):
        retitle(orchard["news"]["party"])
        api.content.delete(garden["news"]["party"])
        orchard.manage_delObjects(["news"])
        transaction.commit()
    assert recorded_in(orchard, FILLED) == [(ADMIN, "removed", "news", 1)]
    assert recorded_in(garden, FILLED) == [(ADMIN, "removed", "news/party")]


def test_deleting_another_site(app, garden, orchard):
    with current_site(garden):
        app.manage_delObjects(["orchard"])
        transaction.commit()
    assert recorded_in(garden, FILLED) == []


@pytest.mark.large
def test_a_site_in_a_folder(app, browse, patch):
    app.manage_addFolder("customers")
    site = create_site(app["customers"], "orchard", "collective.appendonly:default")
    fill(site)
    patch("/customers/orchard/news/party", "Feast")
    assert recorded_in(site, FILLED) == [(ADMIN, "edited", "news/party")]
    assert browse("/customers/orchard/@@activity") == [
        "http://nohost/customers/orchard/news/party",
        "http://nohost/customers/orchard/news",
        "http://nohost/customers/orchard/news/party",
    ]


# Copies of a site


def rebuild_catalog(site):
    """Plone needs this after the path of a site has changed: its catalog has the old one."""
    with current_site(site):
        site.portal_catalog.clearFindAndRebuild()
        transaction.commit()
    return site


@pytest.fixture
def copy_of_garden(app, garden):
    """Made in Zope's management interface."""
    app.manage_pasteObjects(app.manage_copyObjects(["plone"]))
    transaction.commit()
    return rebuild_catalog(app["copy_of_plone"])


@pytest.fixture
def import_of_garden(app, garden, tmp_path):
    """Exported to a file and imported under another id."""
    exported = app._p_jar.exportFile(garden._p_oid, str(tmp_path / "plone.zexp"))
    exported.close()
    site = app._p_jar.importFile(str(tmp_path / "plone.zexp"))
    site._setId("imported")
    app._setObject("imported", site)
    transaction.commit()
    return rebuild_catalog(app["imported"])


@pytest.fixture(params=["copy_of_garden", "import_of_garden"])
def twin(request):
    return request.getfixturevalue(request.param)


def test_a_copy_of_a_site_has_a_log_of_its_own(garden, twin, patch, browse):
    """It begins with what the first one has recorded until then."""
    name = twin.getId()
    assert epoch(twin) != epoch(garden)
    patch(f"/{name}/news/party", "Feast")
    patch("/plone/news", "Newest")
    assert recorded_in(twin, FILLED) == [(ADMIN, "edited", "news/party")]
    assert recorded_in(garden, FILLED) == [(ADMIN, "edited", "news")]


def test_the_log_of_an_imported_site_leads_to_what_is_in_it(import_of_garden, browse):
    assert browse("/imported/@@activity") == [
        "http://nohost/imported/news",
        "http://nohost/imported/news/party",
    ]


def test_the_log_of_a_copied_site_leads_to_new_content(copy_of_garden, patch, browse):
    """Plone gives everything in the copy another UID, so earlier entries are about objects that are gone."""
    assert browse("/copy_of_plone/@@activity") == []
    patch("/copy_of_plone/news/party", "Feast")
    assert browse("/copy_of_plone/@@activity") == [
        "http://nohost/copy_of_plone/news/party"
    ]


def test_a_copy_of_a_site_is_uninstalled_alone(garden, twin, patch):
    with current_site(twin):
        applyProfile(twin, "collective.appendonly:uninstall")
        transaction.commit()
    patch(f"/{twin.getId()}/news/party", "Feast")
    patch("/plone/news", "Newest")
    assert recorded_in(garden, FILLED) == [(ADMIN, "edited", "news")]


@pytest.mark.large
def test_renaming_a_site_keeps_its_epoch(app, garden, browse):
    before = epoch(garden)
    app.manage_renameObject("plone", "garden")
    transaction.commit()
    assert epoch(app["garden"]) == before
    rebuild_catalog(app["garden"])
    assert recorded_in(app["garden"]) == FILLED
    assert browse("/garden/@@activity") == [
        "http://nohost/garden/news",
        "http://nohost/garden/news/party",
    ]


# From one site to another


def paste(site, clipboard):
    with current_site(site):
        site.manage_pasteObjects(clipboard)
        transaction.commit()


def test_copying_a_page_from_another_site(garden, orchard):
    """The entry does not disclose where the page comes from."""
    paste(garden, orchard["news"].manage_copyObjects(["party"]))
    assert recorded_in(garden, FILLED) == [(ADMIN, "created", "party")]
    assert recorded_in(orchard) == FILLED


def test_copying_a_folder_from_another_site(garden, orchard):
    paste(garden, orchard.manage_copyObjects(["news"]))
    assert recorded_in(garden, FILLED) == [(ADMIN, "created", "copy_of_news", 1)]
    assert recorded_in(orchard) == FILLED


def test_moving_a_page_from_another_site(garden, orchard):
    paste(garden, orchard["news"].manage_cutObjects(["party"]))
    assert recorded_in(garden, FILLED) == [(ADMIN, "created", "party")]
    assert recorded_in(orchard, FILLED) == [(ADMIN, "removed", "news/party")]


def test_moving_a_folder_from_another_site(garden, orchard):
    with current_site(orchard):
        api.content.rename(orchard["news"], "fruit")
        transaction.commit()
    paste(garden, orchard.manage_cutObjects(["fruit"]))
    assert recorded_in(garden, FILLED) == [(ADMIN, "created", "fruit", 1)]
    assert recorded_in(orchard, FILLED)[1:] == [(ADMIN, "removed", "fruit", 1)]


def test_moving_something_to_another_site_and_back(garden, orchard):
    with current_site(garden):
        garden.manage_pasteObjects(orchard["news"].manage_cutObjects(["party"]))
        orchard["news"].manage_pasteObjects(garden.manage_cutObjects(["party"]))
        transaction.commit()
    assert recorded_in(garden) == FILLED
    assert recorded_in(orchard) == FILLED


@pytest.mark.large
def test_moving_a_page_from_a_site_without_the_add_on(app, garden):
    bare = fill(create_site(app, "bare"))
    paste(garden, bare["news"].manage_cutObjects(["party"]))
    assert recorded_in(garden, FILLED) == [(ADMIN, "created", "party")]


@pytest.mark.large
def test_moving_a_page_to_a_site_without_the_add_on(app, garden):
    bare = fill(create_site(app, "bare"))
    paste(bare, garden["news"].manage_cutObjects(["party"]))
    assert recorded_in(garden, FILLED) == [(ADMIN, "removed", "news/party")]


def test_moving_a_page_from_outside_into_a_site(app, garden):
    app.manage_addFolder("attic")
    app["attic"].manage_pasteObjects(garden["news"].manage_copyObjects(["party"]))
    paste(garden, app["attic"].manage_cutObjects(["party"]))
    assert recorded_in(garden, FILLED) == [(ADMIN, "created", "party")]
