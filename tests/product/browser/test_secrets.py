"""What a person may not see, in the pages as they come out of the publisher."""

from lxml import html
from plone import api
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import pytest


@pytest.fixture
def garden(portal, jane, acting):
    """A public folder, made by Jane."""
    with acting("jane"):
        folder = api.content.create(portal, "Folder", "garden", title="The garden")
        api.content.transition(folder, "publish")
    return folder


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
def test_who_may_not_see_a_page_learns_nothing_of_it_but_what_is_public(
    path, garden, portal, mary, acting, browse, lines
):
    """Private, renamed, published, renamed, made private again, and removed."""
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
    # What she saw when it happened is told again; the removal is not, nor any other name.
    assert mary_reads() == [
        "Jane Miller renamed Page The plan removed since Renamed from “plan”",
        "Jane Miller renamed, edited and published Page The plan removed since"
        " Changed: Title",
        *nothing,
    ]


def test_no_filter_and_no_question_finds_what_one_may_not_see(
    garden, mary, acting, browse, lines
):
    def asked():
        page = html.fromstring(browse("/@@activity", user="mary").contents)
        [asking] = page.cssselect("#activity-news a")
        return asking.get("href").partition("#")[0].partition("/plone")[2]

    question = asked()
    with acting("jane"):
        api.content.create(garden, "News Item", "sesame", title="Sesame plan")
    contents = browse(question, user="mary").contents
    assert "new change" not in contents
    for query in (
        "text=sesame",
        "types=News+Item",
        "actor=jane&types=News+Item",
        "actions=created&from=2026-01-01&text=plan",
    ):
        browser = browse(f"/@@activity?{query}", user="mary")
        assert lines(browser.contents) == []
        assert "Nothing that you may see fits these filters." in browser.contents
        assert "Sesame plan" not in browser.contents
        browser = browse(f"{question}&{query}", user="mary")
        assert "new change" not in browser.contents
        assert len(lines(browse(f"/@@activity?{query}", user="jane").contents)) == 1
