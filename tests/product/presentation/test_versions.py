"""Links to comparisons of the versions before and after an edit."""

from Acquisition import aq_base
from collective.appendonly.feed import feed
from collective.appendonly.presentation import versions
from collective.appendonly.presentation.versions import Versions
from dataclasses import replace
from lxml import html
from plone import api
from plone.app.iterate.interfaces import ICheckinCheckoutPolicy
from plone.app.testing import applyProfile
from plone.app.testing import logout
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from ZODB.POSException import ReadConflictError
from zope.lifecycleevent import modified
from zope.publisher import base

import pytest
import transaction


pytestmark = pytest.mark.large


def fill(portal):
    add_jane()
    with acting("jane"):
        page = api.content.create(portal, "Document", "party", title="Party")
    with acting("jane"):
        api.content.transition(page, "publish")


functional = database_of(site_with(fill))


@pytest.fixture
def page(portal):
    """A public page by Jane, with the versions 0 (Party), 1 (Ball) and 2 (Dance)."""
    return portal["party"]


@pytest.fixture
def edit(page):
    """Give the page a title, as Jane does."""

    def edit(title):
        with acting("jane"):
            page.title = title
            modified(page)

    edit("Ball")
    edit("Dance")
    return edit


@pytest.fixture
def entries(portal, edit):
    """Return what a user sees of the log, newest first: two edits on top."""

    def entries(user="jane"):
        with api.env.adopt_user(username=user):
            return [item.entries[0] for item in feed(portal).items]

    return entries


@pytest.fixture
def comparison(http_request):
    """Return the comparison that a user gets."""

    def comparison(entry, since=None, user="jane"):
        with api.env.adopt_user(username=user):
            return Versions(http_request).comparison(entry, since)

    return comparison


@pytest.fixture
def difference(portal, browse):
    """Open a comparison, and return the removed and the added texts."""

    def difference(url, user="jane"):
        browser = browse(url.removeprefix(portal.absolute_url()), user)
        assert (browser.headers["status"], browser.url) == ("200 OK", url)
        shown = html.fromstring(browser.contents)
        return tuple(
            [text for each in shown.cssselect(change) if (text := each.text_content())]
            for change in ("span.diff_sub", "span.diff_add")
        )

    return difference


@pytest.fixture
def repository(portal):
    return api.portal.get_tool("portal_repository")


@pytest.fixture
def errors(caplog):
    """Return what was logged; all of it has a traceback."""

    def errors():
        assert all(record.exc_info for record in caplog.records)
        return [record.getMessage() for record in caplog.records]

    return errors


def test_an_edit_is_compared_with_the_version_before(
    page, entries, comparison, difference
):
    dance, ball, _published, _created = map(comparison, entries())
    assert dance == f"{page.absolute_url()}/@@history?one=2&two=1"
    assert ball == f"{page.absolute_url()}/@@history?one=1&two=0"
    assert difference(dance) == (["Ball"], ["Dance"])
    assert difference(ball) == (["Party"], ["Ball"])


def test_other_actions_have_nothing_to_compare(entries, comparison):
    *_, published, created = entries()
    assert (published.actions, created.actions) == (("transitioned",), ("created",))
    assert comparison(published) is comparison(created) is None


def test_edits_in_a_row_are_compared_as_one(
    page, edit, entries, comparison, difference
):
    edit("Feast")
    newest, _, oldest, *_ = entries()
    url = comparison(newest, oldest)
    assert url == f"{page.absolute_url()}/@@history?one=3&two=0"
    assert difference(url) == (["Party"], ["Feast"])


def test_an_oldest_edit_without_a_version_is_ignored(entries, comparison):
    newest, *_, published, _created = entries()
    assert comparison(newest, published) == comparison(newest)


def test_a_first_version_has_none_before(entries, comparison):
    first = replace(entries()[0], version=0, version_before=None)
    assert comparison(first) is None


def test_checking_in(portal, page, entries, comparison, difference, acting):
    applyProfile(portal, "plone.app.iterate:default")
    with acting("jane"):
        copy = ICheckinCheckoutPolicy(page).checkout(portal)
    with acting("jane"):
        copy.title = "Feast"
        modified(copy)
    with acting("jane"):
        ICheckinCheckoutPolicy(copy).checkin("")
    checked_in = entries()[0]
    assert checked_in.actions == ("checked_in",)
    assert difference(comparison(checked_in)) == (["Dance"], ["Feast"])


def test_reverting_and_editing_on(
    page, edit, entries, comparison, difference, repository, acting
):
    with acting("jane"):
        repository.revert(page, 0)
        repository.save(page)
    [reverted, *_] = entries()
    assert reverted.actions == ("reverted",)
    assert difference(comparison(reverted)) == (["Dance"], ["Party"])
    edit("Feast")
    assert difference(comparison(entries()[0])) == (["Party"], ["Feast"])


def test_an_edit_after_a_revert_that_saved_nothing(
    page, edit, entries, comparison, difference, repository, acting
):
    """It is compared with the version that was reverted to, not with the newest one."""
    with acting("jane"):
        repository.revert(page, 0)
    assert comparison(entries()[0]) is None
    edit("Feast")
    assert difference(comparison(entries()[0])) == (["Party"], ["Feast"])


def test_a_page_that_was_moved_since(page, entries, comparison, difference):
    api.content.rename(page, "dance")
    transaction.commit()
    _renamed, dance, *_ = entries()
    url = comparison(dance)
    assert url.endswith("/dance/@@history?one=2&two=1")
    removed, added = difference(url)
    assert ("Ball" in removed, "Dance" in added) == (True, True)


def test_users_who_cannot_view_versions_get_no_comparison(
    mary, entries, comparison, browse
):
    newest, *_ = entries("mary")
    assert newest.version == 2
    assert comparison(newest, user="mary") is None
    assert comparison(newest) is not None
    browser = browse("/party/@@history?one=2&two=1", "mary")
    assert "Ball" not in browser.contents


def test_users_who_cannot_view_the_page_get_no_comparison(page, entries, comparison):
    newest, *_ = entries()
    page.manage_permission("View", ["Manager"])
    assert comparison(newest) is None


def test_anonymous_users_get_no_comparison(entries, http_request):
    newest, *_ = entries()
    logout()
    assert Versions(http_request).comparison(newest) is None


@pytest.mark.parametrize("purged, left", [(0, [2]), (1, []), (2, [1])])
def test_purged_versions_are_not_compared(
    page, entries, comparison, repository, purged, left
):
    dance, ball, *_ = entries()
    repository.purge(page, purged)
    offered = {dance.version: comparison(dance), ball.version: comparison(ball)}
    assert [number for number, url in offered.items() if url] == left


def test_edits_around_a_purged_version_can_be_compared(
    page, entries, comparison, difference, repository
):
    newest, oldest, *_ = entries()
    repository.purge(page, 1)
    transaction.commit()
    assert difference(comparison(newest, oldest)) == (["Party"], ["Dance"])


def test_a_page_that_was_removed(page, entries, comparison):
    seen_before, *_ = entries()
    api.content.delete(page)
    transaction.commit()
    _removed, dance, *_ = entries()
    assert (dance.version, dance.url) == (2, None)
    assert comparison(dance) is None
    assert comparison(seen_before) is None


def test_another_page_in_the_place_of_a_removed_one(
    portal, page, entries, comparison, acting
):
    seen_before, *_ = entries()
    api.content.delete(page)
    with acting("jane"):
        other = api.content.create(portal, "Document", "party", title="Other")
    for title in ("Others", "All"):
        with acting("jane"):
            other.title = title
            modified(other)
    assert comparison(seen_before) is None
    assert comparison(entries()[0]) is not None


def test_a_type_that_cannot_be_compared(entries, comparison):
    api.portal.get_tool("portal_diff").setDiffForPortalType("Document", {})
    assert comparison(entries()[0]) is None


def test_a_type_without_versions(entries, comparison, repository):
    repository.setVersionableContentTypes([])
    assert comparison(entries()[0]) is None


def test_a_page_without_versions(page, entries, comparison):
    page.versioning_enabled = False
    assert comparison(entries()[0]) is None


def test_a_site_without_the_history_page(entries):
    newest, *_ = entries()
    with api.env.adopt_user(username="jane"):
        assert Versions(base.TestRequest("/")).comparison(newest) is None


def test_a_broken_history_is_logged_once_and_has_no_comparison(
    entries, http_request, monkeypatch, errors
):
    def bug(history_id):
        raise KeyError(history_id)

    dance, ball, *_ = entries()
    storage = type(aq_base(api.portal.get_tool("portal_historiesstorage")))
    monkeypatch.setattr(storage, "getHistoryMetadata", lambda self, uid: bug(uid))
    with api.env.adopt_user(username="jane"):
        found = Versions(http_request)
        assert found.comparison(dance) is found.comparison(ball) is None
    assert errors() == ["The versions of 'party' could not be looked up."]


def test_a_conflict_is_retried(entries, comparison, monkeypatch):
    def conflict(obj):
        raise ReadConflictError()

    monkeypatch.setattr(versions, "available_versions", conflict)
    with pytest.raises(ReadConflictError):
        comparison(entries()[0])


def test_the_history_of_an_object_is_loaded_once(
    page, entries, http_request, monkeypatch
):
    asked = []
    real = versions.available_versions
    monkeypatch.setattr(
        versions, "available_versions", lambda obj: asked.append(obj) or real(obj)
    )
    with api.env.adopt_user(username="jane"):
        found = Versions(http_request)
        offered = [found.comparison(entry) for entry in entries()]
    assert [bool(url) for url in offered] == [True, True, False, False]
    assert asked == [page]


def test_no_object_is_loaded_for_an_entry_without_a_version(
    entries, http_request, monkeypatch
):
    *_, published, created = entries()
    monkeypatch.setattr(api.portal, "get", lambda: pytest.fail("It looked."))
    found = Versions(http_request)
    assert found.comparison(published) is found.comparison(created) is None


def test_looking_for_comparisons_changes_nothing(mary, entries, comparison, changed):
    for user in ("jane", "mary"):
        seen = entries(user)
        for entry in seen:
            comparison(entry, seen[1], user)
    assert changed == []


def test_looking_for_versions_creates_no_storage(entries, comparison, changed):
    newest, *_ = entries()
    del api.portal.get_tool("portal_historiesstorage")._shadowStorage
    transaction.commit()
    changed.clear()
    assert comparison(newest) is None
    assert changed == []
