"""The download of the activity."""

from collective.appendonly.browser import export
from collective.appendonly.feed import everything
from contextlib import closing
from plone import api
from plone.app.testing import setRoles
from Products.CMFCore.interfaces import ISiteRoot
from Products.SiteAccess.VirtualHostMonster import manage_addVirtualHostMonster
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import acting
from tests.product.people import add_jane
from tests.product.people import add_mary
from ZODB.Connection import Connection
from zope.component.hooks import getSite
from zope.globalrequest import getRequest

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
def stream(garden):
    """Return the response that the server gets, before it is sent."""

    def stream(user="jane", **form):
        with api.env.adopt_user(username=user):
            request = garden.REQUEST.clone()
            request.form.update(form)
            view = export.ActivityExport(garden, request)
            return view()

    return stream


def test_download_opens_and_closes_own_connection(garden, stream, monkeypatch):
    closed = []
    close = Connection.close

    def noticing(self, *args, **options):
        closed.append(self)
        close(self, *args, **options)

    monkeypatch.setattr(Connection, "close", noticing)
    with closing(stream()) as pieces:
        text = b"".join(pieces)
    assert len(text.splitlines()) == 3
    [connection] = closed
    assert connection is not garden._p_jar
    # The server also calls it if the client disconnects.
    pieces = stream(format="csv")
    next(pieces)
    pieces.close()
    assert len(closed) == 2


def test_thread_state_is_restored_between_chunks(garden, stream):
    before = getSite(), getRequest(), api.user.get_current().getId()
    pieces = stream(format="csv")
    for _ in pieces:
        assert (getSite(), getRequest(), api.user.get_current().getId()) == before
    assert ISiteRoot.providedBy(getSite())


def test_later_changes_are_not_included(garden, stream, acting):
    pieces = stream(format="csv")
    next(pieces)
    with acting("jane"):
        garden["party"].title = "Feast"
        garden["party"].reindexObject()
    assert "Feast" not in b"".join(pieces).decode()


def test_deleted_account_ends_download(garden, stream):
    pieces = stream(user="mary")
    api.user.delete("mary")
    transaction.commit()
    with pytest.raises(Exception, match="account no longer exists"):
        list(pieces)


def test_error_breaks_off_and_closes_connection(garden, stream, monkeypatch):
    def broken(self, item):
        raise RuntimeError("a bug")

    monkeypatch.setattr(export.Records, "record", broken)
    pieces = stream(format="csv")
    next(pieces)
    with pytest.raises(RuntimeError):
        list(pieces)
    with pytest.raises(StopIteration):
        next(pieces)


def test_download_needs_memory_of_one_chunk(garden, log, stream, read):
    """Chunks are created on demand, and the cache does not grow with the log."""
    setRoles(garden, "jane", ["Manager"])
    [(_, change_set), *_] = list(log.older())
    for _ in range(2000):
        log.push(change_set)
    transaction.commit()
    read.clear()
    pieces = stream()
    next(pieces)
    first = len(read)
    assert first < 1100
    total = 1 + sum(1 for _ in pieces)
    assert total > 5
    assert len(read) > 2000


def test_export_equals_feed(garden, stream):
    with api.env.adopt_user(username="jane"):
        expected = [item.id for item in everything(garden)]
    found = [json.loads(line)["id"] for line in b"".join(stream()).splitlines()]
    assert found == expected
