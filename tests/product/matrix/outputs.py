"""All outputs of the activity, and what a user finds in them."""

from collective.appendonly.actions import known_actions
from collective.appendonly.digests import new_activity
from collective.appendonly.digests.preparing import prepare
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.keys import new_key
from collective.appendonly.feed.places import WHOLE_SITE
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.interfaces import IActivityLog
from contextlib import contextmanager
from datetime import datetime
from datetime import timezone
from lxml import html
from plone import api
from plone.testing.zope import Browser
from tests.product.matrix.stories import VISIBLE
from unittest.mock import patch
from urllib.parse import urlencode
from zope.component import getUtility

import csv
import feedparser
import io
import json
import re
import transaction


_DEEDS = sorted({action for actions in VISIBLE.values() for action, _ in actions})
_SENTENCE = re.compile(rf"({'|'.join(_DEEDS)})\b.*?\b(zq\w+)", re.DOTALL)


class Reader:
    """A user with a browser that keeps all responses: none may contain anything hidden."""

    def __init__(self, person, site_url, login, app):
        self.person = person
        self.site_url = site_url
        self.answers = []
        self._app = app
        self._login = login

    def open(self, path, accept=None):
        """Return the status and the text of *path*, below the site, or of a URL."""
        browser = Browser(self._app)
        browser.raiseHttpErrors = False
        browser.followRedirects = False
        if self._login:
            browser.addHeader("Authorization", f"Basic {self._login}")
        if accept:
            browser.addHeader("Accept", accept)
        browser.open(path if "://" in path else f"{self.site_url}{path}")
        text = browser.contents
        text = text.decode("utf-8") if isinstance(text, bytes) else text
        self.answers.append(f"{browser.headers}\n{text}")
        return int(browser.headers["status"].split()[0]), text

    @contextmanager
    def logged_out(self):
        login, self._login = self._login, None
        yield
        self._login = login

    def read(self, path, accept=None):
        """Return the text of *path*, which this user can view."""
        status, text = self.open(path, accept)
        assert status == 200, (path, status, text[:500])
        return text


def parsed(sentence):
    """Return the object and the action that a sentence is about."""
    found = _SENTENCE.search(sentence)
    assert found, sentence
    return found.group(2), found.group(1)


def _lines(text, part):
    """Yield the lines of activity in a part of a page, as a screen reader reads them."""
    lines = f"{part} ul.list-group.list-group-flush > li"
    for line in html.fromstring(text).cssselect(lines):
        for element in line.cssselect("[aria-hidden=true]"):
            element.drop_tree()
        yield " ".join(line.text_content().split())


def _pages(reader, path):
    """Yield the lines of a page and of all older ones."""
    while path:
        text = reader.read(path)
        yield from _lines(text, "#activity-list")
        older = html.fromstring(text).cssselect("#content a[rel=next]")
        path = older[0].get("href") if older else None


def viewlet(reader):
    return [parsed(line) for line in _lines(reader.read(""), "#section-activity")]


def portlet(reader):
    return [parsed(line) for line in _lines(reader.read(""), ".portletActivity")]


def page(reader):
    return [parsed(line) for line in _pages(reader, "/@@activity")]


def my_activity(reader):
    return [parsed(line) for line in _pages(reader, "/@@my-activity")]


def activity_of(reader, person):
    return [parsed(line) for line in _pages(reader, f"/@@activity-of/{person}")]


def json_lines(reader):
    records = map(
        json.loads, reader.read("/@@activity-export?format=jsonl").splitlines()
    )
    return [parsed(record["summary"]) for record in records]


def spreadsheet(reader):
    text = reader.read("/@@activity-export?format=csv").lstrip("\ufeff")
    verbs = {
        "transitioned publish": "published",
        "transitioned retract": "retracted",
        "commented": "commented on",
        "copied": "created",
        "checked_out": "checked out",
    }
    rows = csv.DictReader(io.StringIO(text, newline=""))
    found = []
    for row in rows:
        action = f"{row['actions']} {row['transitions']}".strip()
        found.append((row["title"], verbs.get(action, action)))
    return found


def _json(reader, path):
    return json.loads(reader.read(path, "application/json"))


def _rest_pages(reader):
    """Yield the items, page by page."""
    path = "/++api++/@activity?b_size=7"
    while path:
        answer = _json(reader, path)
        yield from answer["items"]
        path = answer["batching"].get("next")


def _rest_line(item):
    """Return the sentence as a client puts it together."""
    return parsed("".join(part["text"] for part in item["line"]["sentence"]))


def rest(reader):
    return [parsed(item["summary"]) for item in _rest_pages(reader)]


def rest_lines(reader):
    return [_rest_line(item) for item in _rest_pages(reader)]


def expansion(reader):
    path = "/++api++/?expand=activity&expand.activity.b_size=100"
    items = _json(reader, path)["@components"]["activity"]["items"]
    return [parsed(item["summary"]) for item in items]


def component(reader):
    """What a frontend shows below the content."""
    answer = _json(reader, "/++api++/?expand=activity")
    return [_rest_line(item) for item in answer["@components"]["activity"]["items"]]


def rest_activity_of(reader, person):
    answer = _json(reader, f"/++api++/@activity-of/{person}?b_size=100")
    return [_rest_line(item) for item in answer["activity"]["items"]]


def rest_my_activity(reader):
    answer = _json(reader, "/++api++/@my-activity?b_size=100")
    return [_rest_line(item) for item in answer["activity"]["items"]]


def activity_streams(reader):
    path, found = "/++api++/@activity?b_size=7", []
    while path:
        answer = json.loads(reader.read(path, "application/activity+json"))
        page = answer.get("first", answer)
        found += [parsed(item["summary"]) for item in page["orderedItems"]]
        path = page.get("next")
    return found


def _syndicated(reader, name, query=""):
    """Yield the entries of a feed, in three requests: it contains only the newest."""
    several = (["created"], ["transitioned"])
    actions = {action.name for action in known_actions()}.difference(*several)
    for some in (*several, sorted(actions)):
        filters = urlencode([("actions", action) for action in some])
        feed = reader.read(f"/@@{name}?{filters}{query}")
        for entry in feedparser.parse(feed).entries:
            yield parsed(entry.title)


def atom(reader):
    return list(_syndicated(reader, "activity.atom"))


def rss(reader):
    return list(_syndicated(reader, "activity.rss"))


def personal_url(reader):
    """As an anonymous user with the URL."""
    key = new_key(reader.person)
    transaction.commit()
    with reader.logged_out():
        return list(_syndicated(reader, "activity-personal.atom", f"&key={key}"))


def digest(reader):
    """Both parts of the digest for a user who subscribed before all actions."""
    subscription = Subscription(
        (reader.person, WHOLE_SITE),
        {
            "frequency": "daily",
            "language": "en",
            "url": reader.site_url,
            "place": to_cursor(getUtility(IActivityLog), BEGINNING),
            "secrets": (),
        },
    )
    sender = ("plone.email_from_address", "webmaster@example.org")
    api.portal.set_registry_record(*sender)
    with patch.object(new_activity, "ITEMS", 500):
        found = prepare(api.portal.get(), subscription, datetime.now(timezone.utc))
    text, page = (
        found.email.get_body((kind,)).get_content() for kind in ("plain", "html")
    )
    reader.answers += [text, page, str(found.email["Subject"])]
    lines = html.fromstring(page).cssselect("li.line > p:first-child")
    listed = [parsed(line.text_content()) for line in lines]
    assert listed == [
        parsed(line) for line in text.splitlines() if line.startswith("* ")
    ]
    return listed


OUTPUTS = {
    "viewlet": viewlet,
    "portlet": portlet,
    "page": page,
    "rest": rest,
    "rest lines": rest_lines,
    "expansion": expansion,
    "component": component,
    "activity streams": activity_streams,
    "json lines": json_lines,
    "spreadsheet": spreadsheet,
    "atom": atom,
    "rss": rss,
    "personal URL": personal_url,
    "digest": digest,
}
#: Outputs with the newest lines only, and their number.
NEWEST = {"viewlet": 50, "portlet": 50, "component": 50}
#: Outputs without values, notes and roles.
WITHOUT_DETAILS = {"viewlet", "portlet", "component", "activity streams"}
#: Outputs that anonymous users never get.
FOR_MEMBERS = {"json lines", "spreadsheet", "personal URL", "digest"}


# Outputs that are only numbers.


def calendar(reader):
    """The sum of all days in the table."""
    page = html.fromstring(reader.read("/@@activity-calendar"))
    tables = page.cssselect("#content-core table")
    months = tables[0].cssselect("tbody td:nth-child(2)") if tables else []
    return sum(int(month.text_content()) for month in months)


def news(reader, latest):
    """The number of changes that the page gets."""
    text = reader.read(f"/@@activity-news?latest={latest}")
    found = re.search(r"(\d+) new change", html.fromstring(text).text_content())
    return int(found.group(1)) if found else 0


def rest_news(reader, latest):
    found = _json(reader, f"/++api++/@activity-news?latest={latest}")
    assert (found["text"] is None) == (not found["count"])
    return found["count"]


def rest_calendar(reader):
    """The sum of all days since the first change, month by month."""
    counted, month = 0, f"{datetime.now(timezone.utc):%Y-%m}"
    for _ in range(2):
        found = _json(reader, f"/++api++/@activity-calendar?month={month}")
        assert sum(day["count"] for day in found["days"]) == sum(found["hours"])
        counted += sum(found["hours"])
        month = found["previous"]
    return counted
