"""Pages with the viewlet or the portlet in a site with plone.app.caching."""

from collective.appendonly.operations.maintenance.person import erase_person
from collective.appendonly.permissions import VIEW_ACTIVITY
from collective.appendonly.portlets.activity import Assignment
from collective.appendonly.recording import record
from collective.appendonly.recording import recording_suspended
from collective.appendonly.testing import ACTIVITY_FIXTURE
from plone import api
from plone.app.portlets.utils import assignment_mapping_from_key
from plone.app.testing import applyProfile
from plone.app.testing import PloneSandboxLayer
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests.product.layers import site_of_its_own
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary

import plone.app.caching
import pytest
import transaction


pytestmark = pytest.mark.whole_pages


class CachingLayer(PloneSandboxLayer):
    """A site with Plone's caching, a public folder and a public page with the portlet."""

    defaultBases = (ACTIVITY_FIXTURE,)

    def setUpZope(self, app, configurationContext):
        self.loadZCML(package=plone.app.caching)

    def setUpPloneSite(self, portal):
        setRoles(portal, TEST_USER_ID, ["Manager"])
        applyProfile(portal, "plone.app.caching:default")
        applyProfile(portal, "plone.app.caching:with-caching-proxy")
        registry = portal.portal_registry
        registry["plone.caching.interfaces.ICacheSettings.enabled"] = True
        registry["collective.appendonly.audience"] = "everybody"
        registry["plone.allow_anon_views_about"] = True
        add_jane()
        add_mary()
        with acting("jane"):
            garden = api.content.create(portal, "Folder", "garden", title="Garden")
            hours = api.content.create(garden, "Document", "hours", title="Hours")
        for each in garden, hours:
            with acting("jane"):
                api.content.transition(each, "publish")
        mapping = assignment_mapping_from_key(
            portal, "plone.rightcolumn", "context", "/garden/hours"
        )
        mapping["activity"] = Assignment(scope="site")


set_up, functional = site_of_its_own(CachingLayer())


def download(portal):
    with acting("jane"):
        record(portal["garden"]["hours"], "downloaded")


def show_less(portal):
    api.portal.set_registry_record("collective.appendonly.viewlet_lines", 1)


def show_nothing(portal):
    api.portal.set_registry_record("collective.appendonly.audience", "nobody")


def forget(portal):
    log = api.portal.get_tool("portal_activity")
    log.resize(2, 2)
    for _ in range(4):
        download(portal)
        transaction.commit()
    log.archive.discard(log.archive.generation + 1)


#: What changes the activity and leaves the catalog as it is.
CHANGES = {
    "a custom action": download,
    "a setting": show_less,
    "a setting that hides all": show_nothing,
    "an erasure": lambda portal: erase_person(portal, "jane"),
    "a retention": forget,
}
#: Two pages with the viewlet, and one with the portlet.
PATHS = "", "/garden", "/garden/hours"


@pytest.fixture
def get(browse, lines):
    """Return the status of a page, its ETag and its activity; *etag* is that of an earlier one."""

    def get(path, user, etag=None):
        condition = {} if etag is None else {"If_None_Match": etag}
        answer = browse(path, user=user, **condition)
        status = int(answer.headers["Status"].split()[0])
        activity = lines(answer.contents) if answer.contents else None
        return status, answer.headers["ETag"], activity

    return get


@pytest.mark.parametrize("user", ["mary", None])
def test_an_unchanged_page_is_not_sent_again(portal, get, changed, user):
    for path in PATHS:
        status, etag, activity = get(path, user)
        assert status == 200
        assert "Jane Miller published Page Hours" in activity
        changed.clear()
        assert get(path, user, etag) == (304, etag, None)
        assert changed == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(change, marks=() if number < 2 else pytest.mark.large)
        for number, change in enumerate(CHANGES)
    ],
)
def test_pages_are_sent_again_when_the_activity_changes(portal, get, change):
    pages = [(path, user) for path in PATHS for user in ("mary", None)]
    counter = portal.portal_catalog.getCounter()
    before = {page: get(*page) for page in pages}
    CHANGES[change](portal)
    transaction.commit()
    assert portal.portal_catalog.getCounter() == counter
    for page in pages:
        _, etag, activity = before[page]
        status, new, now = get(*page, etag)
        assert status == 200
        # The portlet has a number of lines of its own.
        stays = page[0] == "/garden/hours" and change == "a setting"
        assert (now == activity) == stays
        assert get(*page, new)[0] == 304


@pytest.fixture
def permit(portal, configure):
    """Allow some roles, and nobody else, to view the activity."""
    configure(audience="members")

    def permit(*roles):
        portal.manage_permission(VIEW_ACTIVITY, roles)
        transaction.commit()

    return permit


@pytest.mark.parametrize("user, role", [("mary", "Member"), (None, "Anonymous")])
def test_the_activity_is_not_sent_to_whom_it_was_denied(permit, get, user, role):
    """Plone keeps pages for anonymous users in memory, and others keep their own."""
    permit(role)
    before = {path: get(path, user) for path in PATHS}
    permit("Manager")
    for path, (_, etag, activity) in before.items():
        assert "published Page Hours" in activity[0]
        for condition in (etag, None):
            status, new, now = get(path, user, condition)
            assert (status, now) == (200, [])
            assert new != etag


def test_names_are_not_sent_to_visitors_when_the_site_no_longer_shows_them(portal, get):
    for path in PATHS:
        assert "Jane Miller published Page Hours" in get(path, None)[2]
    with recording_suspended():
        portal.portal_registry["plone.allow_anon_views_about"] = False
        transaction.commit()
    for path in PATHS:
        assert "Someone published Page Hours" in get(path, None)[2]


def test_who_has_left_a_group_is_not_told_to_show_the_page_again(portal, get):
    with recording_suspended():
        api.group.create("gardeners")
        api.group.add_user(groupname="gardeners", username="mary")
        transaction.commit()
    with acting("jane"):
        shed = api.content.create(portal["garden"], "Document", "shed", title="Shed")
        shed.manage_setLocalRoles("gardeners", ["Reader"])
        shed.reindexObjectSecurity()
    _, etag, activity = get("/garden", "mary")
    assert "Jane Miller created Page Shed" in activity
    with recording_suspended():
        api.group.remove_user(groupname="gardeners", username="mary")
        transaction.commit()
    status, _, now = get("/garden", "mary", etag)
    assert (status, now) == (200, activity[1:])


def test_the_etag_names_no_time_and_no_number(portal, get):
    _, etag, _ = get("/garden", "mary")
    counter, digest = etag.strip('"').split("|")[2].split("-")
    assert counter == str(portal.portal_catalog.getCounter())
    assert len(digest) == 16
    log = api.portal.get_tool("portal_activity")
    log.begin_epoch()
    transaction.commit()
    _, other, _ = get("/garden", "mary")
    assert other.split("|")[2].split("-")[0] == counter
    assert other != etag


def test_after_an_uninstallation_plones_value_is_back(portal, get, uninstall):
    uninstall()
    _, etag, _ = get("/garden", "mary")
    assert etag.split("|")[2] == str(portal.portal_catalog.getCounter())
