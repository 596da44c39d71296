"""The published portlet."""

from collective.appendonly.browser.listing import ActivityListing
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.log import STACK
from collective.appendonly.portlets.activity import Renderer
from collective.appendonly.recording import recording_suspended
from collective.appendonly.zcml.provisioning import deprovision
from lxml import html
from plone import api
from tests.product.browser.test_viewlet import CREATED
from tests.product.browser.test_viewlet import fill as fill_garden
from tests.product.browser.test_viewlet import PUBLISHED
from tests.product.layers import database_of
from tests.product.layers import site_with

import pytest
import transaction


pytestmark = pytest.mark.whole_pages


def fill(portal):
    fill_garden(portal)
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.viewlet_places", ())


functional = database_of(site_with(fill), needed_by="garden")


@pytest.fixture
def garden(portal):
    """A public folder with a public page, created by Jane; no viewlet."""
    return portal["garden"]


def test_portlet_shows_activity_of_context_and_below(garden, place, browse, portlets):
    place()
    assert portlets(browse("", "jane").contents) == [
        ("Recent activity", PUBLISHED + CREATED)
    ]
    assert portlets(browse("/garden/hours", "jane").contents) == [
        ("Recent activity", [PUBLISHED[0], CREATED[0]])
    ]


def test_portlet_for_whole_site(garden, place, browse, portlets):
    place(garden, scope="site", heading="What’s new & fine", count=2)
    assert portlets(browse("/garden/hours", "jane").contents) == [
        ("What’s new & fine", PUBLISHED)
    ]
    assert portlets(browse("", "jane").contents) == []


def test_portlet_on_default_page_shows_activity_of_folder(
    garden, place, browse, portlets
):
    with recording_suspended():
        garden.setDefaultPage("hours")
        transaction.commit()
    place(garden)
    browser = browse("/garden/hours", "mary")
    assert portlets(browser.contents) == []
    browser = browse("/garden/hours", "jane")
    assert portlets(browser.contents) == [("Recent activity", PUBLISHED + CREATED)]
    assert browser.getLink("All activity").url == f"{garden.absolute_url()}/@@activity"


def test_portlet_and_viewlet_show_the_same(
    garden, mary, person, place, browse, portlets, lines, configure
):
    person("ada", "Ada Admin", "Manager")
    place(count=8)
    shown = {
        name: portlets(browse("", name).contents)
        for name in ("ada", "jane", "mary", None)
    }
    assert shown == {
        "ada": [("Recent activity", PUBLISHED + CREATED)],
        "jane": [("Recent activity", PUBLISHED + CREATED)],
        "mary": [("Recent activity", PUBLISHED)],
        None: [],
    }
    configure(viewlet_places=("site",), audience="everybody")
    for name in ("ada", "jane", "mary", None):
        page = html.fromstring(browse("", name).contents)
        [viewlet] = page.cssselect("#section-activity")
        assert portlets(html.tostring(page)) == [
            ("Recent activity", lines(html.tostring(viewlet)))
        ]


def test_anonymous_users_see_no_names(garden, place, browse, portlets, configure):
    place()
    configure(audience="everybody")
    assert portlets(browse("").contents) == [
        (
            "Recent activity",
            [
                "Someone published Page Opening hours",
                "Someone published Folder The garden",
            ],
        )
    ]


def test_two_portlets_on_a_page(garden, place, browse, portlets):
    place(count=1)
    place(scope="site", heading="On the site", count=1)
    contents = browse("/garden", "mary").contents
    assert portlets(contents) == []
    contents = browse("/garden", "jane").contents
    assert [heading for heading, _ in portlets(contents)] == [
        "Recent activity",
        "On the site",
    ]
    ids = [element.get("id") for element in html.fromstring(contents).cssselect("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("audience", ["members", "nobody"])
def test_hidden_portlet_does_not_read_the_log(
    garden, place, browse, portlets, configure, loaded, audience
):
    place()
    configure(audience=audience)
    found = loaded()
    assert portlets(browse("").contents) == []
    assert "Assignment" in found
    of_the_log = {"ActivityLog", "AppendStack", "Archive", "ArchiveLayer"}
    assert of_the_log & set(found) == set()


def test_empty_portlet_is_hidden(portal, place, mary, browse, portlets):
    place()
    assert portlets(browse("", "mary").contents) == []


def test_get_writes_nothing(garden, place, browse, portlets, changed):
    place()
    browse("", "jane")
    changed.clear()
    assert portlets(browse("/garden", "jane").contents) != []
    assert changed == []


def test_broken_log_only_affects_portlet(garden, portal, place, browse, portlets):
    place()
    deprovision(portal, STACK)
    transaction.commit()
    browser = browse("/garden/hours", "jane")
    assert browser.headers["status"] == "200 OK"
    assert "Opening hours" in browser.contents
    assert portlets(browser.contents) == []


@pytest.mark.parametrize("broken", ["page", "listing"])
def test_error_only_affects_portlet(
    garden, place, browse, portlets, monkeypatch, broken
):
    def fail(*_):
        raise RuntimeError("broken")

    place()
    owner = {"page": Renderer, "listing": ActivityListing}[broken]
    monkeypatch.setattr(owner, broken, property(fail))
    browser = browse("/garden/hours", "jane")
    assert browser.headers["status"] == "200 OK"
    assert "Opening hours" in browser.contents
    assert portlets(browser.contents) == []


def test_uninstalling_removes_portlets(garden, place, browse, uninstall):
    place()
    place(garden)
    uninstall()
    for path in ("", "/garden"):
        browser = browse(path, "jane")
        assert browser.headers["status"] == "200 OK"
        assert "portletActivity" not in browser.contents
