"""Asking for a part of the activity."""

from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from datetime import timedelta
from plone.app.testing import login
from plone.app.testing import logout
from tests.product.feed.conftest import BEGIN
from tests.product.feed.conftest import SECRET

import pytest
import transaction


def minutes(number):
    return BEGIN + timedelta(minutes=number)


@pytest.fixture
def told(garden):
    """Return the minutes at which what the filters ask for happened, newest first."""

    def told(context=None, **filters):
        page = feed(garden if context is None else context, Filters(**filters))
        assert page.older is None
        return [int((item.time - BEGIN).total_seconds() / 60) for item in page.items]

    return told


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
        ({"actions": ("flown",)}, []),
        ({"types": ("Folder",)}, [10]),
        ({"types": ("Folder", "Document")}, [40, 30, 20, 10, 0]),
        ({"since": minutes(20)}, [40, 30, 20]),
        ({"until": minutes(20)}, [10, 0]),
        ({"since": minutes(10), "until": minutes(40)}, [30, 20, 10]),
        ({"since": minutes(41)}, []),
        ({"until": minutes(0)}, []),
        ({"text": "part"}, [30, 0]),
        ({"text": "PARTY"}, [30, 0]),
        ({"text": " hours "}, [40, 20]),
        ({"text": "garden hours"}, []),
        ({"actor": "jane", "actions": ("created",), "text": "party"}, [0]),
    ],
)
def test_all_that_is_asked_for_has_to_be_true(history, told, filters, expected):
    assert told(**filters) == expected


def test_in_a_folder_and_on_a_page(garden, history, told):
    assert told(garden["garden"]) == [40, 20, 10]
    assert told(garden["garden"], actor="jane") == [20]
    assert told(garden["party"]) == [30, 0]
    assert told(garden["garden"]["hours"], actions=("edited",)) == [40]


def test_of_a_change_set_only_what_fits_is_told(garden, log, push):
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


def test_the_title_that_is_searched_is_that_of_today(garden, push, told):
    push("party", 0)
    garden["party"].title = "Summer feast"
    garden["party"].reindexObject()
    transaction.commit()
    assert told(text="feast", until=minutes(1)) == [0]
    # And its id.
    assert told(text="Party", until=minutes(1)) == [0]


@pytest.mark.parametrize(
    "filters",
    [{"text": "party"}, {"actor": "jane"}, {"types": ("Document",)}],
)
def test_a_filter_finds_nothing_that_one_may_not_see(garden, push, told, filters):
    push("party", 0, principals=SECRET)
    assert told(**filters) == []


def test_who_did_something_can_be_asked_by_those_who_may_know(
    garden, push, person, told, configure
):
    push("party", 0, actor="jane")
    person("mary")
    configure(audience="everybody")
    login(garden, "mary")
    assert told(actor="jane") == [0]
    garden.manage_permission("List portal members", ("Manager",))
    with pytest.raises(InvalidFilter, match="may not look up") as refused:
        told(actor="jane")
    assert refused.value.name == "actor"
    # Whether there is such a person makes no difference, and oneself is no secret.
    with pytest.raises(InvalidFilter, match="may not look up"):
        told(actor="nobody-of-that-name")
    assert told(actor="mary") == []
    logout()
    assert told() == [0]
    with pytest.raises(InvalidFilter, match="may not look up"):
        told(actor="jane")


def test_a_visitor_reads_no_names_unless_plone_gives_those_of_authors(
    garden, push, configure
):
    push("party", 0, actor="jane")
    configure(audience="everybody")
    logout()
    [item] = feed(garden).items
    assert (item.actor, item.entries[0].actor) == (None, None)
    garden.portal_registry["plone.allow_anon_views_about"] = True
    [item] = feed(garden).items
    assert (item.actor, item.entries[0].actor) == ("jane", "jane")


def test_a_time_long_ago_is_reached_without_reading_what_came_later(garden, push, read):
    for number in range(100):
        push("party", number * 60)
    read.clear()
    page = feed(garden, Filters(since=minutes(600), until=minutes(780)))
    assert [item.time for item in page.items] == [
        minutes(720),
        minutes(660),
        minutes(600),
    ]
    assert len(read) < 20


def test_filters_go_on_from_page_to_page(garden, push):
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
