"""The key of a personal feed URL is in no error, log or response, whatever fails."""

from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.syndication.redaction import KeyFilter
from collective.appendonly.syndication.redaction import without_keys
from Products.SiteErrorLog.SiteErrorLog import IPubFailureSubscriber
from Products.SiteErrorLog.SiteErrorLog import SiteErrorLog
from Products.SiteErrorLog.SiteErrorLog import temp_logs
from urllib.parse import quote
from ZODB.POSException import ConflictError
from zope.component import getGlobalSiteManager
from zope.component import getUtility
from ZPublisher.HTTPRequest import HTTPRequest

import logging
import pytest
import transaction


pytestmark = pytest.mark.whole_pages


@pytest.fixture
def secret_key(mary, key):
    return key("mary")


@pytest.fixture
def written(portal, functional, caplog):
    """Return everything that was logged, by the server and in the error log of the site."""
    caplog.set_level(logging.DEBUG)
    temp_logs.clear()
    # Servers have one above the site too, unlike these test layers.
    app = functional["app"]
    app._setObject("error_log", SiteErrorLog())
    # Include what is usually left out.
    for error_log in (app.error_log, portal.error_log):
        error_log._ignored_exceptions = ()
    transaction.commit()
    components = getGlobalSiteManager()
    components.registerHandler(IPubFailureSubscriber)

    def written():
        return caplog.text + repr(temp_logs)

    yield written
    components.unregisterHandler(IPubFailureSubscriber)
    temp_logs.clear()


@pytest.fixture
def failing(monkeypatch):
    """Break the log in different ways."""

    def failing(error):
        def older(self, *args, **kwargs):
            raise error

        monkeypatch.setattr(type(getUtility(IActivityLog)), "older", older)
        monkeypatch.setattr(HTTPRequest, "retry_max_count", 3)
        monkeypatch.setattr(HTTPRequest, "delay_retry", lambda request: None)

    return failing


def everything_in(answer):
    return f"{answer.status} {answer.headers} {answer.text}"


ADDRESS = "/@@activity-personal.atom?key={key}"


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(
    "error, status",
    [
        (RuntimeError("The log is broken."), 500),
        (ConflictError("Another request was faster."), 500),
        (KeyError("key"), 503),
    ],
    ids=["error", "conflict", "key error"],
)
def test_when_the_feed_breaks(
    error, status, accept, garden, secret_key, failing, fetch, written
):
    failing(error)
    answer = fetch(ADDRESS.format(key=secret_key), Accept=accept)
    assert answer.status_int == status
    secret = secret_key.rpartition(".")[2]
    assert type(error).__name__ in written()
    assert "@@activity-personal.atom" in written()
    assert secret not in written()
    assert secret not in everything_in(answer)


@pytest.mark.parametrize(
    "path",
    [
        ADDRESS,
        f"{ADDRESS}&from=yesterday",
        f"{ADDRESS}&from:int=x",
        f"{ADDRESS}&from:nonsense:list=x",
        f"{ADDRESS}&key={{key}}",
        "/@@activity-personal.atom?x=%FF&key={key}",
        "/@@activity-personal.atom?KEY={key}",
        "/@@activity-personal.atom?key={quoted}",
        "/@@activity-personal.atom?key:ascii={key}",
        "/@@activity-personal.atom?{key}",
        "/@@activity-personal.atom/below?key={key}",
        "/@@activity-personal.atom/{key}",
        "/@@activity-personal.xml?key={key}",
        "/@@activity-personal/{key}/atom",
        "/nowhere/@@activity-personal.atom?key={key}",
        "/nowhere/{key}",
        "/{key}",
        "/++api++/@activity?key={key}",
        "/++api++/nowhere?key={key}",
        "/++nothing++{key}",
        "/@@activity?key={key}",
        "/@@activity?older={key}",
        "/@@activity.atom?key={key}",
        "/@@activity.rss?actor={key}",
        "/login?came_from=/plone/@@activity-personal.atom%3Fkey={key}",
        "/garden?key={key}",
        "/manage_main?key={key}",
    ],
)
def test_keys_anywhere_in_the_url(path, garden, secret_key, fetch, written):
    secret = secret_key.rpartition(".")[2]
    quoted = quote(secret_key, safe="").replace(".", "%2e").replace("-", "%2D")
    url = path.format(key=secret_key, quoted=quoted.replace("_", "%5F"))
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PROPFIND"):
        answer = fetch(url, method=method)
        for place in (written(), everything_in(answer)):
            assert secret not in place
            assert quote(secret) not in place


@pytest.mark.parametrize(
    "header", ["Referer", "X_Original_URI", "X_Rewrite_Url", "User_Agent"]
)
def test_keys_in_headers(header, garden, secret_key, failing, fetch, written):
    failing(RuntimeError("The log is broken."))
    secret = secret_key.rpartition(".")[2]
    value = f"http://nohost/plone{ADDRESS.format(key=secret_key)}"
    answer = fetch("/@@activity", "mary", **{header: value})
    assert answer.status_int == 500
    assert "RuntimeError" in written()
    assert secret not in written()
    assert secret not in everything_in(answer)


def test_a_percent_encoded_key_works(garden, secret_key, fetch):
    """Clients may percent-encode any character."""
    quoted = secret_key.replace(".", "%2E").replace("-", "%2d").replace("_", "%5f")
    assert fetch(f"/@@activity-personal.atom?key={quoted}").status_int == 200
    assert fetch(f"/@@activity-personal.atom?a=b&key={quoted}&c=d").status_int == 200


def test_other_requests_are_not_changed(garden, fetch):
    """Not even what resembles a key."""
    for text in ("activitykey", "activitykey.x", "key=activitykey", "withheld"):
        assert without_keys(text) == text
    assert fetch("/@@activity.atom?text=activitykey.x", "jane").status_int == 200


@pytest.mark.parametrize(
    "message, arguments",
    [
        ("GET /@@activity-personal.atom?key=%s HTTP/1.1", ("{key}",)),
        ("%(r)s %(s)s", ({"r": "GET /x?key={key} HTTP/1.1", "s": 200},)),
        ("GET /x?key={key}&text=y HTTP/1.1 100% of it", ()),
    ],
    ids=["arguments", "a mapping", "the message"],
)
def test_request_loggers_withhold_keys(message, arguments, secret_key):
    def fill(value):
        if isinstance(value, dict):
            return {name: fill(each) for name, each in value.items()}
        return value.format(key=secret_key) if isinstance(value, str) else value

    filled = fill(message) if "{key}" in message else message
    record = logging.LogRecord(
        "wsgi", logging.INFO, "", 0, filled, tuple(map(fill, arguments)), None
    )
    expected = record.getMessage().replace(secret_key, "withheld")
    assert KeyFilter().filter(record)
    assert record.getMessage() == expected
    assert "withheld" in expected


def test_other_log_records_are_not_changed():
    for message, arguments in (("%s of %s", (1, 2)), ("%d", ("no number",))):
        record = logging.LogRecord(
            "wsgi", logging.INFO, "", 0, message, arguments, None
        )
        assert KeyFilter().filter(record)
        assert (record.msg, record.args) == (message, arguments)
