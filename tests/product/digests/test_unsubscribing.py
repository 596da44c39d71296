"""The unsubscribe URL in an email, used by a person or by an email program."""

from collective.appendonly.digests import DigestReport
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import SECRETS
from lxml import html
from plone import api
from urllib.parse import urlencode

import pytest
import transaction


ONE_CLICK = b"List-Unsubscribe=One-Click"
PAGE = "/@@activity-unsubscribe"
DONE = "You have unsubscribed from this digest."
QUESTION = "Unsubscribe from this digest?"


@pytest.fixture
def path(portal, mary, subscribe, make, run, post):
    """Create content, and return the unsubscribe path in the email to Mary."""
    subscribe("mary")
    number = 0

    def path():
        nonlocal number
        number += 1
        make(f"page-{number}", publish=True)
        assert run() == DigestReport(sent=1)
        mail = post.take()["mary@example.org"]
        url = mail["List-Unsubscribe"]
        assert url.startswith(f"<{portal.absolute_url()}/")
        assert url.strip("<>") in mail.get_body(("plain",)).get_content()
        assert url.strip("<>") in mail.get_body(("html",)).get_content()
        return url.strip("<>").removeprefix(portal.absolute_url())

    return path


def is_subscribed():
    transaction.begin()
    return find(("mary", "")) is not None


def text_of(text):
    content = html.fromstring(text).get_element_by_id("content-core")
    return " ".join(content.text_content().split())


def test_one_click_unsubscribe(path, fetch, make, run):
    answer = fetch(
        path(),
        method="POST",
        body=ONE_CLICK,
        Content_Type="application/x-www-form-urlencoded",
    )
    assert answer.status_int == 200
    assert text_of(answer.text).startswith(DONE)
    assert not is_subscribed()
    make("party", publish=True)
    assert run() == DigestReport()


def test_one_click_unsubscribe_multipart(path, fetch):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
        b"One-Click\r\n--x--\r\n"
    )
    kind = "multipart/form-data; boundary=x"
    assert fetch(path(), method="POST", body=body, Content_Type=kind).status_int == 200
    assert not is_subscribed()


@pytest.mark.parametrize("user", [None, "mary", "eve"])
def test_unsubscribe_button(portal, browse, path, user):
    url = f"{portal.absolute_url()}{path()}"
    browser = browse(url.removeprefix(portal.absolute_url()), user)
    assert text_of(browser.contents).startswith(QUESTION)
    assert browser.headers["cache-control"] == "private, no-store"
    assert browser.headers["referrer-policy"] == "no-referrer"
    assert "activitykey" not in browser.contents
    assert is_subscribed()
    # A browser posts to its current URL. The test browser only knows the URL without the key.
    (form,) = html.fromstring(browser.contents).cssselect("#content-core form")
    assert (form.method, form.get("action")) == ("POST", None)
    browser.post(url, urlencode(form.form_values()))
    assert text_of(browser.contents).startswith(DONE)
    assert not is_subscribed()


def test_one_click_unsubscribe_with_login(path, fetch):
    """Email programs have no token. The key is sufficient, but for nothing else."""
    assert fetch(path(), "eve", method="POST", body=ONE_CLICK).status_int == 200
    assert not is_subscribed()


def test_unsubscribe_on_private_site(portal, path, fetch):
    url = path()
    portal.manage_permission("View", ["Manager", "Member"], acquire=False)
    transaction.commit()
    assert fetch(url).status_int == 200
    assert fetch(url, method="POST", body=ONE_CLICK).status_int == 200
    assert not is_subscribed()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_the_link_changes_nothing(path, fetch, changed, method):
    url = path()
    # Plone stores something when it shows its portlets for the first time.
    fetch("", "mary")
    changed.clear()
    for query in ("", "&List-Unsubscribe=One-Click"):
        assert fetch(f"{url}{query}", method=method).status_int == 200
        assert fetch(f"{url}{query}", "mary", method=method).status_int == 200
    assert changed == []
    assert is_subscribed()


def test_post_without_field_changes_nothing(path, fetch):
    answer = fetch(path(), method="POST", body=b"something=else")
    assert text_of(answer.text).startswith(QUESTION)
    assert is_subscribed()


def test_urls_in_previous_emails_work(path, fetch):
    first = path()
    path()
    assert fetch(first, method="POST", body=ONE_CLICK).status_int == 200
    assert not is_subscribed()


def test_number_of_stored_keys_is_limited(path):
    path()
    subscription = find(("mary", ""))
    for _ in range(SECRETS):
        subscription.mark_sent(subscription.new_key(), subscription.sent)
    assert len(subscription.record["secrets"]) == SECRETS


def test_same_response_for_every_invalid_url(path, fetch, subscribe, changed, caplog):
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
    ]
    changed.clear()
    questions, done = set(), set()
    for url in wrong:
        answer = fetch(url)
        assert answer.status_int == 200
        questions.add(text_of(answer.text))
        answer = fetch(url, method="POST", body=ONE_CLICK)
        assert answer.status_int == 200
        done.add(text_of(answer.text))
    assert changed == []
    answer = fetch(current, method="POST", body=ONE_CLICK)
    assert {text_of(fetch(current).text)} == questions
    assert {text_of(answer.text)} == done
    assert not is_subscribed()
    assert secret not in caplog.text


def test_key_gives_no_other_access(path, fetch):
    """It opens neither feeds nor pages."""
    key = path().partition("key=")[2]
    assert fetch(f"/@@activity-personal.atom?key={key}").status_int == 404
    assert fetch(f"/@@activity?key={key}").status_int == 302


def test_key_is_not_stored(path):
    key = path().partition("key=")[2]
    record = find(("mary", "")).record
    assert key not in repr(dict(record))
    assert key.rpartition(".")[2] not in repr(dict(record))


def test_feed_key_does_not_unsubscribe(path, fetch):
    from collective.appendonly.feed.keys import new_key

    path()
    key = new_key("mary")
    transaction.commit()
    fetch(f"{PAGE}?key={key}", method="POST", body=ONE_CLICK)
    assert is_subscribed()


def test_unsubscribe_with_setting_off(path, fetch, configure):
    url = path()
    configure(digests=False)
    fetch(url, method="POST", body=ONE_CLICK)
    assert not is_subscribed()


def test_key_is_not_in_error_reports(portal, path, fetch, monkeypatch, caplog):
    from collective.appendonly.browser.digest_unsubscribe import Unsubscribe

    def fail(self):
        raise RuntimeError(f"at {self.request.URL} {self.request}")

    url = path()
    monkeypatch.setattr(Unsubscribe, "_end", fail)
    answer = fetch(url, method="POST", body=ONE_CLICK)
    assert answer.status_int == 500
    secret = url.rpartition(".")[2]
    error_log = api.portal.get_tool("error_log")
    assert secret not in answer.text
    assert secret not in caplog.text
    assert secret not in repr(error_log.getLogEntries())
