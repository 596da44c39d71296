"""From any content to its activity: in the toolbar, in each line, and on its history."""

from collective.appendonly.interfaces import SETTINGS_PREFIX
from lxml import html
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.whole_pages

VIEW_ACTIVITY = "collective.appendonly: View activity"


def fill(portal):
    add_jane()
    add_mary()
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        hours = api.content.create(garden, "Document", "hours", title="Hours")
        api.content.create(garden, "File", "plan", title="Plan")
        for obj in (garden, hours):
            api.content.transition(obj, "publish")
    with acting("jane"):
        hours.title = "Opening hours"
        modified(hours)
    with acting("jane"):
        pond = api.content.create(garden, "Document", "pond", title="Pond")
    with acting("jane"):
        api.content.delete(pond)
    with acting("jane"):
        garden["plan"].title = "Plan of the garden"
        modified(garden["plan"])


functional = database_of(site_with(fill), needed_by="garden")


@pytest.fixture
def garden(portal):
    """A public folder with a page and a file, and one that was removed, by Jane."""
    return portal["garden"]


def toolbar(browser):
    """Return the ids of the actions of content in the toolbar, with their URLs."""
    items = html.fromstring(browser.contents).cssselect("#edit-zone li")
    prefix = "contentview-"
    return {
        # Plone adds a token to the URLs.
        item.get("id").removeprefix(prefix): item.find("a")
        .get("href")
        .partition("?")[0]
        for item in items
        if item.get("id", "").startswith(prefix)
    }


@pytest.mark.parametrize("path", ["", "/garden", "/garden/hours", "/garden/plan/view"])
def test_the_toolbar_leads_to_the_activity_of_any_content(garden, browse, lines, path):
    browser = browse(path, "jane")
    here = f"{garden.aq_parent.absolute_url()}{path.removesuffix('/view')}"
    assert toolbar(browser)["activity"] == f"{here}/@@activity"
    browser.getLink("Activity").click()
    assert browser.headers["status"] == "200 OK"
    assert browser.url.partition("?")[0] == f"{here}/@@activity"
    assert lines(browser.contents) != []


def test_it_stands_beside_the_history(garden, browse):
    names = list(toolbar(browse("/garden/hours", "jane")))
    assert names.index("activity") == names.index("history") + 1


def test_it_is_there_for_those_who_can_view_the_activity_there(
    garden, browse, configure, person
):
    def has_it(path, user):
        return "activity" in toolbar(browse(path, user))

    person("ada", "Ada Admin", "Manager")
    assert has_it("/garden/hours", "jane")
    garden.manage_permission(VIEW_ACTIVITY, ["Manager"])
    transaction.commit()
    assert not has_it("/garden/hours", "jane")
    assert not has_it("/garden", "jane")
    assert has_it("", "jane")
    assert has_it("/garden/hours", "ada")
    configure(audience="nobody")
    assert not has_it("/garden/hours", "ada")
    configure(audience="everybody")
    assert has_it("/garden/hours", "jane")


BELOW = "#document-action-activity a"


def links_below(browser):
    """Return the URLs of the links to the activity below the content."""
    links = html.fromstring(browser.contents).cssselect(BELOW)
    return [link.get("href") for link in links]


@pytest.mark.parametrize("path", ["", "/garden", "/garden/hours", "/garden/plan/view"])
def test_readers_find_it_below_the_content(garden, browse, configure, path):
    configure(viewlet_places=())
    browser = browse(path, "mary")
    here = f"{garden.aq_parent.absolute_url()}{path.removesuffix('/view')}"
    assert links_below(browser) == [f"{here}/@@activity"]
    browser.open(f"{here}/@@activity")
    assert browser.headers["status"] == "200 OK"
    # Plone would make its menus for them, only because of this link.
    assert toolbar(browser) == {}
    assert links_below(browse(path, "jane")) == []


@pytest.mark.parametrize("path", ["", "/garden", "/garden/hours", "/garden/plan/view"])
def test_readers_find_one_link_where_the_viewlet_has_it(
    garden, browse, configure, path
):
    configure(viewlet_places=("site", "folders", "pages"))
    browser = browse(path, "mary")
    here = f"{garden.aq_parent.absolute_url()}{path.removesuffix('/view')}"
    assert links_below(browser) == []
    assert browser.getLink("All activity").url == f"{here}/@@activity"


@pytest.mark.parametrize("places", [("site", "folders"), ("folders", "pages"), ()])
def test_readers_of_a_default_page_find_its_own_activity(
    garden, browse, configure, places
):
    configure(viewlet_places=places)
    garden.setDefaultPage("hours")
    transaction.commit()
    here = garden.absolute_url()
    browser = browse("/garden", "mary")
    assert links_below(browser) == [f"{here}/hours/@@activity"]
    links = html.fromstring(browser.contents).cssselect("#section-activity > p > a")
    # The viewlet is about the folder.
    assert [link.get("href") for link in links] == [f"{here}/@@activity"] * bool(places)


def test_reviewers_find_it_in_the_toolbar(garden, browse, person):
    person("rita", "Rita Reviewer", "Reviewer")
    browser = browse("/garden/hours", "rita")
    assert "activity" in toolbar(browser)
    assert links_below(browser) == []


def test_readers_find_it_where_they_can_view_the_activity(garden, browse, configure):
    def has_it(path):
        return links_below(browse(path, "mary")) != []

    garden.manage_permission(VIEW_ACTIVITY, ["Manager"])
    transaction.commit()
    assert not has_it("/garden/hours")
    garden.manage_permission(VIEW_ACTIVITY, [], acquire=True)
    transaction.commit()
    assert has_it("/garden/hours")
    configure(audience="nobody")
    assert not has_it("/garden/hours")


@pytest.mark.parametrize("path", ["", "/garden", "/garden/hours"])
def test_anonymous_users_find_it_below_the_content(garden, browse, configure, path):
    configure(viewlet_places=())
    assert links_below(browse(path)) == []
    configure(audience="everybody")
    browser = browse(path)
    here = f"{garden.aq_parent.absolute_url()}{path}"
    assert links_below(browser) == [f"{here}/@@activity"]
    browser.open(f"{here}/@@activity")
    assert browser.headers["status"] == "200 OK"


def test_it_is_gone_after_uninstalling(garden, browse, configure, uninstall):
    configure(audience="everybody")
    uninstall()
    names = toolbar(browse("/garden/hours", "jane"))
    assert "history" in names
    assert "activity" not in names
    assert links_below(browse("/garden/hours", "mary")) == []
    assert links_below(browse("/garden/hours")) == []


def stories(contents):
    """Return the labels and URLs of the links from lines to the stories of their objects."""
    page = html.fromstring(contents)
    links = page.cssselect("ul.list-group a[aria-label^='All changes']")
    assert [link.text_content().strip() for link in links] == [""] * len(links)
    return [(link.get("aria-label"), link.get("href")) for link in links]


def test_lines_lead_to_the_whole_story_of_their_object(garden, browse, lines):
    browser = browse("/@@activity?types=Document&types=File", "jane")
    url = garden.absolute_url()
    plan = ("All changes to “Plan of the garden”", f"{url}/plan/@@activity")
    hours = ("All changes to “Opening hours”", f"{url}/hours/@@activity")
    # What is gone has none, and several objects have none together.
    assert len(lines(browser.contents)) == 5
    assert stories(browser.contents) == [plan, hours]
    assert stories(browse("/garden", "jane").contents) == [plan, hours]
    browser.open(hours[1])
    assert len(lines(browser.contents)) == 2


def test_lines_do_not_lead_to_the_page_that_they_are_on(garden, browse, lines):
    browser = browse("/garden/hours/@@activity", "jane")
    assert len(lines(browser.contents)) == 2
    assert stories(browser.contents) == []
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.viewlet_places", ("pages",))
    transaction.commit()
    browser = browse("/garden/hours", "jane")
    assert len(lines(browser.contents)) == 2
    assert stories(browser.contents) == []


def test_the_history_of_plone_leads_to_the_activity(garden, browse, configure):
    path = "/garden/hours/@@historyview"
    browser = browse(path, "jane")
    browser.getLink("Activity of this item").click()
    assert browser.url == f"{garden.absolute_url()}/hours/@@activity"
    assert "Activity of this item" not in browse("/garden/hours", "jane").contents
    configure(audience="nobody")
    contents = browse(path, "jane").contents
    assert "history-list" in contents
    assert "Activity of this item" not in contents


def test_no_link_on_the_history_without_the_add_on(garden, browse, uninstall):
    uninstall()
    contents = browse("/garden/hours/@@historyview", "jane").contents
    assert "history-list" in contents
    assert "Activity of this item" not in contents
