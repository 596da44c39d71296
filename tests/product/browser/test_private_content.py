"""The published pages do not reveal private content."""

from lxml import html
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import pytest


pytestmark = [pytest.mark.large, pytest.mark.whole_pages]


def fill(portal):
    add_jane()
    with acting("jane"):
        folder = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(folder, "publish")


functional = database_of(site_with(fill))


@pytest.fixture
def garden(portal):
    """A public folder created by Jane."""
    return portal["garden"]


def retitle(page, title):
    page.title = title
    notify(ObjectModifiedEvent(page, Attributes(None, "IDublinCore.title")))
    page.reindexObject(idxs=["Title"])


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/garden",
        "/@@activity",
        "/garden/@@activity",
        "/@@activity?text=the&actor=jane&types=Document&types=Folder",
    ],
)
def test_only_public_facts_about_private_content_are_shown(
    path, garden, portal, mary, acting, browse, lines
):
    """Create, retitle, publish, retitle, retract and delete a page."""
    nothing = ["Jane Miller created and published Folder The garden"]

    def mary_reads():
        contents = browse(path, user="mary").contents
        assert "Sesame" not in contents
        assert "sesame" not in contents
        return lines(contents)

    assert mary_reads() == nothing
    with acting("jane"):
        page = api.content.create(garden, "Document", "sesame", title="Sesame plan")
    with acting("jane"):
        retitle(page, "Sesame plan B")
    with acting("jane"):
        api.content.rename(page, "sesame-b")
    with acting("jane"):
        copy = api.content.copy(page, portal, "sesame-copy")
    with acting("jane"):
        api.content.delete(copy)
    assert mary_reads() == nothing
    with acting("jane"):
        api.content.rename(page, "plan")
        retitle(page, "The plan")
        api.content.transition(page, "publish")
    assert mary_reads() == [
        "Jane Miller renamed, edited and published Page The plan Changed: Title",
        *nothing,
    ]
    with acting("jane"):
        api.content.rename(page, "our-plan")
    assert mary_reads() == [
        "Jane Miller renamed Page The plan Renamed from “plan”",
        "Jane Miller renamed, edited and published Page The plan Changed: Title",
        *nothing,
    ]
    with acting("jane"):
        api.content.transition(page, "retract")
    with acting("jane"):
        retitle(page, "Sesame plan C")
    assert mary_reads() == nothing
    with acting("jane"):
        api.content.delete(page)
    # Entries that she could view at the time are listed again; the removal and other titles are not.
    assert mary_reads() == [
        "Jane Miller renamed Page The plan since removed Renamed from “plan”",
        "Jane Miller renamed, edited and published Page The plan since removed"
        " Changed: Title",
        *nothing,
    ]


def test_filters_and_polling_do_not_reveal_private_content(
    garden, mary, acting, browse, lines
):
    def poll_url():
        page = html.fromstring(browse("/@@activity", user="mary").contents)
        [polling] = page.cssselect("#activity-news a")
        return polling.get("href").partition("#")[0].partition("/plone")[2]

    url = poll_url()
    with acting("jane"):
        api.content.create(garden, "News Item", "sesame", title="Sesame plan")
    contents = browse(url, user="mary").contents
    assert "new change" not in contents
    for query in (
        "text=sesame",
        "types=News+Item",
        "actor=jane&types=News+Item",
        "actions=created&from=2026-01-01&text=plan",
    ):
        browser = browse(f"/@@activity?{query}", user="mary")
        assert lines(browser.contents) == []
        assert "No activity you can see matches these filters." in browser.contents
        assert "Sesame plan" not in browser.contents
        browser = browse(f"{url}&{query}", user="mary")
        assert "new change" not in browser.contents
        assert len(lines(browse(f"/@@activity?{query}", user="jane").contents)) == 1
