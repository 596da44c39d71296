"""Members create, replace and revoke the address at which their feed reader reads."""

from collective.appendonly.feed_keys import key_created
from collective.appendonly.feed_keys import KEYS
from collective.appendonly.maintenance.erasure_requests import request_erasure
from lxml import html
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.testing.zope import Browser
from tests.product.people import PASSWORD
from zope.annotation.interfaces import IAnnotations

import pytest
import re
import transaction


PAGE = "/@@activity-addresses"


def press(browser, button):
    browser.getControl(button).click()


def shown(browser):
    """Return the addresses in the page."""
    fields = html.fromstring(browser.contents).cssselect("#content input[readonly]")
    return {field.get("id"): field.get("value") for field in fields}


def buttons(browser):
    found = html.fromstring(browser.contents).cssselect("#content button")
    return [button.text_content().strip() for button in found]


def said(browser):
    content = html.fromstring(browser.contents).get_element_by_id("content")
    return " ".join(content.text_content().split())


def stored(portal):
    transaction.begin()
    return dict(IAnnotations(portal).get(KEYS, {}))


@pytest.fixture
def read(portal, fetch):
    """Return the status at an address."""

    def read(address):
        return fetch(address.removeprefix(portal.absolute_url())).status_int

    return read


def test_a_member_creates_an_address_and_reads_there(portal, mary, browse, read):
    browser = browse(PAGE, user="mary")
    assert "You have no address." in said(browser)
    assert buttons(browser) == ["Create address"]
    assert KEYS not in IAnnotations(portal)
    press(browser, "Create address")
    addresses = shown(browser)
    assert list(addresses) == ["address-Atom", "address-RSS"]
    form = (
        rf"{portal.absolute_url()}/@@activity-personal\.(atom|rss)\?key=[\w.-]{{50,}}"
    )
    for address in addresses.values():
        assert re.fullmatch(form, address)
        assert read(address) == 200
    assert browser.headers["cache-control"] == "private, no-store"
    assert browser.headers["referrer-policy"] == "no-referrer"


def test_the_address_is_shown_once(portal, mary, browse):
    browser = browse(PAGE, user="mary")
    press(browser, "Create address")
    (secret,) = {address.rpartition(".")[2] for address in shown(browser).values()}
    again = browse(PAGE, user="mary")
    assert secret not in again.contents
    assert shown(again) == {}
    assert "It was shown at that time" in said(again)
    assert buttons(again) == ["Create a new address", "Revoke the address"]
    # Nor is it in the database.
    assert secret not in repr(stored(portal))


def test_a_new_address_replaces_the_old_one(mary, browse, read):
    browser = browse(PAGE, user="mary")
    press(browser, "Create address")
    old = shown(browser)["address-Atom"]
    press(browser, "Create a new address")
    new = shown(browser)["address-Atom"]
    assert new != old
    assert (read(old), read(new)) == (404, 200)


def test_a_revoked_address_is_gone(portal, mary, browse, read):
    browser = browse(PAGE, user="mary")
    press(browser, "Create address")
    address = shown(browser)["address-RSS"]
    press(browser, "Revoke the address")
    assert "Your address is revoked." in said(browser)
    assert buttons(browser) == ["Create address"]
    assert read(address) == 404
    assert stored(portal) == {}


def test_everybody_has_their_own(portal, jane, mary, browse, read):
    addresses = {}
    for name in ("jane", "mary"):
        browser = browse(PAGE, user=name)
        press(browser, "Create address")
        addresses[name] = shown(browser)["address-Atom"]
    assert sorted(stored(portal)) == ["jane", "mary"]
    press(browse(PAGE, user="jane"), "Revoke the address")
    assert (read(addresses["jane"]), read(addresses["mary"])) == (404, 200)


def test_visitors_are_asked_to_log_in(portal, browse):
    assert "/login?came_from=" in browse(PAGE).url
    assert KEYS not in IAnnotations(portal)


@pytest.mark.parametrize("what", ["create", "revoke"])
def test_nothing_happens_without_the_form(portal, mary, key, fetch, what):
    """By a link, or by a form on another site."""
    key("mary")
    before = stored(portal)
    assert fetch(f"{PAGE}?{what}=1", "mary").status_int == 200
    answer = fetch(PAGE, "mary", method="POST", body=f"{what}=1".encode())
    assert answer.status_int == 403
    assert stored(portal) == before


def test_who_may_not_read_has_no_use_for_one(portal, mary, configure, browse, key):
    configure(audience="nobody")
    browser = browse(PAGE, user="mary")
    assert "You cannot create one" in said(browser)
    assert buttons(browser) == []
    # Who has one can still revoke it.
    key("mary")
    browser = browse(PAGE, user="mary")
    assert buttons(browser) == ["Revoke the address"]
    press(browser, "Revoke the address")
    assert stored(portal) == {}


def test_managers_of_the_server_have_none(portal, functional, key):
    """Not even where somebody on the site has the same id."""
    portal.acl_users.userFolderAddUser(SITE_OWNER_NAME, PASSWORD, ["Member"], [])
    key(SITE_OWNER_NAME)
    before = stored(portal)
    browser = Browser(functional["app"])
    browser.addHeader("Authorization", f"Basic {SITE_OWNER_NAME}:{SITE_OWNER_PASSWORD}")
    browser.open(f"{portal.absolute_url()}{PAGE}")
    assert "You cannot create one" in said(browser)
    assert "You have no address." in said(browser)
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
    # Somebody else who gets that id later gets no address with it.
    person("mary", "Mary Another")
    assert fetch(path).status_int == 404


def test_it_ends_when_somebody_asks_to_be_erased(portal, mary, key, fetch):
    path = f"/@@activity-personal.atom?key={key('mary')}"
    request_erasure("mary")
    transaction.commit()
    assert fetch(path).status_int == 404
    assert stored(portal) == {}


def test_uninstalling_forgets_all_addresses(portal, mary, key):
    key("mary")
    api.portal.get_tool("portal_setup").runAllImportStepsFromProfile(
        "profile-collective.appendonly:uninstall"
    )
    transaction.commit()
    assert KEYS not in IAnnotations(portal)
    assert key_created("mary") is None
