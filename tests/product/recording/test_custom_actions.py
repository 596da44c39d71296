"""Actions of integrators, and their say before something is recorded."""

from .expected import entry
from .expected import folder
from .expected import only
from .expected import PRIVATE
from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.entry import Source
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording import record
from collective.appendonly.recording import recording_suspended
from dataclasses import replace
from plone import api
from plone.app.testing import logout
from ZODB.POSException import ConflictError
from zope.component import queryUtility
from zope.lifecycleevent import modified

import pytest
import transaction


# record()


def test_recording_an_action(page, recorded):
    record(page, "downloaded", format="pdf", pages=3)
    details = {"format": "pdf", "pages": 3}
    assert recorded() == only(entry("downloaded", "news/party", details=details))


def test_recording_an_action_of_the_site(site, recorded):
    record(site, "cleaned-up")
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["actions"] == ("cleaned-up",)
    assert (found["path"], found["title"]) == ("", site.title)


def test_recording_the_same_action_twice_in_a_transaction(page, recorded):
    record(page, "downloaded", format="pdf")
    record(page, "downloaded", format="epub")
    assert recorded() == only(
        entry("downloaded", "news/party", details={"format": "epub"})
    )


def test_recording_an_action_beside_an_edit(page, recorded):
    page.title = "Feast"
    modified(page)
    record(page, "reviewed", stars=4)
    assert recorded() == only(
        entry(
            "edited reviewed",
            "news/party",
            "Feast",
            fields=("title",),
            details={"stars": 4},
        )
    )


def test_recording_an_action_without_a_user(page, recorded):
    logout()
    record(page, "downloaded")
    assert recorded() == only(entry("downloaded", "news/party"), actor=None)


def test_recording_an_action_that_is_rolled_back(page, recorded):
    savepoint = transaction.savepoint()
    record(page, "downloaded")
    savepoint.rollback()
    assert recorded() == []


def test_recording_an_action_that_is_aborted(page, recorded):
    record(page, "downloaded")
    transaction.abort()
    assert recorded() == []


def test_recording_an_action_while_recording_is_suspended(page, recorded):
    with recording_suspended():
        record(page, "downloaded")
    assert recorded() == []


def test_recording_an_action_of_something_that_is_removed(page, recorded):
    record(page, "downloaded")
    api.content.delete(page)
    assert recorded() == only(entry("removed", "news/party"))


def test_recording_an_action_that_the_site_leaves_out(page, recorded):
    api.portal.set_registry_record(
        "collective.appendonly.types_left_out", ("Document",)
    )
    record(page, "downloaded")
    assert recorded() == []


def test_recording_an_action_where_the_add_on_is_not_installed(page, uninstall):
    uninstall()
    record(page, "downloaded")
    transaction.commit()
    assert queryUtility(IActivityLog) is None


@pytest.mark.parametrize(
    "name", ["", "Downloaded", "down loaded", "1st", "élan", "a\nb"]
)
def test_a_name_that_is_none(page, name, recorded):
    with pytest.raises(ValueError, match="is not a valid name for an action"):
        record(page, name)
    assert recorded() == []


@pytest.mark.parametrize("name", RECORDED_ACTIONS)
def test_a_name_of_the_products_own(page, name, recorded):
    with pytest.raises(ValueError, match="is recorded by collective.appendonly itself"):
        record(page, name)
    assert recorded() == []


def nested(levels):
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


def circular():
    value = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value",
    [
        object(),
        {1, 2},
        b"bytes",
        float("nan"),
        float("-inf"),
        nested(32),
        nested(900),
        nested(100_000),
        circular(),
        [circular(), circular()],
    ],
    ids=map(str, range(10)),
)
def test_details_that_are_no_json(page, value, recorded):
    with pytest.raises((TypeError, ValueError)):
        record(page, "downloaded", value=value)
    assert recorded() == []


def test_details_with_many_levels(page, recorded):
    record(page, "downloaded", value=nested(31))
    [change_set] = recorded()
    assert change_set["entries"][0]["details"] == {"value": nested(31)}


def test_lone_surrogates_in_details_become_question_marks(page, recorded):
    record(page, "downloaded", names=["\ud83c", {"\ud83c": "🌱"}])
    [change_set] = recorded()
    assert change_set["entries"][0]["details"] == {"names": ["?", {"?": "🌱"}]}


def test_details_are_kept_as_they_were_when_they_were_recorded(page, recorded):
    tags = ["old"]
    record(page, "tagged", tags=tags)
    tags.append("new")
    [change_set] = recorded()
    assert change_set["entries"][0]["details"] == {"tags": ["old"]}


def test_recording_an_action_of_something_that_is_no_content(site, recorded, errors):
    record(object(), "downloaded")
    assert recorded() == []
    assert errors() == ["What happened to one object could not be recorded."]


# The event


def test_a_veto(page, subscribe, recorded):
    subscribe(lambda obj, event: event.veto())
    modified(page)
    assert recorded() == []


def test_a_veto_against_one_of_several_objects(site, page, subscribe, recorded):
    subscribe(lambda obj, event: obj.portal_type == "Document" and event.veto())
    modified(page)
    modified(site["archive"])
    assert recorded() == only(folder("edited", "archive"))


def test_a_veto_against_a_removal(page, subscribe, recorded):
    vetoed = []

    def keep_secret(obj, event):
        vetoed.append((obj.getId(), event.entry.actions, event.entry.path))
        event.veto()

    subscribe(keep_secret)
    api.content.delete(page)
    assert recorded() == []
    assert vetoed == [("party", ("removed",), "news/party")]


def test_enriching_an_entry(page, subscribe, recorded):
    subscribe(lambda obj, event: event.enrich(season="autumn"))
    subscribe(lambda obj, event: event.enrich(length=len(obj.title)))
    modified(page)
    details = {"season": "autumn", "length": 5}
    assert recorded() == only(entry("edited", "news/party", details=details))


def test_putting_another_entry_in_the_place_of_one(page, subscribe, recorded):
    def hide_title(obj, event):
        event.entry = replace(event.entry, title="A page")

    subscribe(hide_title)
    modified(page)
    assert recorded() == only(entry("edited", "news/party", "A page"))


@pytest.mark.parametrize(
    "values",
    [
        {"path": "/news/party"},
        {"actions": ("Edited",)},
        {"actions": ()},
        {"title": None},
        {"uid": b"0"},
        {"details": {"a": float("inf")}},
        {"principals": ["Editor"]},
    ],
    ids=str,
)
def test_putting_an_invalid_entry_in_the_place_of_one(
    site, page, subscribe, recorded, errors, values
):
    def spoil(obj, event):
        if obj.portal_type == "Document":
            event.entry = replace(event.entry, **values)

    subscribe(spoil)
    modified(page)
    modified(site["archive"])
    assert recorded() == only(folder("edited", "archive"))
    assert errors() == ["What happened to one object could not be recorded."]


def test_putting_a_long_entry_in_the_place_of_one(page, subscribe, recorded):
    def lengthen(obj, event):
        event.entry = replace(event.entry, title="t" * 501, comment="\ud800")

    subscribe(lengthen)
    modified(page)
    assert recorded() == only(
        entry("edited", "news/party", "t" * 499 + "…", comment="?")
    )


def test_a_subscriber_sees_the_object_and_the_whole_entry(site, page, subscribe):
    seen = []
    subscribe(lambda obj, event: seen.append((obj, event.object, event.entry)))
    moved = api.content.move(page, site["archive"])
    transaction.commit()
    [(obj, event_object, found)] = seen
    assert obj.aq_base is event_object.aq_base is moved.aq_base
    assert (found.actions, found.path) == (("moved",), "archive/party")
    assert found.source == Source("news/party", PRIVATE)


def test_a_subscriber_is_not_asked_about_what_the_site_leaves_out(page, subscribe):
    api.portal.set_registry_record(
        "collective.appendonly.actions_left_out", ("edited",)
    )
    seen = []
    subscribe(lambda obj, event: seen.append(event))
    modified(page)
    transaction.commit()
    assert seen == []


def test_a_subscriber_that_fails(site, page, subscribe, recorded, errors):
    """It may have wanted to object. The edit, and the other entries, are as they would be."""

    def fail(obj, event):
        if obj.portal_type == "Document":
            raise ValueError("A bug.")

    subscribe(fail)
    page.title = "Feast"
    modified(page)
    modified(site["archive"])
    assert recorded() == only(folder("edited", "archive"))
    assert page.title == "Feast"
    assert errors() == ["What happened to one object could not be recorded."]


def test_enriching_with_something_that_is_no_json(page, subscribe, recorded, errors):
    subscribe(lambda obj, event: event.enrich(page=obj))
    modified(page)
    assert recorded() == []
    assert errors() == ["What happened to one object could not be recorded."]


def test_a_conflict_in_a_subscriber(page, subscribe):
    def conflict(obj, event):
        raise ConflictError

    subscribe(conflict)
    modified(page)
    with pytest.raises(ConflictError):
        transaction.commit()
