"""Who is told of a working copy: of the copy itself only those who may see it."""

from AccessControl.SpecialUsers import nobody
from collective.appendonly.feed import feed
from plone import api
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from plone.app.testing import applyProfile
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
def told(portal, page):
    """Return what a person sees, or a visitor, oldest first: publishing aside."""

    def told(username=None):
        transaction.commit()
        who = {"username": username} if username else {"user": nobody}
        with api.env.adopt_user(**who):
            return [
                " ".join(entry.actions)
                + f" {entry.path}"
                + (f" of {entry.source}" if entry.source else "")
                for item in reversed(feed(portal).items)
                for entry in item.entries
                if "transitioned" not in entry.actions
            ]

    return told


def check_out(page):
    copy = ICheckinCheckoutPolicy(page).checkout(page.aq_parent)
    api.user.grant_roles("author", roles=["Editor"], obj=copy)
    copy.reindexObjectSecurity()
    transaction.commit()
    copy.title = "Ball"
    modified(copy)
    transaction.commit()
    return copy


def test_readers_of_the_original_are_told_of_the_check_out_only(page, told):
    check_out(page)
    assert told() == told("member") == ["checked_out news/party"]


def test_whoever_may_see_the_copy_is_told_of_its_edits(page, told):
    check_out(page)
    assert told("author") == [
        "checked_out news/party",
        "edited news/copy_of_party of news/party",
    ]


def test_the_original_is_named_only_to_those_who_may_see_it(page, told):
    api.content.transition(page, "retract")
    check_out(page)
    assert told("author") == ["edited news/copy_of_party"]


def test_after_the_check_in_the_edits_of_the_copy_stay_with_those_who_saw_it(
    page, told
):
    copy = check_out(page)
    ICheckinCheckoutPolicy(copy).checkin("")
    for_all = ["checked_out news/party", "checked_in news/party"]
    assert told() == told("member") == for_all
    edited = "edited news/copy_of_party of news/party"
    assert told("author") == [for_all[0], edited, for_all[1]]


def test_after_the_check_in_and_when_the_folder_is_closed_nobody_else_is_told(
    page, told
):
    copy = check_out(page)
    ICheckinCheckoutPolicy(copy).checkin("")
    api.content.transition(page.aq_parent, "retract")
    assert told("author") == ["checked_out news/party", "checked_in news/party"]
