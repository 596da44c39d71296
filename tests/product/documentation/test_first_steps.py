"""A reader of docs/first-steps.rst sees what the page describes."""

from lxml import html
from plone import api
from zope.event import notify
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import ObjectModifiedEvent

import pytest


TITLE = "Welcome to the club"


@pytest.fixture
def welcome(portal, jane, mary, acting):
    """The page, created and then edited as by Plone's forms."""
    with acting("jane"):
        page = api.content.create(portal, "Document", "welcome", title=TITLE)
    with acting("jane"):
        page.description = "Come in."
        notify(ObjectModifiedEvent(page, Attributes(None, "IDublinCore.description")))
    return page


@pytest.fixture
def lines(browse):
    """Return the lines of activity that a user sees on a page."""

    def lines(path, user):
        page = html.fromstring(browse(path, user).contents)
        found = page.cssselect("li.list-group-item")
        return [" ".join(line.text_content().split()) for line in found]

    return lines


@pytest.mark.whole_pages
@pytest.mark.parametrize(
    "path, change",
    [
        ("", "Changed: Summary"),
        ("/@@activity", "Summary: Come in."),
        ("/welcome/@@activity", "Summary: Come in."),
    ],
)
def test_the_newest_change_is_on_top(welcome, lines, path, change):
    edited, created = lines(path, "jane")
    assert edited.startswith(f"JM Jane Miller edited Page {TITLE} {change}")
    assert created.startswith(f"JM Jane Miller created Page {TITLE}")


@pytest.mark.whole_pages
def test_others_find_the_page_once_it_is_published(welcome, lines, acting):
    assert lines("", "mary") == []
    with acting("jane"):
        api.content.transition(welcome, "publish")
    [published] = lines("", "mary")
    assert published.startswith(f"JM Jane Miller published Page {TITLE}")
