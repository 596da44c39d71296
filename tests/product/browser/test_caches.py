"""Caches that are shared by requests reveal nothing to other users."""

from benchmarks.looking import Looks
from collective.appendonly import clock
from collective.appendonly.browser.icons import Icons
from collective.appendonly.browser.recent import REMEMBERED
from collective.appendonly.browser.viewlet import ActivityViewlet
from collective.appendonly.recording import record
from collective.appendonly.recording import recording_suspended
from datetime import timedelta
from functools import partial
from lxml import html
from plone import api
from plone.base.utils import safe_text
from plone.dexterity.utils import createContent
from plone.testing.zope import Browser
from Products.CMFPlone.browser.icons import IconsView
from time import time
from ZODB import DB
from ZODB.DemoStorage import DemoStorage
from zope.ramcache import ram

import pytest
import re
import transaction


pytestmark = pytest.mark.whole_pages


@pytest.fixture
def hours(portal, jane, mary, acting, configure):
    """A public page created by Jane."""
    configure(audience="everybody")
    with acting("jane"):
        page = api.content.create(portal, "Document", "hours", title="Opening hours")
    with acting("jane"):
        api.content.transition(page, "publish")
    return page


def test_names_and_lines_are_not_shared_between_readers(hours, browse, lines):
    for _ in range(2):
        assert lines(browse(user="jane").contents) == [
            "Jane Miller published Page Opening hours",
            "Jane Miller created Page Opening hours",
        ]
        assert lines(browse(user="mary").contents) == [
            "Jane Miller published Page Opening hours"
        ]
        contents = browse().contents
        assert lines(contents) == ["Someone published Page Opening hours"]
        assert "Jane" not in contents
        assert "JM" not in contents


def test_retracted_content_disappears_at_once(hours, acting, browse):
    assert "Opening hours" in browse(user="mary").contents
    with acting("jane"):
        api.content.transition(hours, "retract")
    for user in ("mary", None):
        contents = browse(user=user).contents
        assert "Opening hours" not in contents
        assert 'id="section-activity"' not in contents


def test_new_titles_and_names_are_shown_at_once(hours, browse, lines):
    assert lines(browse(user="mary").contents) == [
        "Jane Miller published Page Opening hours"
    ]
    api.user.get("jane").setMemberProperties({"fullname": "Jane Baker"})
    with recording_suspended():
        hours.title = "Closing hours"
        hours.reindexObject()
        transaction.commit()
    contents = browse(user="mary").contents
    assert lines(contents) == ["Jane Baker published Page Closing hours"]
    [initials] = html.fromstring(contents).cssselect(
        "#section-activity .rounded-circle"
    )
    assert initials.text == "JB"


@pytest.fixture
def looks():
    """Count how much of the log is read."""
    with Looks() as looks:
        yield looks


def test_the_viewlet_reads_the_log_once_until_something_is_committed(
    hours, jane, mary, browse, lines, looks, acting
):
    published = ["Jane Miller published Page Opening hours"]
    # In its first requests, Plone itself stores where its portlets are.
    browse(user="mary")
    assert lines(browse(user="mary").contents) == published
    read = looks.read
    assert read > 0
    assert lines(browse(user="mary").contents) == published
    assert looks.read == read
    with acting("jane"):
        api.content.create(hours.aq_parent, "Link", "shop", title="Shop")
        api.content.transition(hours.aq_parent["shop"], "publish")
    assert lines(browse(user="mary").contents) == [
        "Jane Miller created and published Link Shop",
        *published,
    ]


def test_the_viewlet_reads_the_log_again_in_the_next_minute(
    hours, mary, browse, lines, looks, monkeypatch
):
    """Content may have become effective, or may have expired, without a transaction."""
    browse(user="mary")
    before = looks.read
    browse(user="mary")
    read = looks.read
    later = clock.utc_now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    assert lines(browse(user="mary").contents) == [
        "Jane Miller published Page Opening hours"
    ]
    assert looks.read - read == read - before > 0


@pytest.fixture
def mounted(hours, portal, functional, acting):
    """A public folder in a database of its own, with a public page."""
    databases = functional["zodbDB"].databases
    DB(DemoStorage(), databases=databases, database_name="mounted")
    folder = createContent("Folder", id="mounted", title="Mounted")
    portal._p_jar.get_connection("mounted").add(folder)
    with acting("jane"):
        portal._setObject("mounted", folder)
        api.content.transition(portal["mounted"], "publish")
        page = api.content.create(portal["mounted"], "Document", "page", title="Page")
        api.content.transition(page, "publish")
    transaction.commit()
    assert folder._p_jar is not portal._p_jar
    yield portal["mounted"]
    transaction.abort()
    del databases["mounted"]
    # The next test has the same connections.
    for connection in functional["zodbDB"].pool.all:
        if "mounted" in connection.connections:
            connection.connections.pop("mounted").close(False)


def test_a_mounted_folder_shows_what_was_changed_in_the_site_at_once(
    mounted, browse, lines, acting, configure
):
    made = "Jane Miller created and published 2 items Folder Mounted Page Page"
    for _ in range(3):
        assert lines(browse("/mounted", user="mary").contents) == [made]
    with acting("jane"):
        record(mounted["page"], "downloaded")
    assert lines(browse("/mounted", user="mary").contents) == [
        "Jane Miller downloaded Page Page",
        made,
    ]
    configure(viewlet_lines=1)
    assert lines(browse("/mounted", user="mary").contents) == [
        "Jane Miller downloaded Page Page"
    ]


def test_the_site_does_not_show_what_was_denied_in_a_mounted_folder(
    mounted, browse, lines, configure
):
    configure(audience="members")
    published = "Jane Miller published Page Opening hours"
    made = "Jane Miller created and published 2 items Folder Mounted Page Page"
    for _ in range(3):
        assert lines(browse(user="mary").contents) == [made, published]
    mounted.manage_permission("collective.appendonly: View activity", ["Manager"])
    transaction.commit()
    assert lines(browse(user="mary").contents) == [published]


def test_hosts_that_a_client_makes_up_neither_mix_nor_fill_the_memory(
    hours, portal, functional, monkeypatch, request
):
    request.addfinalizer(partial(REMEMBERED.update, REMEMBERED.maxEntries))
    REMEMBERED.update(maxEntries=3)
    browser, now = Browser(functional["app"]), time()
    for second in range(8):
        monkeypatch.setattr(ram, "time", lambda second=second: now + second)
        site = f"http://host-{second}.example.com/{portal.id}"
        for _ in range(2):
            browser.open(site)
            assert browser.getLink("All activity").url == f"{site}/@@activity"
    [cached] = REMEMBERED.getStatistics()
    assert 0 < cached["entries"] <= 4


def test_a_request_that_changes_something_shows_its_own_change(
    hours, portal, http_request, mary
):
    def shown():
        with api.env.adopt_user("mary"):
            return ActivityViewlet(portal, http_request, None, None).render()

    transaction.commit()

    assert "Opening hours" in shown()
    hours.title = "Closing hours"
    hours.reindexObject()
    assert "Closing hours" in shown()
    transaction.abort()
    assert "Opening hours" in shown()


def test_the_viewlet_has_the_language_that_the_reader_prefers_of_those_it_has(
    hours, browse, lines
):
    """Plone itself has Catalan texts, the viewlet has none."""
    api.portal.set_registry_record(
        "plone.available_languages", ["en", "ca", "es", "fr"]
    )
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    transaction.commit()
    for _ in range(2):
        for languages, line in {
            "ca, es": "Alguien ha publicado Pàgina Opening hours",
            "ca, fr": "Quelqu’un a publié Pàgina Opening hours",
            "ca": "Someone published Pàgina Opening hours",
            "es": "Alguien ha publicado Página Opening hours",
        }.items():
            assert lines(browse(Accept_Language=languages).contents) == [line]


@pytest.fixture
def files(monkeypatch):
    """The icon files that Plone reads."""
    files = []
    find = IconsView._iconfile

    def finding(self, icon):
        files.append(icon)
        return find(self, icon)

    monkeypatch.setattr(IconsView, "_iconfile", finding)
    return files


def without_id(icon):
    return re.sub(' id="activity-icons-\\d+-1"', "", icon, count=1)


def test_an_icon_is_in_a_list_once(portal, http_request):
    icons = [Icons(portal, http_request) for _ in range(2)]
    for _ in range(3):
        for each in icons:
            each.tag("pencil", "me-1")
    first, other = (each.tag("pencil", "me-1") for each in icons)
    # An icon has the size of its text, so a reference has to be scaled, too.
    [(opening, reference)] = re.findall(
        '<svg ([^>]*)><use href="#([^"]+)"></use></svg>', first
    )
    assert opening == (
        'aria-hidden="true" width="16" height="16"'
        ' class="plone-icon me-1 bi bi-pencil" viewBox="0 0 16 16"'
    )
    new = Icons(portal, http_request)
    defined = new.tag("pencil", "me-1")
    assert f'id="{reference}"' not in defined + other
    assert new.tag("pencil", "other") != new.tag("pencil", "me-1") != defined


def test_icon_equals_plones_and_is_read_once(portal, http_request, files):
    plones = api.content.get_view("iconresolver", portal, http_request)
    for name in ("pencil", "contenttype/document"):
        drawn = safe_text(plones.tag(name, tag_class="test-once"))
        # It is decorative.
        drawn = drawn.replace("<svg", '<svg aria-hidden="true"', 1)
        files.clear()
        for _ in range(3):
            assert (
                without_id(Icons(portal, http_request).tag(name, "test-once")) == drawn
            )
        assert len(files) == 1
    assert "test-twice" in Icons(portal, http_request).tag("pencil", "test-twice")


def test_changed_icon_is_used_at_once(portal, http_request):
    registry = portal.portal_registry
    before = without_id(Icons(portal, http_request).tag("pencil", "me-1"))
    registry["plone.icon.pencil"] = registry["plone.icon.trash"]
    trash = without_id(Icons(portal, http_request).tag("trash", "me-1"))
    pencil = without_id(Icons(portal, http_request).tag("pencil", "me-1"))
    assert pencil == trash != before
    registry["plone.icon.pencil"] = "++resource++pencil.png"
    assert Icons(portal, http_request).tag("pencil", "me-1") == (
        f'<img src="{portal.absolute_url()}/++resource++pencil.png" class="me-1" alt="" />'
    )
