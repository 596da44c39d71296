"""Visibility of working copies: only users who can view the copy see its entries."""

from collective.appendonly.feed import feed
from plone import api
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from plone.app.testing import applyProfile
from tests.product.people import reading
from zope.lifecycleevent import modified

import pytest
import transaction


@pytest.fixture
def page(portal):
    """A published page; working copies of it are private."""
    applyProfile(portal, "plone.app.iterate:default")
    api.portal.set_registry_record("collective.appendonly.audience", "everybody")
    for user in ("author", "member"):
        api.user.create(f"{user}@example.org", user, "correct horse battery")
    folder = api.content.create(portal, "Folder", "news", title="News")
    page = api.content.create(folder, "Document", "party", title="Party")
    for obj in (folder, page):
        api.content.transition(obj, "publish")
    transaction.commit()
    return page


@pytest.fixture
def seen(portal, page):
    """Return what a user, or an anonymous user, sees, oldest first, without publishing."""

    def seen(username=None):
        transaction.commit()
        with reading(username):
            return [
                " ".join(entry.actions)
                + f" {entry.path}"
                + (f" of {entry.source}" if entry.source else "")
                for item in reversed(feed(portal).items)
                for entry in item.entries
                if "transitioned" not in entry.actions
            ]

    return seen


def check_out(page):
    copy = ICheckinCheckoutPolicy(page).checkout(page.aq_parent)
    api.user.grant_roles("author", roles=["Editor"], obj=copy)
    copy.reindexObjectSecurity()
    transaction.commit()
    copy.title = "Ball"
    modified(copy)
    transaction.commit()
    return copy


def test_readers_of_the_original_see_the_check_out_only(page, seen):
    check_out(page)
    assert seen() == seen("member") == ["checked_out news/party"]


def test_users_who_can_view_the_copy_see_its_edits(page, seen):
    check_out(page)
    assert seen("author") == [
        "checked_out news/party",
        "edited news/copy_of_party of news/party",
    ]


def test_the_original_is_shown_only_to_users_who_can_view_it(page, seen):
    api.content.transition(page, "retract")
    check_out(page)
    assert seen("author") == ["edited news/copy_of_party"]


def test_a_check_in_does_not_show_edits_of_the_copy_to_others(page, seen):
    copy = check_out(page)
    ICheckinCheckoutPolicy(copy).checkin("")
    for_all = ["checked_out news/party", "checked_in news/party"]
    assert seen() == seen("member") == for_all
    edited = "edited news/copy_of_party of news/party"
    assert seen("author") == [for_all[0], edited, for_all[1]]


def test_closing_the_folder_after_a_check_in_shows_nothing_to_others(page, seen):
    copy = check_out(page)
    ICheckinCheckoutPolicy(copy).checkin("")
    api.content.transition(page.aq_parent, "retract")
    assert seen("author") == ["checked_out news/party", "checked_in news/party"]
