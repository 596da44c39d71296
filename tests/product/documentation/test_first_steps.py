"""A reader of docs/first-steps.rst logs in, fills in Plone's forms, and sees what the page describes."""

from lxml import html
from plone.testing.zope import Browser
from tests.product.documentation.member import Member
from tests.product.people import PASSWORD

import pytest


pytestmark = pytest.mark.whole_pages

TITLE = "Welcome to the club"


@pytest.fixture
def log_in(portal, functional):
    def log_in(name):
        return Member(Browser(functional["app"]), portal.absolute_url(), name, PASSWORD)

    return log_in


@pytest.fixture
def manager(person, log_in):
    person("ada", "Ada Admin", "Manager")
    return log_in("ada")


@pytest.fixture
def other(mary, log_in):
    return log_in("mary")


@pytest.fixture
def welcome(manager):
    """The URL of the page that the manager has added, and then edited."""
    browser = manager.browser
    browser.open(f"{manager.url}/++add++Document")
    browser.getControl("Title").value = TITLE
    browser.getControl("Save").click()
    url = browser.url.removesuffix("/view")
    manager.go()
    browser.open(url)
    browser.getLink("Edit").click()
    browser.getControl("Summary").value = "Come in."
    browser.getControl("Save").click()
    return url


def lines(member):
    """Return the lines of activity on the current page."""
    found = html.fromstring(member.browser.contents).cssselect("li.list-group-item")
    return [" ".join(line.text_content().split()) for line in found]


def check(member, change):
    edited, created = lines(member)
    assert edited.startswith(f"AA Ada Admin edited Page {TITLE} {change}")
    assert created.startswith(f"AA Ada Admin created Page {TITLE}")


def test_the_newest_change_comes_first(manager, welcome):
    manager.go()
    check(manager, "Changed: Summary")
    # Each line links to the object.
    manager.browser.getLink(TITLE).click()
    assert manager.browser.url.startswith(welcome)


def test_all_activity_is_below_the_list_and_can_be_filtered(manager, welcome):
    manager.go("All activity")
    assert manager.browser.url.endswith("/@@activity")
    check(manager, "Summary: Come in.")
    for words, count in (("club", 2), ("pond", 0)):
        manager.browser.getControl(name="text", index=0).value = words
        manager.browser.getControl("Apply").click()
        assert len(lines(manager)) == count


def test_every_page_has_its_activity_in_the_toolbar(manager, welcome):
    manager.browser.open(welcome)
    manager.browser.getLink("Activity", index=0).click()
    assert manager.browser.url.partition("?")[0] == f"{welcome}/@@activity"
    check(manager, "Summary: Come in.")


def test_others_find_the_page_once_it_is_published(manager, other, welcome):
    other.go()
    assert lines(other) == []
    manager.browser.open(welcome)
    manager.browser.getLink("Publish").click()
    other.go()
    [published] = lines(other)
    assert published.startswith(f"AA Ada Admin published Page {TITLE}")
