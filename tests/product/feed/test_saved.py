"""The storage format of saved filters, and whose they are."""

from BTrees.OOBTree import OOBTree
from collective.appendonly.feed import Filters
from collective.appendonly.feed import saved
from collective.appendonly.feed.places import viewable_content
from datetime import datetime
from datetime import timezone
from plone import api
from tests.product.people import reading
from zoneinfo import ZoneInfo
from zope.annotation.interfaces import IAnnotations

import pytest
import transaction


OTHERS = Filters(others=True)
SINCE = datetime(2026, 11, 22, 15, 0, tzinfo=timezone.utc)


def save(context, user, name="A", filters=OTHERS, zone=timezone.utc):
    with reading(user):
        return saved.save_filter(context, name, filters, zone)


def names(user):
    return [each.name for each in saved.filters_of(user)]


@pytest.fixture
def members(garden, person):
    for user in ("jane", "mary", "mary-ann"):
        person(user)


def test_storage_format(garden, members):
    """This must not change: databases contain it."""
    assert saved.SAVED not in IAnnotations(garden)
    save(garden, "mary", "b", Filters(types=("News Item", "File"), text="ü"))
    save(garden["party"], "mary", "A", Filters(since=SINCE), ZoneInfo("Asia/Tokyo"))
    save(garden, "jane", "A", Filters(actor="mary", others=True))
    transaction.commit()
    stored = IAnnotations(garden)["collective.appendonly.saved_filters"]
    assert type(stored) is OOBTree
    uid = api.content.get_uuid(garden["party"])
    assert dict(stored) == {
        "jane": (("A", "", "actor=mary&by=others"),),
        "mary": (
            ("A", uid, "from=2026-11-23"),
            ("b", "", "types=News+Item&types=File&text=%C3%BC"),
        ),
    }
    # Builtin types only.
    assert {type(each) for value in stored.values() for each in value} == {tuple}


def test_reading_and_forgetting_what_is_not_there_writes_nothing(
    garden, members, changed
):
    changed.clear()
    with reading("mary"):
        assert saved.own_filters() == []
        assert not saved.remove_filter("A")
        assert not saved.remove_filter(None)
    assert saved.filters_about("mary") == []
    saved.forget_filters("mary")
    saved.forget_filters_about("mary")
    assert changed == []


def test_the_last_one_leaves_no_record_of_the_user(garden, members):
    for user in ("mary", "mary-ann"):
        save(garden, user)
    with reading("mary"):
        assert saved.remove_filter("A")
    assert list(IAnnotations(garden)[saved.SAVED]) == ["mary-ann"]


def test_forgetting_a_user_keeps_the_filters_of_others(garden, members):
    for user in ("jane", "mary", "mary-ann"):
        save(garden, user)
        save(garden, user, "B")
    saved.forget_filters("mary")
    assert (names("jane"), names("mary"), names("mary-ann")) == (
        ["A", "B"],
        [],
        ["A", "B"],
    )


def test_forgetting_filters_about_a_user_keeps_those_about_others(garden, members):
    for name, filters in {
        "about": Filters(actor="mary"),
        "about, too": Filters(actor="mary", types=("File",)),
        "word": Filters(text="mary"),
        "ann": Filters(actor="mary-ann"),
    }.items():
        save(garden, "jane", name, filters)
        save(garden["party"], "mary", name, filters)
    assert len(saved.filters_about("mary")) == 4
    saved.forget_filters_about("mary")
    assert names("jane") == names("mary") == ["ann", "word"]
    assert saved.filters_about("mary") == []


@pytest.mark.parametrize(
    "filters, name, message",
    [
        (Filters(), "A", "cannot save filters here"),
        (OTHERS, "", "at most"),
        (OTHERS, "x" * 101, "at most"),
        (OTHERS, "\u202e \u2066", "at most"),
    ],
)
def test_what_cannot_be_saved(garden, members, filters, name, message):
    with pytest.raises(saved.CannotSave, match=message):
        save(garden, "mary", name, filters)
    assert names("mary") == []


@pytest.mark.parametrize("user", [None, "admin"])
def test_without_an_account_nothing_is_saved(garden, members, configure, user):
    """The id of a user of the Zope root can be that of a user of this site."""
    configure(audience="everybody")
    with pytest.raises(saved.CannotSave):
        save(garden, user)
    save(garden, "mary")
    with reading(user):
        assert saved.own_filters() == []


def test_a_place_is_found_wherever_it_is_and_only_for_those_who_can_view_it(
    garden, members
):
    in_garden = save(garden["garden"], "mary")
    everywhere = save(garden, "mary", "B")
    with reading("mary"):
        assert viewable_content(in_garden.place) == garden["garden"]
        assert viewable_content(everywhere.place) == garden
    api.content.rename(garden["garden"], "park")
    with reading("mary"):
        assert viewable_content(in_garden.place) == garden["park"]
    api.content.transition(garden["park"], "retract")
    with reading("mary"):
        assert viewable_content(in_garden.place) is None
    api.content.delete(garden["park"])
    with reading("jane"):
        assert viewable_content(in_garden.place) is None
        assert viewable_content("never was") is None
    # The catalog still has it.
    in_party = save(garden["party"], "jane", "C")
    garden._delOb("party")
    with reading("jane"):
        assert viewable_content(in_party.place) is None


def test_a_place_that_only_the_catalog_has_is_not_another_of_its_name(garden, members):
    hours = save(garden["garden"]["hours"], "mary")
    api.content.create(garden, "Document", "hours")
    api.content.transition(garden["hours"], "publish")
    garden["garden"]._delOb("hours")
    with reading("mary"):
        assert viewable_content(hours.place) is None
