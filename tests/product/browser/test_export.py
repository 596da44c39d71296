"""The download of the activity."""

from base64 import b64encode
from collective.appendonly.browser import export
from collective.appendonly.feed import everything
from contextlib import closing
from contextlib import ExitStack
from http.client import HTTPConnection
from plone import api
from plone.app.testing import setRoles
from plone.testing.zope import Browser
from Products.SiteAccess.VirtualHostMonster import manage_addVirtualHostMonster
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from tests.product.people import PASSWORD
from webtest.http import StopableWSGIServer

import csv
import io
import json
import pytest
import transaction


def fill(portal):
    add_jane()
    add_mary()
    with acting("jane"):
        party = api.content.create(portal, "Document", "party", title="=Party")
    with acting("jane"):
        api.content.transition(party, "publish")
    with acting("jane"):
        api.content.create(portal, "Document", "plan", title="Secret plan")


functional = database_of(site_with(fill))


@pytest.fixture
def garden(portal):
    """A public page, and one that only Jane and managers can view."""
    return portal


def records(browser):
    assert browser.headers["status"] == "200 OK"
    return [json.loads(line) for line in browser.contents.splitlines()]


def paths(found):
    return [entry["path"] for record in found for entry in record["entries"]]


def test_member_downloads_visible_activity(garden, browse):
    found = records(browse("/@@activity-export", user="jane"))
    assert paths(found) == ["/plan", "/party", "/party"]
    plan, published, created = found
    assert plan["summary"] == "Jane Miller created Secret plan"
    assert plan["actor"] == {"id": "jane", "name": "Jane Miller"}
    assert published["entries"][0] == {
        "@id": "http://nohost/plone/party",
        "@type": "Document",
        "UID": garden["party"].UID(),
        "path": "/party",
        "title": "=Party",
        "actions": ["transitioned"],
        "actor": {"id": "jane", "name": "Jane Miller"},
        "removed": False,
        "fields": [],
        "transitions": ["publish"],
        "old_state": "private",
        "new_state": "published",
        "source": None,
        "descendants": 0,
        "comment": None,
        "group": None,
        "details": {},
        "values": {},
        "roles": {},
        "note": None,
    }
    assert paths(records(browse("/@@activity-export", user="mary"))) == ["/party"]


def test_response_headers(garden, browse):
    for name, content_type in [
        ("jsonl", "application/jsonl; charset=utf-8"),
        ("csv", "text/csv; charset=utf-8"),
    ]:
        headers = browse(f"/@@activity-export?format={name}", user="mary").headers
        assert headers["Content-Type"] == content_type
        assert (
            headers["Content-Disposition"] == f'attachment; filename="activity.{name}"'
        )
        assert headers["Cache-Control"] == "private, no-store"


def test_csv_has_no_formulas(garden, browse):
    browser = browse("/@@activity-export?format=csv", user="mary")
    text = browser.contents
    text = text if isinstance(text, str) else text.decode("utf-8")
    [row] = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    assert (row["title"], row["actor_name"], row["actions"]) == (
        "'=Party",
        "Jane Miller",
        "transitioned",
    )


def test_filters_apply(garden, browse):
    path = "/@@activity-export?actions=created&text=party"
    assert paths(records(browse(path, user="jane"))) == ["/party"]
    path = "/party/@@activity-export?actor=jane"
    assert paths(records(browse(path, user="jane"))) == ["/party", "/party"]
    assert records(browse("/@@activity-export?actor=tom", user="jane")) == []
    # As typed: the plus sign is not encoded.
    path = "/@@activity-export?to=2001-01-01T00:00:00+01:00"
    assert records(browse(path, user="jane")) == []


@pytest.mark.parametrize(
    "query, message",
    [
        ("format=xls", "Choose a format"),
        ("format=csv&format=csv", "Choose a format"),
        ("from=yesterday", "Enter a date"),
        ("actor=a&actor=b", "Only one value"),
    ],
)
def test_invalid_parameters_are_rejected_with_a_message(garden, browse, query, message):
    browser = browse(f"/@@activity-export?{query}", user="mary")
    assert browser.headers["status"].startswith("400")
    assert browser.headers["Content-Type"].startswith("text/plain")
    assert message in browser.contents
    assert "Content-Disposition" not in browser.headers


def test_anonymous_users_cannot_download_public_activity(garden, browse, configure):
    configure(audience="everybody")
    assert "login" in browse("/@@activity-export").url


def test_download_requires_access_to_activity(garden, browse, configure):
    configure(audience="nobody")
    browser = browse("/@@activity-export", user="mary")
    assert "insufficient" in browser.contents.lower() or "login" in browser.url


def test_download_requires_export_permission(garden, browse):
    garden.manage_permission("collective.appendonly: Export activity", ("Manager",))
    transaction.commit()
    browser = browse("/@@activity-export", user="mary")
    assert "application/jsonl" not in browser.headers["Content-Type"]


def test_summaries_use_language_of_reader(garden, browse):
    api.portal.set_registry_record("plone.available_languages", ["en", "de"])
    api.portal.set_registry_record("plone.use_request_negotiation", True)
    transaction.commit()
    browser = browse("/@@activity-export", "mary", Accept_Language="de")
    [record] = records(browser)
    assert record["summary"] == "Jane Miller hat =Party veröffentlicht"


def test_links_use_virtual_host(garden, browse):
    manage_addVirtualHostMonster(garden.getPhysicalRoot(), "virtual_hosting")
    transaction.commit()
    path = "/VirtualHostBase/https/garden.example:443/plone/VirtualHostRoot/_vh_our"
    browser = browse("", "mary")
    browser.open(f"http://nohost{path}/@@activity-export")
    [record] = records(browser)
    assert record["entries"][0]["@id"] == "https://garden.example/our/party"


@pytest.fixture
def download(garden):
    """Return the file that the server sends."""

    def download(user="jane", **form):
        with api.env.adopt_user(username=user):
            request = garden.REQUEST.clone()
            request.form.update(form)
            with closing(export.ActivityExport(garden, request)()) as file:
                return file.read()

    return download


def test_export_equals_feed(garden, download):
    with api.env.adopt_user(username="jane"):
        expected = [item.id for item in everything(garden)]
    found = [json.loads(line)["id"] for line in download().splitlines()]
    assert found == expected


def test_download_tells_its_length(garden, browse):
    browser = browse("/@@activity-export?format=csv", user="jane")
    assert int(browser.headers["Content-Length"]) == len(browser.contents.encode())


def test_an_empty_download(garden, browse):
    browser = browse("/@@activity-export?actor=tom", user="jane")
    assert (browser.headers["Content-Length"], browser.contents) == ("0", "")


@pytest.mark.parametrize("name", ["jsonl", "csv"])
def test_an_error_sends_no_part_of_the_file(garden, browse, monkeypatch, name):
    files = []
    make = export.TemporaryFile

    def noticing():
        files.append(make())
        return files[-1]

    def broken(self, item):
        raise RuntimeError("a bug")

    monkeypatch.setattr(export, "TemporaryFile", noticing)
    monkeypatch.setattr(export.Records, "record", broken)
    browser = browse(f"/@@activity-export?format={name}", user="jane")
    assert browser.headers["status"].startswith("500")
    assert "Content-Disposition" not in browser.headers
    assert [file.closed for file in files] == [True]


@pytest.mark.parametrize("bound", [{"records": 1}, {"seconds": 0.0}], ids=str)
def test_too_much_activity_is_refused_with_the_way_to_get_it(
    garden, browse, monkeypatch, bound
):
    monkeypatch.setattr(export, "BOUND", export.BOUND._replace(**bound))
    browser = browse("/@@activity-export", user="jane")
    assert browser.headers["status"].startswith("400")
    assert browser.headers["Content-Type"].startswith("text/plain")
    assert "too much activity for one download" in browser.contents
    assert "“activitylog export”" in browser.contents
    assert "Content-Disposition" not in browser.headers


def test_download_needs_memory_of_one_piece(garden, log, download):
    setRoles(garden, "jane", ["Manager"])
    [(_, change_set), *_] = list(log.older())
    for _ in range(2000):
        log.push(change_set)
    transaction.commit()
    connection = garden._p_jar
    size = connection._cache.cache_size
    connection.cacheMinimize()
    connection._cache.cache_size = 500
    try:
        assert len(download().splitlines()) == 2003
        loaded = connection._cache.cache_non_ghost_count
    finally:
        connection._cache.cache_size = size
    assert loaded < 1000


@pytest.fixture
def server(functional):
    """A server with one thread: its host and port."""
    application = Browser(functional["app"]).testapp.app
    server = StopableWSGIServer.create(application, threads=1)
    yield server.effective_host, server.effective_port
    server.shutdown()


def test_clients_that_do_not_read_hold_no_thread(garden, server, monkeypatch):
    content_type, _ = export._FORMATS["jsonl"]
    many = (content_type, lambda records: ("x" * 1_000_000 for _ in range(40)))
    monkeypatch.setitem(export._FORMATS, "jsonl", many)
    login = b64encode(f"jane:{PASSWORD}".encode()).decode()
    path = f"/{garden.getId()}/@@activity-export"
    with ExitStack() as stack:
        clients = []
        for _ in range(3):
            client = HTTPConnection(*server, timeout=60)
            stack.callback(client.close)
            client.request("GET", path, headers={"Authorization": f"Basic {login}"})
            clients.append(client)
        other = HTTPConnection(*server, timeout=60)
        stack.callback(other.close)
        other.request("GET", f"/{garden.getId()}/robots.txt")
        assert other.getresponse().status == 200
        answers = [client.getresponse() for client in clients]
        assert [answer.status for answer in answers] == [200] * 3
        assert len(answers[0].read()) == 40_000_000
