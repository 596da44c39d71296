"""The page with what an edit changed, and the links to it."""

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


def fill(portal):
    add_jane()
    add_mary()
    with acting("jane"):
        page = api.content.create(
            portal, "Document", "party", title="Party", description="No dogs here"
        )
        api.content.transition(page, "publish")
    for title, description in [("Feast", "No cats here"), ("Feast & <b>", "")]:
        with acting("jane"):
            page.title, page.description = title, description
            modified(page)
            page.reindexObject()


#: Nothing is written, so all tests can share one database.
functional = database_of(site_with(fill), scope="module")

PATH = "/party/@@activity-changes?from=0&to=1"


def shown(contents):
    """Return the terms and the descriptions in the page, as a screen reader reads them."""
    [found] = html.fromstring(contents).cssselect("#activity-changes")
    return [
        (element.tag, " ".join(element.text_content().split()))
        for element in found.cssselect("dt, dd, p")
    ]


def test_what_was_removed_and_added_is_marked(portal, browse):
    browser = browse(PATH, user="jane")
    assert browser.headers["status"] == "200 OK"
    assert browser.headers["cache-control"] == "private, no-store"
    assert shown(browser.contents) == [
        ("dt", "Title"),
        ("dd", "removed: Party added: Feast"),
        ("dt", "Summary"),
        ("dd", "No removed: dogs added: cats here"),
    ]
    page = html.fromstring(browser.contents)
    assert [element.text_content() for element in page.cssselect("h1")] == [
        "What changed"
    ]
    assert [
        (element.tag, " ".join(element.text_content().split()))
        for element in page.cssselect("del, ins")
    ] == [
        ("del", "removed: Party"),
        ("ins", "added: Feast"),
        ("del", "removed: dogs"),
        ("ins", "added: cats"),
    ]


def test_texts_are_no_markup(portal, browse):
    browser = browse("/party/@@activity-changes?from=1&to=2", user="jane")
    assert shown(browser.contents) == [
        ("dt", "Title"),
        ("dd", "Feast added: & <b>"),
        ("dt", "Summary"),
        ("dd", "removed: No cats here"),
    ]
    assert (
        "Differences in “Feast & <b>”"
        in html.fromstring(browser.contents).text_content()
    )


def test_versions_without_a_difference(portal, browse):
    browser = browse("/party/@@activity-changes?from=1&to=1", user="jane")
    assert shown(browser.contents) == [
        ("p", "These versions have no differences that can be shown.")
    ]


@pytest.mark.whole_pages
def test_a_line_loads_what_its_edits_changed(portal, browse):
    contents = browse("/@@activity", user="jane").contents
    [link] = html.fromstring(contents).cssselect("a.pat-inject[href*=changes]")
    url = f"{portal.absolute_url()}/party/@@activity-changes?from=0&to=2"
    assert (link.text, link.get("href"), link.get("rel")) == (
        "Show what changed",
        url,
        "nofollow",
    )
    assert link.get("aria-label") == "Show what changed in “Feast & <b>”"
    assert link.get("data-pat-inject") == (
        f"url: {url}&ajax_load=1; source: #activity-changes;"
        " target: #activity-preview-1"
    )
    [target] = html.fromstring(contents).cssselect("#activity-preview-1")
    assert (target.text or "", target.get("aria-live")) == ("", "polite")
    loaded = browse(f"{url.removeprefix(portal.absolute_url())}&ajax_load=1", "jane")
    assert shown(loaded.contents) == shown(
        browse(link.get("href")[len(portal.absolute_url()) :], "jane").contents
    )
    assert html.fromstring(loaded.contents).cssselect("#portal-header") == []


def test_users_who_cannot_view_versions_get_no_link_and_no_page(portal, browse):
    contents = browse("/@@activity", user="mary").contents
    assert "Feast" in contents
    assert "activity-changes" not in contents
    browser = browse(PATH, user="mary")
    assert "Insufficient Privileges" in browser.contents
    assert "dogs" not in browser.contents


@pytest.mark.parametrize("audience", ["members", "everybody"])
def test_anonymous_users_are_asked_to_log_in(portal, browse, audience):
    record = f"{SETTINGS_PREFIX}.audience"
    api.portal.set_registry_record(record, audience)
    transaction.commit()
    try:
        browser = browse(PATH)
        assert browser.url.startswith(f"{portal.absolute_url()}/login")
        assert "dogs" not in browser.contents
    finally:
        api.portal.set_registry_record(record, "members")
        transaction.commit()


@pytest.mark.parametrize(
    "path",
    [
        "/party/@@activity-changes",
        "/party/@@activity-changes?from=0&to=9",
        "/party/@@activity-changes?from=0&to=1&to=1",
        "/party/@@activity-changes?from=x&to=1",
        "/@@activity-changes?from=0&to=1",
    ],
)
def test_other_versions_are_not_found(portal, browse, path):
    assert browse(path, user="jane").headers["status"] == "404 Not Found"


def test_it_shows_nothing_if_nobody_can_view_the_activity(portal, browse):
    record = f"{SETTINGS_PREFIX}.audience"
    api.portal.set_registry_record(record, "nobody")
    transaction.commit()
    try:
        browser = browse(PATH, user="jane")
        assert "Insufficient Privileges" in browser.contents
    finally:
        api.portal.set_registry_record(record, "members")
        transaction.commit()
