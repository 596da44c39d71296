"""A site with a given log, and its activity calendar as a user sees it."""

from collective.appendonly import clock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.log import STACK
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from datetime import datetime
from datetime import timezone
from lxml import html
from plone import api
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import add_jane
from types import SimpleNamespace
from urllib.parse import parse_qs
from urllib.parse import urlsplit

import pytest
import re
import transaction


#: A Monday.
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)
EVERYBODY = ("Anonymous",)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "utc_now", lambda: NOW)


def fill(portal):
    folder = api.content.create(portal, "Folder", "garden", title="Garden")
    api.content.create(folder, "Document", "hours", title="Hours")
    api.content.create(portal, "Document", "party", title="Party")
    for path in ("garden", "garden/hours", "party"):
        api.content.transition(portal.unrestrictedTraverse(path), "publish")
    add_jane()
    transaction.commit()
    deprovision(portal, STACK)
    provision(portal, STACK)


functional = database_of(site_with(fill))


@pytest.fixture
def forget(portal):
    """Replace the log by a new one."""

    def forget():
        deprovision(portal, STACK)
        provision(portal, STACK)
        transaction.commit()

    return forget


@pytest.fixture
def garden(portal):
    """A site with a published folder, a page in it, a page next to it, and an empty log."""
    return portal


@pytest.fixture
def happened(garden, log):
    """Push a change set about an object, with a time in UTC. Each is a record of its own."""
    log.resize(1, 1)

    def happened(time, path="party", times=1, **others):
        obj = garden.unrestrictedTraverse(path)
        facts = {
            "actions": ("edited",),
            "title": obj.title,
            "portal_type": obj.portal_type,
            "principals": EVERYBODY,
            "actor": "jane",
            "uid": api.content.get_uuid(obj),
            "path": path,
        } | others
        if isinstance(time, str):
            time = datetime.fromisoformat(time).replace(tzinfo=timezone.utc)
        log.push(ChangeSet(time, facts["actor"], (Entry(**facts),) * times))
        transaction.commit()

    return happened


def query_of(url):
    """Return the query of a URL, as Zope parses it."""
    values = parse_qs(urlsplit(url).query)
    return {name: v if len(v) > 1 else v[0] for name, v in values.items()}


def read(contents):
    """Return the contents of the calendar page.

    ``days`` and ``hours`` are the titles of the cells in document order; ``links`` are the
    URLs of the days; ``text`` is all text without the tables; ``table`` and ``hour_table``
    are lists of rows.
    """
    [main] = html.fromstring(contents).cssselect("#content")
    heatmaps = main.cssselect("[role=region] svg")
    tables = [
        [
            [" ".join(cell.text_content().split()) for cell in row]
            for row in table.iter("tr")
        ]
        for table in main.cssselect("table")
    ]
    page = SimpleNamespace(
        main=main,
        heatmaps=heatmaps,
        days=[title.text for svg in heatmaps[:1] for title in svg.iter("title")],
        links=[link.get("href") for svg in heatmaps[:1] for link in svg.iter("a")],
        uncounted=[len(svg.cssselect("path")) for svg in heatmaps[:1]],
        hours=[title.text for svg in heatmaps[1:] for title in svg.iter("title")],
        names=[[name.text for name in svg.iter("text")] for svg in heatmaps],
        legends=[
            [item.text_content().strip() for item in legend][1:]
            for legend in main.cssselect("ul.list-inline.small")
        ],
        table=tables[0] if tables else None,
        hour_table=tables[1] if tables else None,
        table_links=[link.get("href") for link in main.cssselect("table a")],
    )
    copy = html.fromstring(html.tostring(main))
    for element in copy.cssselect("svg, table, details, ul.list-inline, footer"):
        element.drop_tree()
    page.text = re.sub(r"\s+", " ", copy.text_content()).strip()
    return page


@pytest.fixture
def look(browse, jane):
    """Return the calendar as Jane or as another user sees it."""

    def look(query="", path="", user="jane"):
        browser = browse(f"{path}/@@activity-calendar?{query}", user=user)
        page = read(browser.contents)
        page.query = query_of(browser.url)
        page.status, page.browser = browser.headers["status"], browser
        return page

    return look
