"""A GET of any view changes no object. (Changes that plone.protect reverts would count, too.)"""

from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import SETTINGS_PREFIX
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from tests.product.people import add_person
from zope.component import getUtility
from zope.lifecycleevent import modified

import pytest


pytestmark = pytest.mark.whole_pages


def fill(portal):
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.audience", "everybody")
    api.portal.set_registry_record(f"{SETTINGS_PREFIX}.people_pages", True)
    add_jane()
    add_mary()
    add_person("ada", "Ada Admin", "Site Administrator")
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(garden, "publish")
    with acting("jane"):
        hours = api.content.create(garden, "Document", "hours", title="Hours")
    with acting("jane"):
        api.content.delete(hours)
    with acting("jane"):
        garden.title = "The old garden"
        modified(garden)
    with acting("jane"):
        pond = api.content.create(portal, "Document", "pond", title="The pond")
        api.content.transition(pond, "publish")
    with acting("jane"):
        pond.title = "The old pond"
        modified(pond)


#: Nothing is written, so all tests can share one database.
functional = database_of(site_with(fill), scope="module")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/garden",
        "/garden/@@activity",
        "/@@activity",
        "/@@activity?older=nonsense",
        "/@@activity?actor=jane&actions=edited&types=Document&text=x&from=2026-01-01",
        "/@@activity?from=nonsense",
        "/@@activity?by=others&b_size=50",
        "/@@activity?actions=nonsense",
        "/garden/@@activity-filter?name=x&by=others",
        "/@@activity-filter-remove?name=x",
        "/@@activity-people?query=jane",
        "/garden/@@historyview",
        "/@@activity-news?latest=nonsense",
        "/@@activity-export",
        "/@@activity-export?format=csv",
        "/@@activity.atom",
        "/@@activity.rss",
        "/@@activity-addresses",
        "/@@my-activity",
        "/@@activity-calendar",
        "/@@activity-calendar?actor=jane",
        "/@@activity-calendar?from=nonsense",
        "/@@activity-calendar?older=nonsense",
        "/@@activity-digest?frequency=daily",
        "/garden/@@activity-digest?end=1",
        "/garden/@@activity-changes?from=0&to=1",
        "/pond/@@activity-changes?from=0&to=1",
        "/@@activity-digests?digest=site",
        "/@@activity-unsubscribe?List-Unsubscribe=One-Click",
        "/@@activity-of/jane",
        "/@@activity-of/june",
        "/author/jane",
        "{news}",
    ],
)
@pytest.mark.parametrize(
    "user",
    ["jane", *(pytest.param(user, marks=pytest.mark.large) for user in ("mary", None))],
)
def test_get_writes_nothing(portal, browse, changed, path, user):
    # Plone rotates its keyring on some requests.
    browse(user=user)
    log = getUtility(IActivityLog)
    path = path.format(news=f"/@@activity-news?latest={to_cursor(log, log.newest())}")
    changed.clear()
    browse(path, user=user)
    assert changed == []


@pytest.mark.parametrize(
    "path", ["/@@activity-controlpanel", "/++api++/@controlpanels/activity"]
)
def test_get_of_settings_writes_nothing(portal, browse, changed, path):
    browse("/@@overview-controlpanel", user="ada")
    changed.clear()
    browser = browse(path, user="ada")
    assert browser.headers["status"] == "200 OK"
    assert "retention_days" in str(browser.contents)
    assert changed == []
