"""Filters of the feed."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from datetime import timedelta
from plone.app.testing import login
from plone.app.testing import logout
from tests.product.feed.conftest import BEGIN
from tests.product.feed.conftest import SECRET
from unicodedata import normalize

import pytest
import transaction


def minutes(number):
    return BEGIN + timedelta(minutes=number)


@pytest.fixture
def seen(garden):
    """Return the minutes of the items that match the filters, newest first."""

    def seen(context=None, **filters):
        page = feed(garden if context is None else context, Filters(**filters))
        assert page.older is None
        return [int((item.time - BEGIN).total_seconds() / 60) for item in page.items]

    return seen


@pytest.fixture
def history(push):
    push("party", 0, actor="jane", actions=["created"])
    push("garden", 10, actor="tom", actions=["created"])
    push("garden/hours", 20, actor="jane", actions=["created"])
    push("party", 30, actor="jane", actions=["edited", "transitioned"])
    push("garden/hours", 40, actor=None, actions=["edited"])


@pytest.mark.parametrize(
    "filters, expected",
    [
        ({}, [40, 30, 20, 10, 0]),
        ({"actor": "jane"}, [30, 20, 0]),
        ({"actor": "tom"}, [10]),
        ({"actor": "jan"}, []),
        ({"excluded_actor": "jane"}, [40, 10]),
        ({"excluded_actor": "jan"}, [40, 30, 20, 10, 0]),
        ({"excluded_actor": "jane", "actor": "jane"}, []),
        ({"excluded_actor": "tom", "actions": ("created",)}, [20, 0]),
        ({"actions": ("edited",)}, [40, 30]),
        ({"actions": ("transitioned",)}, [30]),
        ({"actions": ("created", "transitioned")}, [30, 20, 10, 0]),
        ({"actions": ("flown",)}, []),
        ({"types": ("Folder",)}, [10]),
        ({"types": ("Folder", "Document")}, [40, 30, 20, 10, 0]),
        ({"since": minutes(20)}, [40, 30, 20]),
        ({"until": minutes(20)}, [10, 0]),
        ({"since": minutes(10), "until": minutes(40)}, [30, 20, 10]),
        ({"since": minutes(41)}, []),
        ({"until": minutes(0)}, []),
        ({"text": "part"}, []),
        ({"text": "?"}, []),
        ({"text": "PARTY"}, [30, 0]),
        ({"text": " hours "}, [40, 20]),
        ({"text": "garden hours"}, []),
        ({"actor": "jane", "actions": ("created",), "text": "party"}, [0]),
    ],
)
def test_all_filters_have_to_match(history, seen, filters, expected):
    assert seen(**filters) == expected


def test_in_a_folder_and_on_a_page(garden, history, seen):
    assert seen(garden["garden"]) == [40, 20, 10]
    assert seen(garden["garden"], actor="jane") == [20]
    assert seen(garden["party"]) == [30, 0]
    assert seen(garden["garden"]["hours"], actions=("edited",)) == [40]


def test_only_matching_entries_of_a_change_set_are_shown(garden, log, push):
    entries = (
        push.entry("party", actions=["edited"]),
        push.entry("garden", actions=["moved"], actor="tom"),
        push.entry("garden/hours", actions=["edited"]),
    )
    log.push(ChangeSet(BEGIN, None, entries))
    transaction.commit()
    [item] = feed(garden, Filters(actions=("moved",))).items
    assert [entry.path for entry in item.entries] == ["garden"]
    assert item.actor == "tom"
    [item] = feed(garden, Filters(types=("Document",))).items
    assert [entry.path for entry in item.entries] == ["party", "garden/hours"]


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_the_text_filter_searches_todays_title(garden, push, seen, stored, typed):
    push("party", 0)
    garden["party"].title = normalize(stored, "Fête d'été, 2026")
    garden["party"].reindexObject()
    transaction.commit()
    for text in "été", "FÊTE", "2026 fête", "d'été":
        assert seen(text=normalize(typed, text), until=minutes(1)) == [0]
    for text in "party", "fête party", "ete OR fête AND", '"(été*', "NOT party":
        assert seen(text=normalize(typed, text), until=minutes(1)) in ([], [0])
    assert seen(text="party", until=minutes(1)) == []


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_the_text_filter_searches_the_last_title_of_what_is_gone(
    garden, push, seen, typed
):
    push("party", 0, uid="1" * 32, path="gone", title=normalize("NFD", "Fête d'été"))
    assert seen(text=normalize(typed, "fête")) == [0]
    assert seen(text="party") == seen(text="gone") == []


@pytest.mark.parametrize(
    "filters", [{"text": "party"}, {"actor": "jane"}, {"types": ("Document",)}]
)
def test_filters_find_nothing_hidden(garden, push, seen, filters):
    push("party", 0, principals=SECRET)
    assert seen(**filters) == []


def test_the_actor_filter_needs_permission(garden, push, person, seen, configure):
    push("party", 0, actor="jane")
    person("mary")
    configure(audience="everybody")
    login(garden, "mary")
    assert seen(actor="jane") == [0]
    garden.manage_permission("List portal members", ("Manager",))
    with pytest.raises(InvalidFilter, match="not allowed to filter by user") as refused:
        seen(actor="jane")
    assert refused.value.name == "actor"
    # It makes no difference whether the user exists. Users can look up themselves.
    with pytest.raises(InvalidFilter, match="not allowed to filter by user"):
        seen(actor="nobody-of-that-name")
    assert seen(actor="mary") == []
    logout()
    assert seen() == [0]
    with pytest.raises(InvalidFilter, match="not allowed to filter by user"):
        seen(actor="jane")


def test_anonymous_users_see_names_only_if_plone_shows_authors(garden, push, configure):
    push("party", 0, actor="jane")
    configure(audience="everybody")
    logout()
    [item] = feed(garden).items
    assert (item.actor, item.entries[0].actor) == (None, None)
    garden.portal_registry["plone.allow_anon_views_about"] = True
    [item] = feed(garden).items
    assert (item.actor, item.entries[0].actor) == ("jane", "jane")


def test_a_past_period_is_found_without_reading_later_entries(garden, push, read):
    for number in range(100):
        push("party", number * 60)
    read.clear()
    page = feed(garden, Filters(since=minutes(600), until=minutes(780)))
    assert [item.time for item in page.items] == [
        minutes(720),
        minutes(660),
        minutes(600),
    ]
    # Those in the stack, and in the layers of that time.
    assert len(read) <= 16 + 2 * 8


def test_filters_apply_to_all_pages(garden, push):
    for number in range(50):
        push(["party", "garden"][number % 2], number, actor=["tom", "jane"][number % 2])
    filters = Filters(actor="jane", since=minutes(5), until=minutes(45))
    pages = [feed(garden, filters, limit=4)]
    while pages[-1].older:
        pages.append(feed(garden, filters, older=pages[-1].older, limit=4))
    times = [item.time for page in pages for item in page.items]
    assert times == [minutes(number) for number in range(43, 4, -2)]
    back = feed(garden, filters, newer=pages[-1].newer, limit=4)
    assert [i.time for i in back.items] == [i.time for i in pages[-2].items]
