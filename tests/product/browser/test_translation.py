"""All that people read can be translated, and translators find it in the catalog."""

from collective.appendonly.browser import page
from collective.appendonly.feed import FeedPage
from importlib.resources import files
from lxml import html
from plone import api
from zope.component import getGlobalSiteManager
from zope.i18n import interpolate
from zope.i18n.interfaces import ITranslationDomain
from zope.interface import implementer

import pytest
import re


DOMAIN = "collective.appendonly"


@implementer(ITranslationDomain)
class Brackets:
    """A language that is English in brackets, and remembers what it was asked for."""

    domain = DOMAIN

    def __init__(self):
        self.asked = set()

    def translate(
        self, msgid, mapping=None, context=None, target_language=None, default=None, *_
    ):
        self.asked.add(msgid)
        return f"[{interpolate(default or msgid, mapping)}]"


@pytest.fixture
def language(portal):
    registry = getGlobalSiteManager()
    domain = Brackets()
    before = registry.queryUtility(ITranslationDomain, DOMAIN)
    registry.registerUtility(domain, ITranslationDomain, DOMAIN)
    yield domain
    registry.unregisterUtility(domain, ITranslationDomain, DOMAIN)
    if before is not None:
        registry.registerUtility(before, ITranslationDomain, DOMAIN)


@pytest.fixture
def catalog():
    """The msgids that translators get."""
    pot = files("collective.appendonly").joinpath(f"locales/{DOMAIN}.pot")
    return set(re.findall(r'^msgid "(.+)"$', pot.read_text("utf-8"), re.MULTILINE))


def read(contents, selector, without="details, nav ul"):
    """Return the text of a part of a page, without times."""
    [part] = html.fromstring(contents).cssselect(selector)
    for element in part.cssselect(f"time, footer, [aria-hidden=true], {without}"):
        element.drop_tree()
    return " ".join(part.text_content().split())


def test_nothing_of_the_viewlet_is_in_english_only(
    portal, jane, acting, browse, language, catalog
):
    with acting("jane"):
        garden = api.content.create(portal, "Folder", "garden", title="Garden")
        for number in range(4):
            api.content.create(garden, "Document", f"d{number}", title=f"D{number}")
    with acting("jane"):
        api.content.rename(garden["d1"], "d-one")
        api.content.transition(garden["d3"], "publish")
    with acting("jane"):
        api.content.delete(garden["d0"])
    # Names, titles and types are not ours; the text between them is.
    contents = browse(user="jane").contents
    assert read(contents, "#section-activity", "footer") == (
        "[Recent activity]"
        " [Jane Miller removed Page D0]"
        " [Jane Miller changed [2 items]]"
        " Page D1 – [renamed] · [Renamed from “d1”] Page D3 – [published]"
        " [Jane Miller created [5 items]]"
        " Folder Garden Page D0 [removed since] Page D1 [2 more] Page D2 Page D3"
        " [All activity]"
    )
    assert language.asked - catalog == set()


@pytest.mark.parametrize(
    "found, text",
    [
        (
            FeedPage(),
            "[Nothing has happened here yet that you may see. As soon as somebody"
            " creates, edits, moves, publishes or removes something, it is listed on"
            " this page.]",
        ),
        (
            FeedPage(older="x"),
            "[Nothing that you may see happened in this stretch of time. There may be"
            " something further back.] [Look further back]",
        ),
        (FeedPage(newer="x"), "[There is nothing further back.] [Newer]"),
    ],
)
def test_nothing_of_the_page_is_in_english_only(
    mary, browse, language, catalog, monkeypatch, found, text
):
    monkeypatch.setattr(page, "feed", lambda *_, **__: found)
    contents = browse("/@@activity", user="mary").contents
    assert read(contents, "#content") == (
        f"[Activity] [What happened on this site, newest first.] {text}"
    )
    assert language.asked - catalog == set()


def test_nothing_of_the_answer_to_a_bad_address_is_in_english_only(
    mary, browse, language, catalog
):
    contents = browse("/@@activity?older=nonsense", user="mary").contents
    assert read(contents, "#content") == (
        "[Activity] [What happened on this site, newest first.]"
        " [This address does not lead to a place in the activity log. It may be"
        " incomplete, or belong to an earlier log of this site, which is gone.]"
        " [See the newest activity]"
    )
    assert language.asked - catalog == set()


def test_nothing_of_the_filters_is_in_english_only(
    jane, mary, acting, portal, browse, language, catalog
):
    with acting("jane"):
        api.content.create(portal, "Document", "page", title="Page One")
    query = "text=page&actor=jane&actions=created&types=Document"
    query += "&from=2026-01-01&to=2036-01-01"
    contents = browse(f"/@@activity?{query}", user="mary").contents
    form = read(contents, "#activity-filters", "fieldset div")
    assert form == (
        "[Filter] [Words in the title] [Person (user id)] Mary Member"
        " [First day] [Last day] [Type of content] [Type of content] [What was done]"
        " [What was done] [Show]"
    )
    assert read(contents, "#content nav ul", "nothing") == (
        "[Calendar] Atom RSS CSV JSON Lines [Personal feed address]"
    )
    [on] = html.fromstring(contents).cssselect("#content > div > ul.list-inline")
    assert [" ".join(item.text_content().split()) for item in on] == [
        "[Remove the filter:] “page” ×",
        "[Remove the filter:] [By Jane Miller] ×",
        "[Remove the filter:] [Created] ×",
        "[Remove the filter:] Page ×",
        "[Remove the filter:] [Since Jan 01, 2026] ×",
        "[Remove the filter:] [Until Jan 01, 2036] ×",
        "[Clear filters]",
    ]
    contents = browse("/@@activity?from=never", user="mary").contents
    assert read(contents, "#content [role=alert]").startswith(
        "[The list can't be filtered like this.] [Give a day as "
    )
    contents = browse("/@@activity?text=nothing", user="mary").contents
    assert read(contents, "#activity-list") == (
        "[Nothing that you may see fits these filters.] [Clear filters]"
    )
    assert language.asked - catalog == set()


def test_nothing_of_the_news_is_in_english_only(
    jane, acting, portal, browse, language, catalog
):
    with acting("jane"):
        page_ = api.content.create(portal, "Document", "page", title="Page One")
    contents = browse("/@@activity", user="jane").contents
    assert read(contents, "#activity-news") == "[This is the newest activity.]"
    [asking] = html.fromstring(contents).cssselect("#activity-news a")
    path = asking.get("href").partition("#")[0].partition("/plone")[2]
    with acting("jane"):
        api.content.transition(page_, "publish")
    assert read(browse(path, user="jane").contents, "body") == "[1 new change]"
    assert read(browse("/@@activity-news", user="jane").contents, "body") == (
        "[The list is of an earlier log of this site, which is gone.]"
        "[See the newest activity]"
    )
    assert language.asked - catalog == set()
