"""A user ID that is given to someone else: earlier changes are not those of the new user."""

from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import key_of
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import Entry
from collective.appendonly.feed import feed
from collective.appendonly.feed import Filters
from collective.appendonly.feed.accounts import ACCOUNTS
from collective.appendonly.feed.keys import key_created
from collective.appendonly.feed.keys import new_key
from collective.appendonly.feed.saved import filters_of
from collective.appendonly.feed.saved import save_filter
from collective.appendonly.operations.backfill import backfill
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance.erasure_requests import (
    request_erasure,
)
from collective.appendonly.presentation.actors import Actors
from collective.appendonly.recording import recording_suspended
from DateTime import DateTime
from datetime import datetime
from datetime import timezone
from plone import api
from tests.product.people import acting
from tests.product.people import add_person
from tests.product.people import reading
from zope.annotation.interfaces import IAnnotations
from zope.lifecycleevent import modified

import pytest
import transaction


@pytest.fixture
def site(portal, log):
    """A site in which Bob has edited a public page, and removed a private one."""
    log.resize(1, 2)
    add_person("bob", "Bob the First")
    # Plone keeps the roles of a user who is deleted, for the next one.
    with acting("bob"), api.env.adopt_roles(["Manager"]):
        page = api.content.create(portal, "Document", "page", title="Page")
        api.content.transition(page, "publish")
    with acting("bob"), api.env.adopt_roles(["Manager"]):
        draft = api.content.create(portal, "Document", "draft", title="Draft")
    with acting("bob"), api.env.adopt_roles(["Manager"]):
        api.content.delete(draft)
    return portal


def delete():
    api.user.delete(username="bob")


def delete_in_the_plugin():
    """Without an event."""
    users = api.portal.get_tool("acl_users")
    users.source_users.removeUser("bob")
    users.mutable_properties.deleteUser("bob")


@pytest.fixture(params=[delete, delete_in_the_plugin])
def other_bob(request, site):
    """Another user with the same ID, who has edited the page."""
    request.param()
    transaction.commit()
    bob = add_person("bob", "Bob the Second")
    transaction.commit()
    with acting("bob"), api.env.adopt_roles(["Manager"]):
        site["page"].title = "A page"
        modified(site["page"])
        site["page"].reindexObject()
    return bob


def listed(site, reader, **filters):
    """Return actions, titles and names in the feed, newest first."""
    with reading(reader):
        name = Actors(site.REQUEST).actor
        return [
            (*entry.actions, entry.title, name(entry.actor).name)
            for item in feed(site, Filters(**filters)).items
            for entry in item.entries
        ]


def test_a_backfill_moves_all_positions(site, other_bob, log):
    """What was recorded before the account began stays that of the former user."""
    with recording_suspended():
        old = api.content.create(site, "Document", "old", title="Old")
        old.creation_date = DateTime("2019-01-01")
        old.creators = ("bob",)
        old.reindexObject()
        api.content.transition(old, "publish")
        transaction.commit()
    before = listed(site, "bob")
    assert before[0] == EDITED
    backfill(site)
    assert [line for line in listed(site, "bob") if "Old" not in line] == before
    # What the catalog knows of the time before is not by the new user, either.
    actors = {actor for *_, title, actor in listed(site, "bob") if title == "Old"}
    assert "Bob the Second" not in actors


EDITED = ("edited", "A page", "Bob the Second")
CREATED = ("created", "transitioned", "A page", "A former user")


def test_earlier_changes_are_those_of_a_former_user(site, other_bob):
    assert listed(site, "admin") == [
        EDITED,
        ("removed", "Draft", "A former user"),
        ("created", "Draft", "A former user"),
        CREATED,
    ]


def test_only_their_own_changes_are_found_by_their_id(site, other_bob):
    for reader in ("bob", "admin"):
        assert listed(site, reader, actor="bob") == [EDITED]


def test_the_new_user_does_not_see_what_the_earlier_one_could(site, other_bob):
    assert listed(site, "bob") == [EDITED, CREATED]


def test_the_entry_about_the_earlier_account_does_not_name_the_new_one(site, configure):
    configure(actions_left_out=())
    delete()
    add_person("bob", "Bob the Second")
    transaction.commit()
    delete()
    transaction.commit()
    add_person("bob", "Bob the Third")
    transaction.commit()
    with reading("admin"):
        name = Actors(site.REQUEST).actor
        named = [
            name(entry.title).name
            for item in feed(site, Filters(types=("user",))).items
            for entry in item.entries
        ]
    assert named[0] == "Bob the Third"
    assert set(named[1:]) == {"A former user"}


def test_roles_of_the_earlier_account_are_those_of_a_former_user(site, log):
    def share():
        entry = Entry(
            actions=("shared",),
            uid=site["page"].UID(),
            path="page",
            title="Page",
            portal_type="Document",
            principals=("Anonymous",),
            roles={"bob": [[], ["Editor"]], "ann": [["Reader"], []]},
        )
        log.push(ChangeSet(datetime.now(timezone.utc), "ann", (entry,)))
        transaction.commit()

    share()
    delete()
    transaction.commit()
    add_person("bob", "Bob the Second")
    transaction.commit()
    share()
    with reading("admin"):
        name = Actors(site.REQUEST).principal_name
        named = [
            {name(user_id): pair for user_id, pair in item.entries[0].roles.items()}
            for item in feed(site, Filters(actions=("shared",))).items
        ]
    assert named == [
        {"Bob the Second": [[], ["Editor"]], "ann": [["Reader"], []]},
        {"A former user": [[], ["Editor"]], "ann": [["Reader"], []]},
    ]


def test_feed_url_and_digests_end_however_the_account_went(site):
    for remove in (delete, delete_in_the_plugin):
        new_key("bob")
        now = datetime.now(timezone.utc)
        subscribe(("bob", ""), "daily", "en", "http://nohost", "place", now)
        remove()
        add_person("bob", "Bob the Second")
        transaction.commit()
        assert key_created("bob") is None
        assert of_member("bob") == []


def test_members_who_follow_the_earlier_user_do_not_follow_the_new_one(site):
    now = datetime.now(timezone.utc)
    add_person("mary")
    for remove in (delete, delete_in_the_plugin):
        for filters in (
            Filters(actor="bob"),
            Filters(actor="bob", text="rose"),
            Filters(actor="bobby"),
            Filters(text="bob"),
        ):
            key = key_of("mary", "", filters)
            if find(key) is None:
                subscribe(key, "daily", "en", "http://nohost", "place", now, filters)
            with reading("mary"):
                save_filter(
                    site, f"{filters.actor} {filters.text}", filters, timezone.utc
                )
        remove()
        # What the log has of the earlier user can still be looked up.
        assert len(of_member("mary")) == len(filters_of("mary")) == 4
        add_person("bob", "Bob the Second")
        transaction.commit()
        kept = {("bobby", ""), (None, "bob")}
        followed = {
            (each.filters.actor, each.filters.text) for each in of_member("mary")
        }
        assert followed == kept
        assert {each.name for each in filters_of("mary")} == {"bobby", "None bob"}


def test_nothing_is_stored_about_deleted_and_erased_users(site):
    add_person("ann")
    transaction.commit()
    assert list(IAnnotations(site)[ACCOUNTS]) == ["ann"]
    api.user.delete(username="ann")
    assert list(IAnnotations(site)[ACCOUNTS]) == []
    add_person("ann")
    request_erasure("ann")
    # Until then, it is still to be known what is not by the present one.
    assert list(IAnnotations(site)[ACCOUNTS]) == ["ann"]
    maintain(site)
    assert list(IAnnotations(site)[ACCOUNTS]) == []


def test_users_who_are_added_before_anything_is_recorded_need_no_record(portal):
    add_person("ann")
    assert ACCOUNTS not in IAnnotations(portal)
