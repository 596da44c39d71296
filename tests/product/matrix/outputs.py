"""All that shows the activity, and what a person finds there."""

from lxml import html
from plone.testing.zope import Browser
from tests.product.matrix.stories import TOLD
from urllib.parse import urljoin

import csv
import io
import json
import re


_DEEDS = sorted({deed for deeds in TOLD.values() for deed, _ in deeds})
_SENTENCE = re.compile(rf"({'|'.join(_DEEDS)})\b.*?\b(zq\w+)", re.DOTALL)


class Reader:
    """Somebody with a browser, who keeps all answers: nothing hidden may be in any of them."""

    def __init__(self, person, site_url, login, app):
        self.person = person
        self.site_url = site_url
        self.answers = []
        self._app = app
        self._login = login

    def open(self, path, accept=None):
        """Return the status and the text at *path*, below the site, or at an address."""
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

    def read(self, path, accept=None):
        """Return the text at *path*, which is there for this person."""
        status, text = self.open(path, accept)
        assert status == 200, (path, status, text[:500])
        return text


def said(sentence):
    """Return the pair of object and deed that a sentence is about."""
    found = _SENTENCE.search(sentence)
    assert found, sentence
    return found.group(2), found.group(1)


def _lines(text):
    """Yield the lines of activity in a page, as a screen reader says them."""
    for line in html.fromstring(text).cssselect("ul.list-group.list-group-flush > li"):
        for element in line.cssselect("[aria-hidden=true]"):
            element.drop_tree()
        yield " ".join(line.text_content().split())


def _pages(reader, path, selector="a[rel=next]"):
    """Yield the lines of a page and of all older ones."""
    while path:
        text = reader.read(path)
        yield from _lines(text)
        older = html.fromstring(text).cssselect(f"#content {selector}")
        path = urljoin(reader.site_url, older[0].get("href")) if older else None


def viewlet(reader):
    page = html.fromstring(reader.read(""))
    section = page.cssselect("#section-activity")
    return [said(line) for part in section for line in _lines(html.tostring(part))]


def page(reader):
    return [said(line) for line in _pages(reader, "/@@activity")]


def json_lines(reader):
    records = map(
        json.loads, reader.read("/@@activity-export?format=jsonl").splitlines()
    )
    return [said(record["summary"]) for record in records]


def spreadsheet(reader):
    text = reader.read("/@@activity-export?format=csv").lstrip("\ufeff")
    verbs = {
        "transitioned publish": "published",
        "transitioned retract": "retracted",
        "commented": "commented on",
        "checked_out": "checked out",
    }
    rows = csv.DictReader(io.StringIO(text, newline=""))
    found = []
    for row in rows:
        deed = f"{row['actions']} {row['transitions']}".strip()
        found.append((row["title"], verbs.get(deed, deed)))
    return found


def rest(reader):
    path, found = "/++api++/@activity?b_size=7", []
    while path:
        answer = json.loads(reader.read(path, "application/json"))
        found += [said(item["summary"]) for item in answer["items"]]
        path = answer["batching"].get("next")
    return found


OUTPUTS = {
    "viewlet": viewlet,
    "page": page,
    "json lines": json_lines,
    "spreadsheet": spreadsheet,
}
#: What visitors are never given.
FOR_MEMBERS = {"json lines", "spreadsheet"}
