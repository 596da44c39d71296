"""All texts can be translated and are in the catalog."""

from collective.appendonly.browser import page
from collective.appendonly.feed import FeedPage
from importlib.resources import files
from lxml import html
from plone import api
from tests.product.browser.conftest import DOMAIN

import pytest
import re


pytestmark = pytest.mark.whole_pages


@pytest.fixture
def catalog():
    """The msgids in the catalog template."""
    pot = files(DOMAIN).joinpath(f"locales/{DOMAIN}.pot")
    return set(re.findall(r'^msgid "(.+)"$', pot.read_text("utf-8"), re.MULTILINE))


def read(contents, selector, without="details, nav ul"):
    """Return the text of a part of a page, without times."""
    [part] = html.fromstring(contents).cssselect(selector)
    for element in part.cssselect(f"time, footer, [aria-hidden=true], {without}"):
        element.drop_tree()
    for element in part.cssselect("label, legend, noscript, option, summary"):
        # A browser begins a new line, whether or not there is white space.
        element.tail = f" {element.tail or ''}"
    return " ".join(part.text_content().split())


def test_viewlet_is_translated(portal, jane, acting, browse, translated, catalog):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="Garden")
        for number in range(4):
            api.content.create(garden, "Document", f"d{number}", title=f"D{number}")
    with acting("jane"):
        api.content.rename(garden["d1"], "d-one")
        api.content.transition(garden["d3"], "publish")
    with acting("jane"):
        api.content.delete(garden["d0"])
    # Names, titles and content types come from elsewhere; the text between them does not.
    contents = browse(user="jane").contents
    assert read(contents, "#section-activity", "footer") == (
        "[Recent activity]"
        " [Jane Miller removed Page D0]"
        " [Jane Miller changed [2 items]]"
        " Page D1 – [renamed] · [Renamed from “d1”] Page D3 – [published]"
        " [Jane Miller created [5 items]]"
        " Folder Garden Page D0 [since removed] Page D1 [2 more] Page D2 Page D3"
        " [All activity]"
    )
    assert translated.requested - catalog == set()


@pytest.mark.parametrize(
    "found, text",
    [
        (
            FeedPage(),
            "[No activity you can see here yet. This page lists content that is created, edited, moved, published or removed.]",
        ),
        (
            FeedPage(older="x"),
            "[No activity you can see in this period.] [There may be older activity.] [Show older activity]",
        ),
        (FeedPage(newer="x"), "[No older activity.] [Newer]"),
    ],
)
def test_page_is_translated(
    mary, browse, translated, catalog, monkeypatch, found, text
):
    monkeypatch.setattr(page, "feed", lambda *_, **__: found)
    contents = browse("/@@activity", user="mary").contents
    assert read(contents, "#content") == (
        f"[Activity] [Activity on this site, newest first.] {text}"
    )
    assert translated.requested - catalog == set()


def test_error_for_invalid_url_is_translated(mary, browse, translated, catalog):
    contents = browse("/@@activity?older=nonsense", user="mary").contents
    assert read(contents, "#content") == (
        "[Activity] [Activity on this site, newest first.]"
        " [This URL does not point to a position in the activity log. It may be incomplete, or belong to an earlier log of this site that no longer exists.]"
        " [Show the newest activity]"
    )
    assert translated.requested - catalog == set()


def test_filters_are_translated(
    jane, mary, acting, portal, browse, translated, catalog
):
    with acting("jane"):
        api.content.create(portal, "Document", "page", title="Page One")
    query = "text=page&actor=jane&actions=created&types=Document"
    query += "&from=2026-01-01&to=2036-01-01"
    contents = browse(f"/@@activity?{query}", user="mary").contents
    form = read(contents, "#activity-filters", "fieldset div")
    assert form == (
        "[Filter] [Words in the title] [User] [Enter the user ID.] Mary Member"
        " [Only changes by others] [Start date] [End date] [Content type]"
        " [Content type] [Action] [Action] [Changes per page] 10 20 50 100 [Apply]"
    )
    assert read(contents, "#content nav ul", "nothing") == (
        "[Calendar] Atom RSS CSV JSON Lines [Personal feed URL]"
    )
    [on] = html.fromstring(contents).cssselect("#content > div > ul.list-inline")
    assert [" ".join(item.text_content().split()) for item in on] == [
        "[Remove filter:] “page” ×",
        "[Remove filter:] [By Jane Miller] ×",
        "[Remove filter:] [Created] ×",
        "[Remove filter:] Page ×",
        "[Remove filter:] [Since Jan 01, 2026] ×",
        "[Remove filter:] [Until Jan 01, 2036] ×",
        "[Clear filters]",
    ]
    contents = browse("/@@activity?from=never", user="mary").contents
    assert read(contents, "#content [role=alert]").startswith(
        "[Invalid filter.] [Enter a date such as "
    )
    contents = browse("/@@activity?text=nothing", user="mary").contents
    assert read(contents, "#activity-list") == (
        "[No activity you can see matches these filters.] [Clear filters]"
    )
    assert translated.requested - catalog == set()


def test_polling_messages_are_translated(
    jane, acting, portal, browse, translated, catalog
):
    with acting("jane"):
        page_ = api.content.create(portal, "Document", "page", title="Page One")
    contents = browse("/@@activity", user="jane").contents
    assert read(contents, "#activity-news") == "[This is the newest activity.]"
    [polling] = html.fromstring(contents).cssselect("#activity-news a")
    path = polling.get("href").partition("#")[0].partition("/plone")[2]
    with acting("jane"):
        api.content.transition(page_, "publish")
    assert read(browse(path, user="jane").contents, "body") == "[1 new change]"
    assert read(browse("/@@activity-news", user="jane").contents, "body") == (
        "[This list belongs to an earlier log of this site that no longer exists.]"
        "[Show the newest activity]"
    )
    assert translated.requested - catalog == set()
