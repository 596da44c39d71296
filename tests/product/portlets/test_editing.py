"""Portlets are added and edited with Plone's forms."""

from collective.appendonly.portlets.activity import Assignment
from collective.appendonly.portlets.activity import PORTLET
from lxml import html
from plone import api
from plone.app.portlets.exportimport.portlets import importPortlets
from plone.app.portlets.utils import assignment_mapping_from_key
from plone.portlets.interfaces import IPortletManager
from plone.portlets.interfaces import IPortletType
from Products.GenericSetup.tests.common import DummyImportContext
from zope.component import getUtilitiesFor
from zope.component import getUtility
from zope.i18nmessageid import Message

import pytest
import transaction


pytestmark = [pytest.mark.large, pytest.mark.whole_pages]


@pytest.fixture
def manage(portal, person, browse):
    """A site administrator on the portlet management page."""
    person("ada", "Ada Admin", "Site Administrator")
    return browse("/@@manage-portlets", "ada")


def placed(portal):
    """Return the activity portlets in the right column of the site."""
    portal._p_jar.sync()
    mapping = assignment_mapping_from_key(portal, "plone.rightcolumn", "context", "/")
    return {
        name: (each.heading, each.scope, each.count)
        for name, each in mapping.items()
        if isinstance(each, Assignment)
    }


def add(browser):
    site_url = browser.url.rpartition("/")[0]
    browser.open(f"{site_url}/++contextportlets++plone.rightcolumn/+/{PORTLET}")


def test_portlet_is_offered_for_columns_and_dashboards(portal, manage):
    options = html.fromstring(manage.contents).cssselect("option")
    assert "Recent activity" in [option.text for option in options]
    offering = {
        name
        for name, manager in getUtilitiesFor(IPortletManager)
        if PORTLET in [each.addview for each in manager.getAddablePortletTypes()]
    }
    assert offering == {
        "plone.leftcolumn",
        "plone.rightcolumn",
        "plone.footerportlets",
        *(f"plone.dashboard{number}" for number in range(1, 5)),
    }


def test_add_portlet(portal, manage, configure):
    configure(viewlet_places=())
    add(manage)
    assert "Lists recent changes to content the reader can view." in manage.contents
    manage.getControl("Save").click()
    assert placed(portal) == {"recent-activity": ("", "here", 5)}


def test_add_and_edit_portlet(portal, manage):
    add(manage)
    manage.getControl("Heading").value = "What’s new"
    manage.getControl("The whole site").selected = True
    manage.getControl(name="form.widgets.count").value = "3"
    manage.getControl("Save").click()
    assert placed(portal) == {"whats-new": ("What’s new", "site", 3)}
    manage.open(
        f"{portal.absolute_url()}/++contextportlets++plone.rightcolumn/whats-new/edit"
    )
    assert manage.getControl("Heading").value == "What’s new"
    manage.getControl("Heading").value = ""
    manage.getControl("Save").click()
    assert placed(portal) == {"whats-new": ("", "site", 3)}


@pytest.mark.parametrize("number", ["0", "51", "many"])
def test_invalid_number_is_rejected(portal, manage, number):
    add(manage)
    manage.getControl(name="form.widgets.count").value = number
    manage.getControl("Save").click()
    assert placed(portal) == {}
    assert "There were some errors." in manage.contents


@pytest.mark.parametrize("column", ["contextportlets++plone.rightcolumn", "dashboard"])
def test_a_site_without_the_add_on_has_no_form(portal, manage, uninstall, column):
    """A manager who types the URL does not store what needs the package."""
    if column == "dashboard":
        column = "dashboard++plone.dashboard1+ada"
    url = f"{portal.absolute_url()}/++{column}/+/{PORTLET}"
    manage.open(url)
    assert manage.headers["status"] == "200 OK"
    form = manage.getControl("Save")
    uninstall()
    form.click()
    assert manage.headers["status"] == "404 Not Found"
    manage.open(url)
    assert manage.headers["status"] == "404 Not Found"
    assert placed(portal) == {}


def test_cancel(portal, manage):
    add(manage)
    manage.getControl("Cancel").click()
    assert placed(portal) == {}


def test_members_add_portlet_to_dashboard(portal, jane, mary, acting, browse):
    with acting("jane"):
        page = api.content.create(portal, "Document", "page", title="Page")
        api.content.transition(page, "publish")
    browser = browse(f"/++dashboard++plone.dashboard1+mary/+/{PORTLET}", "mary")
    browser.getControl("Save").click()
    browser.open(f"{portal.absolute_url()}/dashboard")
    assert "portletActivity" in browser.contents
    assert "created and published" in browser.contents


def test_title_of_portlet_type_is_translatable(portal):
    portlet = getUtility(IPortletType, name=PORTLET)
    for text in (portlet.title, portlet.description):
        assert isinstance(text, Message)
        assert text.domain == "collective.appendonly"


def test_profile_adds_portlet(portal):
    context = DummyImportContext(portal, purge=False)
    context._files["portlets.xml"] = """<portlets>
      <assignment manager="plone.rightcolumn" category="context" key="/"
                  type="collective.appendonly.portlets.activity" name="new">
        <property name="heading">New</property>
        <property name="scope">site</property>
        <property name="count">7</property>
      </assignment>
    </portlets>"""
    importPortlets(context)
    transaction.commit()
    assert placed(portal) == {"new": ("New", "site", 7)}
