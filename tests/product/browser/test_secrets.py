"""What a person may not see, in the pages as they come out of the publisher."""

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


@pytest.mark.parametrize("path", ["", "/garden", "/@@activity", "/garden/@@activity"])
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
