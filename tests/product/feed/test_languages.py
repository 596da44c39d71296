"""Content of folders that are the same in all languages, which has a UID for each language."""

from .test_visibility import seen
from collective.appendonly.feed import feed
from collective.appendonly.feed.places import other_uids
from collective.appendonly.operations.backfill import backfill
from collective.appendonly.operations.backfill.traces import unrecorded
from collective.appendonly.recording import recording_suspended
from DateTime import DateTime
from plone import api
from tests.product.recording.test_translations import functional
from tests.product.recording.test_translations import set_up
from zope.lifecycleevent import modified

import pytest
import transaction


__all__ = ["functional", "set_up"]

pytestmark = pytest.mark.large


def retitle(obj, title):
    obj.title = title
    modified(obj)
    transaction.commit()


@pytest.fixture
def party(portal, mary):
    """A page in such a folder, edited in both languages. It is public."""
    assets = portal["en"]["assets"]
    party = api.content.create(assets, "Document", "party", title="Party")
    api.content.transition(party, "publish")
    transaction.commit()
    retitle(portal["de"]["assets"]["party"], "Feier")
    retitle(assets["party"], "Fair")
    return assets["party"]


STORY = ["created transitioned", "edited", "edited"]


def story(obj, username="mary"):
    return [line.partition(" Fair ")[0] for line in seen(obj, username)]


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_has_one_story_in_all_languages(portal, party, language):
    page = portal[language]["assets"]["party"]
    assert story(page) == story(page, "admin") == STORY


def test_each_line_leads_to_the_place_where_the_page_was_changed(portal, party):
    urls = [item.entries[0].url for item in feed(party).items]
    assert urls == [
        f"{portal.absolute_url()}/{code}/assets/party" for code in ("en", "de", "en")
    ]


def test_a_page_keeps_its_story_when_it_leaves_the_folder(portal, party):
    moved = api.content.move(party, portal["en"])
    transaction.commit()
    assert story(moved) == [*STORY, "moved"]
    uids = {entry.uid for item in feed(moved).items for entry in item.entries}
    assert uids == {api.content.get_uuid(moved)}


def test_a_page_keeps_its_story_when_it_enters_the_folder(portal, mary):
    page = api.content.create(portal["en"], "Document", "party", title="Fair")
    transaction.commit()
    moved = api.content.move(page, portal["en"]["assets"])
    transaction.commit()
    assert story(moved, "admin") == ["created", "moved"]


@pytest.mark.parametrize("to", ["out", "in"])
def test_the_public_past_of_a_page_that_is_private_elsewhere(portal, party, to):
    """It is hidden, as of any other page that was made private."""
    about = [line for line in seen(portal, "mary") if "party" in line]
    assert len(about) == 3
    before = [line for line in seen(portal, "mary") if line not in about]
    moved = api.content.move(party, portal["en"])
    transaction.commit()
    if to == "in":
        moved = api.content.move(moved, portal["en"]["assets"])
        transaction.commit()
    api.content.transition(moved, "retract")
    moved.reindexObject()
    transaction.commit()
    assert seen(portal, "mary") == before
    assert [
        line for code in ("en", "de") for line in story(portal[code]) if "arty" in line
    ] == []


def test_a_page_that_is_removed_from_the_folder(portal, party):
    api.content.delete(party)
    lines = seen(portal, "mary")[-4:]
    assert [line.rpartition(" ")[2] for line in lines] == ["gone"] * 4


def test_the_catalog_fills_the_log_with_one_story(portal):
    assets = portal["en"]["assets"]
    # As far as the log is concerned, this happened before the add-on was installed.
    with recording_suspended():
        party = api.content.create(assets, "Document", "party", title="Fair")
        party.creation_date = DateTime("2018-01-01 UTC")
        party.modification_date = DateTime("2019-01-01 UTC")
        party.reindexObject(idxs=["created", "modified"])
        portal["de"]["assets"]["party"].reindexObject(idxs=["created", "modified"])
        transaction.commit()
    backfill(portal)
    assert story(portal["de"]["assets"]["party"], "admin") == ["created", "edited"]


def test_what_was_recorded_in_one_language_is_not_filled_in_for_another(
    portal, party, log
):
    traces = [
        f"1 {action} {api.content.get_uuid(place)}"
        for place in (party, portal["de"]["assets"]["party"])
        for action in ("created", "edited")
    ]
    assert list(unrecorded([*traces, "1 edited 5c1f"], log)) == ["1 edited 5c1f"]


SUFFIXES = ("-en", "-pt", "-pt-br", "-br")


@pytest.mark.parametrize(
    "uid, stored",
    [("5c1f", "5c1f"), ("5c1f-en", "5c1f"), ("5c1f-pt-br", "5c1f"), ("a-b", "a-b")],
)
def test_the_other_uids(uid, stored):
    names = {stored, *(f"{stored}{suffix}" for suffix in SUFFIXES)}
    assert other_uids(uid, SUFFIXES) == names - {uid}
    assert other_uids(uid, ()) == set()
