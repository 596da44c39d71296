"""The address in a mail ends the digest: by a button, or by a program, without logging in."""

from collective.appendonly.digests import Report
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import SECRETS
from collective.appendonly.testing import ACTIVITY_FUNCTIONAL_TESTING
from lxml import html
from plone import api
from plone.testing.zope import Browser
from tests.product.people import PASSWORD
from urllib.parse import urlencode

import pytest
import transaction


ONE_CLICK = b"List-Unsubscribe=One-Click"
PAGE = "/@@activity-unsubscribe"
DONE = "You get no more mails from this subscription."
ASKED = "Do you want to get no more mails from this subscription?"


@pytest.fixture
def mary(member):
    member("mary")


@pytest.fixture
def path(portal, mary, subscribe, make, run, post):
    """Let something happen, and return the path in the mail that Mary gets of it."""
    subscribe("mary")
    number = 0

    def path():
        nonlocal number
        number += 1
        make(f"page-{number}", publish=True)
        assert run() == Report(sent=1)
        mail = post.take()["mary@example.org"]
        address = mail["List-Unsubscribe"]
        assert address.startswith(f"<{portal.absolute_url()}/")
        assert address.strip("<>") in mail.get_body(("plain",)).get_content()
        assert address.strip("<>") in mail.get_body(("html",)).get_content()
        return address.strip("<>").removeprefix(portal.absolute_url())

    return path


def is_subscribed():
    transaction.begin()
    return find(("mary", "")) is not None


def said(text):
    content = html.fromstring(text).get_element_by_id("content-core")
    return " ".join(content.text_content().split())


def test_a_mail_program_ends_it(path, fetch, make, run):
    answer = fetch(
        path(),
        method="POST",
        body=ONE_CLICK,
        Content_Type="application/x-www-form-urlencoded",
    )
    assert answer.status_int == 200
    assert said(answer.text).startswith(DONE)
    assert not is_subscribed()
    make("party", publish=True)
    assert run() == Report()


def test_also_as_a_form_with_parts(path, fetch):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
        b"One-Click\r\n--x--\r\n"
    )
    kind = "multipart/form-data; boundary=x"
    assert fetch(path(), method="POST", body=body, Content_Type=kind).status_int == 200
    assert not is_subscribed()


@pytest.mark.parametrize("user", [None, "mary", "eve"])
def test_a_person_presses_the_button(portal, path, user):
    address = f"{portal.absolute_url()}{path()}"
    browser = Browser(ACTIVITY_FUNCTIONAL_TESTING["app"])
    if user:
        browser.addHeader("Authorization", f"Basic {user}:{PASSWORD}")
    browser.open(address)
    assert said(browser.contents).startswith(ASKED)
    assert browser.headers["cache-control"] == "private, no-store"
    assert browser.headers["referrer-policy"] == "no-referrer"
    assert "activitykey" not in browser.contents
    assert is_subscribed()
    # A browser sends it to where it is. This one knows the address without its key only.
    (form,) = html.fromstring(browser.contents).cssselect("#content-core form")
    assert (form.method, form.get("action")) == ("POST", None)
    browser.post(address, urlencode(form.form_values()))
    assert said(browser.contents).startswith(DONE)
    assert not is_subscribed()


def test_a_program_that_is_logged_in_ends_it_too(path, fetch):
    """No mail program has a token. The key is enough for this, and for nothing else."""
    assert fetch(path(), "eve", method="POST", body=ONE_CLICK).status_int == 200
    assert not is_subscribed()


def test_a_private_site_lets_it_be_ended(portal, path, fetch):
    address = path()
    portal.manage_permission("View", ["Manager", "Member"], acquire=False)
    transaction.commit()
    assert fetch(address).status_int == 200
    assert fetch(address, method="POST", body=ONE_CLICK).status_int == 200
    assert not is_subscribed()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_programs_that_follow_links_end_nothing(path, fetch, changed, method):
    address = path()
    changed.clear()
    for query in ("", "&List-Unsubscribe=One-Click"):
        assert fetch(f"{address}{query}", method=method).status_int == 200
        assert fetch(f"{address}{query}", "mary", method=method).status_int == 200
    assert changed == []
    assert is_subscribed()


def test_a_post_that_does_not_say_so_ends_nothing(path, fetch):
    answer = fetch(path(), method="POST", body=b"something=else")
    assert said(answer.text).startswith(ASKED)
    assert is_subscribed()


def test_the_addresses_in_former_mails_work_too(path, fetch):
    first = path()
    path()
    assert fetch(first, method="POST", body=ONE_CLICK).status_int == 200
    assert not is_subscribed()


def test_only_so_many_are_kept(path):
    path()
    subscription = find(("mary", ""))
    for _ in range(SECRETS):
        subscription.told(subscription.new_key(), subscription.sent)
    assert len(subscription.record["secrets"]) == SECRETS


def test_every_wrong_address_is_answered_alike(path, fetch, subscribe, changed, caplog):
    right = path()
    prefix, owner, secret = right.partition("key=")[2].split(".")
    ended = right
    fetch(ended, method="POST", body=ONE_CLICK)
    subscribe("mary")
    current = path()
    wrong = [
        ended,
        PAGE,
        f"{PAGE}?key=",
        f"{PAGE}?key=nonsense",
        f"{PAGE}?key={prefix}.{owner}.",
        f"{PAGE}?key={prefix}..{secret}",
        f"{PAGE}?key={prefix}.{owner}.{secret[:-1]}",
        f"{PAGE}?key={prefix}.bm9ib2R5.{secret}",
        f"{PAGE}?key={prefix}.%FF%FE.{secret}",
        f"{PAGE}?key={current.partition('key=')[2]}&key=other",
    ]
    changed.clear()
    asked, done = set(), set()
    for address in wrong:
        answer = fetch(address)
        assert answer.status_int == 200
        asked.add(said(answer.text))
        answer = fetch(address, method="POST", body=ONE_CLICK)
        assert answer.status_int == 200
        done.add(said(answer.text))
    assert changed == [] or address == wrong[-1]
    answer = fetch(current, method="POST", body=ONE_CLICK)
    assert {said(fetch(current).text)} == asked
    assert {said(answer.text)} == done
    assert not is_subscribed()
    assert secret not in caplog.text


def test_the_key_opens_nothing_else(path, fetch):
    """Neither a feed nor a page."""
    key = path().partition("key=")[2]
    assert fetch(f"/@@activity-personal.atom?key={key}").status_int == 404
    assert fetch(f"/@@activity?key={key}").status_int == 302


def test_the_site_keeps_no_key(path):
    key = path().partition("key=")[2]
    record = find(("mary", "")).record
    assert key not in repr(dict(record))
    assert key.rpartition(".")[2] not in repr(dict(record))


def test_a_key_of_a_feed_ends_no_digest(path, fetch):
    from collective.appendonly.feed_keys import new_key

    path()
    key = new_key("mary")
    transaction.commit()
    fetch(f"{PAGE}?key={key}", method="POST", body=ONE_CLICK)
    assert is_subscribed()


def test_it_still_ends_with_the_setting_off(path, fetch, configure):
    address = path()
    configure(digests=False)
    fetch(address, method="POST", body=ONE_CLICK)
    assert not is_subscribed()


def test_the_key_is_in_no_error(portal, path, fetch, monkeypatch, caplog):
    from collective.appendonly.browser.digest_unsubscribe import Unsubscribe

    def fail(self):
        raise RuntimeError(f"at {self.request.URL} {self.request}")

    address = path()
    monkeypatch.setattr(Unsubscribe, "_end", fail)
    answer = fetch(address, method="POST", body=ONE_CLICK)
    assert answer.status_int == 500
    secret = address.rpartition(".")[2]
    error_log = api.portal.get_tool("error_log")
    assert secret not in answer.text
    assert secret not in caplog.text
    assert secret not in repr(error_log.getLogEntries())
