"""Filters of the feed."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed import Bound
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import names
from datetime import timedelta
from plone import api
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
        ({"actions": ("edited",)}, [40, 30]),
        ({"actions": ("transitioned",)}, [30]),
        ({"actions": ("created", "transitioned")}, [30, 20, 10, 0]),
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


@pytest.fixture
def readers(push, person):
    """Users who had their accounts before they did anything."""
    for name in ("jane", "tom", "mary"):
        person(name)


@pytest.mark.parametrize(
    "reader, filters, expected",
    [
        ("jane", {}, [40, 10]),
        ("jane", {"actions": ("created",)}, [10]),
        ("jane", {"actor": "tom"}, [10]),
        ("jane", {"text": "hours", "until": minutes(41)}, [40]),
        ("tom", {}, [40, 30, 20, 0]),
        ("mary", {}, [40, 30, 20, 10, 0]),
    ],
)
def test_by_others_is_all_that_the_reader_did_not_do(
    garden, readers, history, seen, reader, filters, expected
):
    login(garden, reader)
    assert seen(others=True, **filters) == expected


def test_for_anonymous_users_all_others_are_others(garden, history, seen, configure):
    configure(audience="everybody")
    logout()
    assert seen(others=True) == [40, 30, 20, 10, 0]


def test_own_changes_and_those_of_others_leave_nothing(garden, history, seen, person):
    person("jane")
    login(garden, "jane")
    with pytest.raises(InvalidFilter, match="or those of others") as refused:
        seen(actor="jane", others=True)
    assert refused.value.name == "by"


def test_of_a_change_set_of_several_users_the_entries_of_others_are_shown(
    garden, log, push, person
):
    person("jane")
    login(garden, "jane")
    entries = (push.entry("party", actor="jane"), push.entry("garden", actor="tom"))
    log.push(ChangeSet(BEGIN, "jane", entries))
    transaction.commit()
    [item] = feed(garden, Filters(others=True)).items
    assert (item.actor, [entry.path for entry in item.entries]) == ("tom", ["garden"])


def test_others_are_found_among_many_changes_of_the_reader(garden, push, person, read):
    """The scan stops at its bound, and the next page goes on from there."""
    person("jane")
    login(garden, "jane")
    push("party", 0, actor="tom")
    for number in range(1, 100):
        push("party", number, actor="jane")
    read.clear()
    bound = Bound(records=5, seconds=60, entries=500)
    page = feed(garden, Filters(others=True), bound=bound)
    assert page.items == ()
    assert page.reached is not None
    # The stack and four layers of the archive.
    assert len(read) <= 16 + 5 * 8
    requests = 1
    while not page.items:
        page = feed(garden, Filters(others=True), older=page.older, bound=bound)
        requests += 1
    assert [item.actor for item in page.items] == ["tom"]
    assert requests <= 4


def test_others_who_dominate_cost_as_little_as_no_filter(garden, push, person, read):
    person("jane")
    login(garden, "jane")
    for number in range(100):
        push("party", number, actor="jane" if number % 10 == 0 else "tom")
    read.clear()
    assert len(feed(garden, limit=20).items) == 20
    unfiltered = len(read)
    read.clear()
    assert len(feed(garden, Filters(others=True), limit=20).items) == 20
    assert len(read) <= 1.5 * unfiltered


UNKNOWN = [
    ("actions", ("flown",), "Unknown action: ${name}"),
    ("actions", ("edited", "Edited"), "Unknown action: ${name}"),
    ("types", ("document",), "Unknown content type: ${name}"),
    ("types", ("Document", "\u202eDocument"), "Unknown content type: ${name}"),
]


@pytest.mark.parametrize("name, values, message", UNKNOWN)
def test_a_name_that_nothing_has_is_refused(history, seen, name, values, message):
    with pytest.raises(InvalidFilter) as refused:
        seen(**{name: values})
    assert refused.value.name == name
    assert refused.value.message == message
    assert refused.value.message.mapping == {"name": values[-1].lstrip("\u202e")}


@pytest.mark.parametrize(
    "filters",
    [
        # There are none in the log, but there could be.
        {"actions": ("checked_in",)},
        {"types": ("Event",)},
        # These are no content.
        {"types": ("user", "group")},
    ],
)
def test_a_name_that_the_site_has_matches_nothing_yet(history, seen, filters):
    assert seen(**filters) == []


def test_names_of_an_add_on_that_is_gone_are_known_as_long_as_they_are_seen(
    garden, push, seen, person
):
    person("somebody")
    push("party", 0, actions=["watered"], portal_type="Plot")
    for number in range(1, 60):
        push("party", number)
    push("party", 70, actions=["weeded"], principals=SECRET)
    assert seen(actions=("watered",)) == [0]
    assert seen(types=("Plot",), actions=("watered", "edited")) == [0]
    # Wherever in the site it was.
    assert seen(garden["garden"], actions=("watered",)) == []
    # What the reader cannot view is like what never happened.
    with pytest.raises(InvalidFilter, match="Unknown action"):
        seen(actions=("weeded",))
    login(garden, "somebody")
    assert seen(actions=("weeded",)) == [70]


def test_a_name_is_searched_for_once_and_within_the_bound(
    garden, log, push, read, monkeypatch
):
    """In a log of 1.0.0a1 that has no keys, a search reads everything."""
    log.secret = None
    for number in range(200):
        push("party", number)
    bound = Bound(records=4, seconds=60, entries=500)
    monkeypatch.setattr(names, "BOUND", bound)
    read.clear()
    # Within the bound it is not known whether there are such names.
    unknown = Filters(actions=tuple(f"flown-{number}" for number in range(50)))
    page = feed(garden, unknown, bound=bound)
    assert page.items == ()
    assert page.reached is not None
    # One search for a name, and the request itself.
    assert len(read) <= 2 * (16 + 4 * 8)


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


def test_what_is_not_in_the_catalog_is_found_in_its_place(garden, log, push, seen):
    for minutes, about in enumerate(["garden", "garden/hours", *["party"] * 18]):
        push(about, minutes)
    assert log.archive

    def answers():
        places = [garden, garden["garden"], garden["garden"]["hours"]]
        return [
            [seen(place, text=text) for place in places]
            for text in ("", "hours", "GARDEN")
        ]

    expected = [[[*range(20)][::-1], [1, 0], [1]], [[1], [1], [1]], [[0], [0], []]]
    assert answers() == expected
    api.portal.get_tool("portal_catalog").manage_catalogClear()
    transaction.commit()
    assert answers() == expected


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
