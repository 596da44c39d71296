"""Atom and RSS feeds: their contents, and the permission to read them."""

from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import record
from datetime import datetime
from datetime import timezone
from lxml import etree
from plone import api
from zope.component import getUtility
from zope.lifecycleevent import Attributes
from zope.lifecycleevent import modified

import pytest
import re
import transaction


ATOM = "{http://www.w3.org/2005/Atom}"
FORMATS = ("atom", "rss")


def titles(feed):
    return [entry.title for entry in feed.entries]


def create(container, id, title, portal_type="Document"):
    page = api.content.create(container, portal_type, id, title=title)
    api.content.transition(page, "publish")
    return page


def retitle(page, title):
    page.title = title
    modified(page, Attributes(None, "IDublinCore.title"))


def newest_time():
    log = getUtility(IActivityLog)
    return next(change_set.time for _, change_set in log.older())


@pytest.mark.parametrize("format", FORMATS)
def test_an_editor_subscribes_to_the_site(format, garden, acting, subscribe, portal):
    with acting("jane"):
        hours = create(garden, "hours", "Hours")
    with acting("jane"):
        retitle(hours, "Opening hours")
        hours.reindexObject()
    edited = newest_time()
    feed = subscribe(f"/@@activity.{format}", "jane")
    assert titles(feed) == [
        "Jane Miller edited Opening hours",
        "Jane Miller created and published Opening hours",
        "Jane Miller created and published The garden",
    ]
    assert feed.feed.title == "Activity: Plone site"
    assert feed.feed.subtitle == "Activity on this site, newest first."
    assert feed.feed.link == f"{portal.absolute_url()}/@@activity"
    assert feed.feed.language == "en"
    first = feed.entries[0]
    assert first.link == f"{portal.absolute_url()}/garden/hours"
    assert first.author == "Jane Miller"
    assert first.id.startswith("urn:uuid:")
    assert re.sub("<.*?>", "", first.summary) == "Title: Hours → Opening hours"
    when = datetime(*first.published_parsed[:6], tzinfo=timezone.utc)
    assert when == edited.replace(microsecond=0)


def test_atom_has_all_elements_of_its_specification(
    garden, acting, fetch, portal, subscribe
):
    with acting("jane"):
        create(garden, "hours", "Hours")
    answer = fetch("/garden/@@activity.atom", "jane")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.body)
    assert " ".join(child.tag.removeprefix(ATOM) for child in feed) == (
        "id title subtitle updated link link icon logo generator entry entry"
    )
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "alternate": f"{garden.absolute_url()}/@@activity",
        "self": f"{garden.absolute_url()}/@@activity.atom",
    }
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        assert " ".join(child.tag.removeprefix(ATOM) for child in entry) == (
            "id title link published updated author category category"
        )
    assert [
        (c.get("term"), c.get("label")) for c in entries[0].iter(f"{ATOM}category")
    ] == [
        ("created", "Created"),
        ("transitioned", "State changed (published, retracted, …)"),
    ]
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")


def test_rss_has_all_elements_of_its_specification(garden, fetch):
    answer = fetch("/garden/@@activity.rss", "jane")
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    rss = etree.fromstring(answer.body)
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    (channel,) = rss
    assert " ".join(etree.QName(child).localname for child in channel) == (
        "title link description language lastBuildDate generator link item"
    )
    item = channel.find("item")
    assert " ".join(etree.QName(child).localname for child in item) == (
        "title link creator category category guid pubDate"
    )
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext("pubDate") == channel.findtext("lastBuildDate")
    assert item.findtext("pubDate").endswith(" GMT")


def test_a_folder_and_a_page_have_feeds_of_their_own(garden, portal, acting, subscribe):
    with acting("jane"):
        hours = create(garden, "hours", "Hours")
    with acting("jane"):
        create(portal, "news", "News")
    folder = subscribe("/garden/@@activity.atom", "jane")
    assert titles(folder) == [
        "Jane Miller created and published Hours",
        "Jane Miller created and published The garden",
    ]
    assert folder.feed.title == "Activity: The garden"
    assert folder.feed.subtitle == "Activity in “The garden”, newest first."
    page = subscribe("/garden/hours/@@activity.atom", "jane")
    assert titles(page) == ["Jane Miller created and published Hours"]
    assert page.feed.subtitle == "Changes to “Hours”, newest first."
    # A move does not change the id of the feed.
    with acting("jane"):
        api.content.move(hours, portal)
    assert subscribe("/hours/@@activity.atom", "jane").feed.id == page.feed.id


def test_several_objects_are_listed(garden, portal, acting, subscribe):
    with acting("jane"):
        create(garden, "hours", "Hours & more")
        create(garden, "prices", "Prices")
    (entry, _) = subscribe("/@@activity.atom", "jane").entries
    assert entry.title == "Jane Miller created and published 2 items"
    assert entry.link == f"{portal.absolute_url()}/@@activity"
    html = etree.HTML(entry.content[0].value)
    assert {link.get("href"): link.text for link in html.iter("a")} == {
        f"{garden.absolute_url()}/hours": "Hours & more",
        f"{garden.absolute_url()}/prices": "Prices",
    }


def test_entries_on_removed_objects_link_to_the_page(garden, portal, acting, subscribe):
    with acting("jane"):
        create(garden, "hours", "Hours")
    with acting("jane"):
        api.content.delete(garden["hours"])
    removed, created, _ = subscribe("/@@activity.atom", "jane").entries
    assert removed.title == "Jane Miller removed Hours"
    assert removed.link == created.link == f"{portal.absolute_url()}/@@activity"
    assert "since removed" in created.content[0].value


def test_repeated_edits_are_one_entry_and_no_entry_ever_changes(
    garden, acting, subscribe
):
    known = {}
    for number in range(4):
        found = subscribe("/@@activity.atom", "jane").entries
        assert len(found) == (2 if number else 1)
        for each in found:
            said = (each.updated, each.author, each.tags, each.get("content"))
            assert known.setdefault(each.id, said) == said
        with acting("jane"):
            retitle(garden, f"The garden {number}")
    assert len(known) == 4
    [edits, _] = subscribe("/@@activity.atom", "jane").entries
    assert edits.id not in known
    assert "4 edits" in edits.content[0].value


def test_a_feed_has_thirty_entries_at_most(garden, acting, subscribe):
    for number in range(16):
        with acting("jane"):
            retitle(garden, f"The garden {number}")
            garden.reindexObject()
        with acting("jane"):
            record(garden, "downloaded")
    feed = subscribe("/@@activity.rss", "jane")
    actions = ["downloaded", "edited"] * 15
    assert titles(feed) == [f"Jane Miller {action} The garden 15" for action in actions]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "title, shown",
    [
        ("<b>Bold</b> & ]]> \"quoted\" 'too'", None),
        (
            "Control \x00\x01\x0b\x1f\x7f\x85 \ufffe\uffff",
            "Control \ufffd\ufffd\ufffd\ufffd\x7f\x85 \ufffd\ufffd",
        ),
        ("Half \ud83d of a sign \udc00", "Half ? of a sign ?"),
        ("Whole \U0001f331 sign, ünïcödé and \u2028", None),
        ("${title} ${structure:x} <?python 1?>", None),
    ],
    ids=["markup", "control", "halves", "unicode", "variables"],
)
def test_any_title_makes_a_valid_feed(format, title, shown, garden, acting, fetch):
    with acting("jane"):
        retitle(garden, title)
        garden.reindexObject()
    answer = fetch(f"/garden/@@activity.{format}", "jane")
    document = etree.fromstring(answer.body)
    texts = [element.text for element in document.iter()]
    assert f"Jane Miller edited {shown or title}" in texts
    assert f"Activity: {shown or title}" in texts
    assert f"Activity in “{shown or title}”, newest first." in texts


@pytest.mark.parametrize("format", FORMATS)
def test_filters_are_those_of_the_page(format, garden, mary, acting, subscribe, portal):
    with acting("jane"):
        create(garden, "hours", "Hours")
    with acting("jane"):
        retitle(garden["hours"], "Opening hours")
        garden["hours"].reindexObject()
    feed = subscribe(f"/@@activity.{format}?actions=edited&text=hours", "jane")
    assert titles(feed) == ["Jane Miller edited Opening hours"]
    query = "?actions=edited&text=hours"
    assert feed.feed.link == f"{portal.absolute_url()}/@@activity{query}"
    hrefs = [link.href for link in feed.feed.links if link.rel == "self"]
    assert hrefs == [f"{portal.absolute_url()}/@@activity.{format}{query}"]
    if format == "atom":
        assert feed.feed.id != subscribe("/@@activity.atom", "jane").feed.id


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "query, sentence",
    [
        (
            "from=yesterday",
            "Enter a date such as 2026-11-23, or a time such as"
            " 2026-11-23T09:30:00+00:00.",
        ),
        ("text=a&text=b", "Only one value is allowed."),
        ("actions=frob", "Unknown action: frob"),
        ("types=document&actions=edited", "Unknown content type: document"),
    ],
)
def test_an_invalid_filter_has_a_message(
    format, query, sentence, garden, fetch, caplog
):
    answer = fetch(f"/@@activity.{format}?{query}", "jane")
    assert answer.status_int == 400
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == sentence
    assert caplog.records == []


def test_an_empty_feed_is_valid(garden, mary, fetch, subscribe):
    feed = subscribe("/@@activity.atom?text=nowhere", "mary")
    assert feed.entries == []
    assert feed.feed.updated == "1970-01-01T00:00:00.000Z"
    assert subscribe("/@@activity.rss?text=nowhere", "mary").entries == []


def test_updated_does_not_disclose_hidden_activity(garden, mary, acting, fetch):
    before = fetch("/@@activity.atom", "mary")
    with acting("jane"):
        api.content.create(garden, "Document", "secret", title="Secret")
    after = fetch("/@@activity.atom", "mary")
    assert after.text == before.text
    assert after.headers["etag"] == before.headers["etag"]
    assert "Last-Modified" not in after.headers


@pytest.mark.parametrize("format", FORMATS)
def test_a_reader_that_has_the_feed_gets_304(format, garden, acting, fetch):
    path = f"/@@activity.{format}"
    first = fetch(path, "jane")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        second = fetch(path, "jane", If_None_Match=header)
        assert second.status_int == 304, header
        assert second.headers["etag"] == tag
        assert second.text == ""
    with acting("jane"):
        retitle(garden, "Our garden")
        garden.reindexObject()
    third = fetch(path, "jane", If_None_Match=tag)
    assert third.status_int == 200
    assert third.headers["etag"] != tag


@pytest.mark.parametrize("format", FORMATS)
def test_anonymous_users_are_asked_to_log_in(format, garden, fetch):
    for path in ("", "/garden"):
        answer = fetch(f"{path}/@@activity.{format}")
        assert answer.status_int == 302
        assert "require_login" in answer.headers["location"]
        assert "Jane" not in answer.text


@pytest.mark.parametrize("format", FORMATS)
def test_the_audience_decides_and_not_plones_settings_for_feeds(
    format, garden, configure, fetch, subscribe
):
    path = f"/garden/@@activity.{format}"
    configure(audience="everybody")
    assert titles(subscribe(path)) == ["Someone created and published The garden"]
    api.portal.set_registry_record("plone.allow_anon_views_about", True)
    transaction.commit()
    assert titles(subscribe(path)) == ["Jane Miller created and published The garden"]
    registry = "plone.base.interfaces.syndication.ISiteSyndicationSettings"
    api.portal.set_registry_record(f"{registry}.allowed", False)
    transaction.commit()
    assert len(subscribe(path).entries) == 1
    configure(audience="nobody")
    api.portal.set_registry_record(f"{registry}.allowed", True)
    transaction.commit()
    assert fetch(path, "jane").status_int == 302
    assert fetch(path).status_int == 302


def test_a_feed_does_not_contain_hidden_authors(garden, configure, fetch):
    configure(audience="everybody")
    for format in FORMATS:
        contents = fetch(f"/@@activity.{format}").text
        assert "jane" not in contents.casefold()
        assert "Someone" in contents


def test_it_has_the_language_of_the_site(garden, fetch, portal):
    registry = api.portal.get_tool("portal_registry")
    registry["plone.available_languages"] = ["en", "de"]
    registry["plone.default_language"] = "de"
    transaction.commit()
    feed = etree.fromstring(fetch("/@@activity.atom", "jane").body)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"


@pytest.mark.parametrize("format", FORMATS)
def test_head_has_the_headers_of_get(format, garden, fetch):
    path = f"/@@activity.{format}"
    answer = fetch(path, "jane", method="HEAD")
    assert answer.status_int == 200
    assert answer.headers["etag"] == fetch(path, "jane").headers["etag"]
