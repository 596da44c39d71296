"""Members create, replace and revoke their personal feed URL."""

from collective.appendonly.feed.keys import key_created
from collective.appendonly.feed.keys import KEYS
from collective.appendonly.operations.maintenance import erasure_requests as erasures
from lxml import html
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.product.people import PASSWORD
from zope.annotation.interfaces import IAnnotations

import pytest
import re
import transaction


PAGE = "/@@activity-addresses"


def press(browser, button):
    browser.getControl(button).click()


def shown(browser):
    """Return the URLs on the page."""
    fields = html.fromstring(browser.contents).cssselect("#content input[readonly]")
    return {field.get("id"): field.get("value") for field in fields}


def buttons(browser):
    found = html.fromstring(browser.contents).cssselect("#content button")
    return [button.text_content().strip() for button in found]


def messages(browser):
    content = html.fromstring(browser.contents).get_element_by_id("content")
    return " ".join(content.text_content().split())


def stored(portal):
    transaction.begin()
    return dict(IAnnotations(portal).get(KEYS, {}))


@pytest.fixture
def read(portal, fetch):
    """Return the status of a URL."""

    def read(url):
        return fetch(url.removeprefix(portal.absolute_url())).status_int

    return read


def test_a_member_creates_a_url_and_reads_it(portal, mary, browse, read):
    browser = browse(PAGE, user="mary")
    assert "You have no feed URL." in messages(browser)
    assert buttons(browser) == ["Create URL"]
    assert KEYS not in IAnnotations(portal)
    press(browser, "Create URL")
    urls = shown(browser)
    assert list(urls) == ["address-Atom", "address-RSS"]
    form = (
        rf"{portal.absolute_url()}/@@activity-personal\.(atom|rss)\?key=[\w.-]{{50,}}"
    )
    for url in urls.values():
        assert re.fullmatch(form, url)
        assert read(url) == 200
    assert browser.headers["cache-control"] == "private, no-store"
    assert browser.headers["referrer-policy"] == "no-referrer"


def test_the_url_is_shown_once(portal, mary, browse):
    browser = browse(PAGE, user="mary")
    press(browser, "Create URL")
    (secret,) = {url.rpartition(".")[2] for url in shown(browser).values()}
    again = browse(PAGE, user="mary")
    assert secret not in again.contents
    assert shown(again) == {}
    assert "It was shown once" in messages(again)
    assert buttons(again) == ["Create new URL", "Revoke URL"]
    # It is not in the database either.
    assert secret not in repr(stored(portal))


def test_a_new_url_replaces_the_old_one(mary, browse, read):
    browser = browse(PAGE, user="mary")
    press(browser, "Create URL")
    old = shown(browser)["address-Atom"]
    press(browser, "Create new URL")
    new = shown(browser)["address-Atom"]
    assert new != old
    assert (read(old), read(new)) == (404, 200)


def test_a_revoked_url_does_not_work(portal, mary, browse, read):
    browser = browse(PAGE, user="mary")
    press(browser, "Create URL")
    url = shown(browser)["address-RSS"]
    press(browser, "Revoke URL")
    assert "Your feed URL has been revoked" in messages(browser)
    assert buttons(browser) == ["Create URL"]
    assert read(url) == 404
    assert stored(portal) == {}


def test_each_member_has_their_own_url(portal, jane, mary, browse, read):
    urls = {}
    for name in ("jane", "mary"):
        browser = browse(PAGE, user=name)
        press(browser, "Create URL")
        urls[name] = shown(browser)["address-Atom"]
    assert sorted(stored(portal)) == ["jane", "mary"]
    press(browse(PAGE, user="jane"), "Revoke URL")
    assert (read(urls["jane"]), read(urls["mary"])) == (404, 200)


def test_anonymous_users_are_asked_to_log_in(portal, browse):
    assert "/login?came_from=" in browse(PAGE).url
    assert KEYS not in IAnnotations(portal)


@pytest.mark.parametrize("what", ["create", "revoke"])
def test_nothing_happens_without_the_form(portal, mary, key, fetch, what):
    """Neither by a link nor by a form on another site."""
    key("mary")
    before = stored(portal)
    assert fetch(f"{PAGE}?{what}=1", "mary").status_int == 200
    answer = fetch(PAGE, "mary", method="POST", body=f"{what}=1".encode())
    assert answer.status_int == 403
    assert stored(portal) == before


def test_users_without_access_cannot_create_one(portal, mary, configure, browse, key):
    configure(audience="nobody")
    browser = browse(PAGE, user="mary")
    assert "You cannot create a feed URL" in messages(browser)
    assert buttons(browser) == []
    # A user who has one can still revoke it.
    key("mary")
    browser = browse(PAGE, user="mary")
    assert buttons(browser) == ["Revoke URL"]
    press(browser, "Revoke URL")
    assert stored(portal) == {}


def test_users_of_the_zope_root_have_none(portal, browse, key):
    """Not even if a user of the site has the same id."""
    portal.acl_users.userFolderAddUser(SITE_OWNER_NAME, PASSWORD, ["Member"], [])
    key(SITE_OWNER_NAME)
    before = stored(portal)
    browser = browse(PAGE, SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    assert "You cannot create a feed URL" in messages(browser)
    assert "You have no feed URL." in messages(browser)
    assert buttons(browser) == []
    for what in ("create", "revoke"):
        token = browser.getControl(name="_authenticator").value
        browser.post(
            f"{portal.absolute_url()}{PAGE}", f"{what}=1&_authenticator={token}"
        )
        assert shown(browser) == {}
    assert stored(portal) == before


def test_it_ends_with_the_account(portal, mary, key, fetch, person):
    path = f"/@@activity-personal.atom?key={key('mary')}"
    assert fetch(path).status_int == 200
    api.user.delete(username="mary")
    transaction.commit()
    assert fetch(path).status_int == 404
    assert stored(portal) == {}
    # Another user who gets that id later gets no URL with it.
    person("mary", "Mary Another")
    assert fetch(path).status_int == 404


def test_it_ends_with_the_erasure_of_the_user(portal, mary, key, fetch):
    path = f"/@@activity-personal.atom?key={key('mary')}"
    erasures.request_erasure("mary")
    transaction.commit()
    assert fetch(path).status_int == 404
    assert stored(portal) == {}


def test_uninstalling_removes_all_keys(portal, mary, key, uninstall):
    key("mary")
    uninstall()
    assert KEYS not in IAnnotations(portal)
    assert key_created("mary") is None
