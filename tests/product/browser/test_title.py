"""The title of the browser window tells the pages for readers apart."""

from lxml import html
from plone import api
from tests.product.people import acting
from tests.product.people import add_jane
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.whole_pages


@pytest.fixture
def site(portal):
    add_jane()
    api.portal.set_registry_record("plone.site_title", "Millbrook")
    with acting("jane"):
        page = api.content.create(portal, "Document", "page", title="Bees & <pears>")
    with acting("jane"):
        page.title = "Bees & <plums>"
        modified(page)
        page.reindexObject()
    transaction.commit()
    return portal


def title_of(contents):
    [title] = html.fromstring(contents).cssselect("head > title")
    return title.text_content()


@pytest.mark.parametrize(
    "path, title",
    [
        ("", "Millbrook"),
        ("/page", "Bees & <plums> — Millbrook"),
        ("/@@activity", "Activity — Millbrook"),
        ("/@@activity?from=yesterday", "Activity — Millbrook"),
        ("/page/@@activity", "Activity — Bees & <plums> — Millbrook"),
        ("/page/@@activity-calendar", "Activity calendar — Bees & <plums> — Millbrook"),
        (
            "/page/@@activity-changes?from=0&to=1",
            "What changed — Bees & <plums> — Millbrook",
        ),
        ("/@@my-activity", "My activity — Millbrook"),
        ("/@@activity-of?actor=jane", "Activity of Jane Miller — Millbrook"),
        ("/@@activity-addresses", "Your feed URL — Millbrook"),
        ("/@@activity-unsubscribe", "Email digest — Millbrook"),
        # The page of Plone about the content.
        ("/page/sharing", "Bees & <plums> — Millbrook"),
    ],
)
def test_title_begins_with_the_heading(site, browse, path, title):
    browser = browse(path, "jane")
    assert title_of(browser.contents) == title


def test_names_are_escaped(site, browse):
    api.user.get("jane").setMemberProperties({"fullname": "<b>Jane</b> & ${name}"})
    transaction.commit()
    browser = browse("/@@activity-of?actor=jane", "jane")
    assert title_of(browser.contents) == (
        "Activity of <b>Jane</b> & ${name} — Millbrook"
    )


def test_title_is_translated(site, browse, translated):
    browser = browse("/@@activity-calendar", "jane")
    assert title_of(browser.contents) == "[Activity calendar] — Millbrook"


def test_title_is_that_of_plone_without_the_add_on(site, browse, uninstall):
    uninstall()
    assert title_of(browse("/page", "jane").contents) == "Bees & <plums> — Millbrook"
