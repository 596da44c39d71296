"""The rule of feed/visibility.py, case by case, through ``feed``."""

from Acquisition import aq_base
from collective.appendonly.feed import feed
from dataclasses import replace
from DateTime import DateTime
from datetime import date
from datetime import datetime
from datetime import timezone
from plone import api
from plone.dexterity.content import DexterityContent
from tests.product.layers import database_of
from tests.product.layers import site_with
from tests.product.people import reading
from ZODB.Connection import Connection
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent

import pytest
import transaction


def fill(portal):
    for name in ("member", "reader"):
        api.user.create(f"{name}@example.org", name, "correct horse battery")
    api.content.create(portal, "Folder", "public", title="Public folder")
    api.content.transition(portal["public"], "publish")
    api.content.create(portal, "Folder", "private", title="Private folder")
    api.user.grant_roles("reader", roles=["Reader"], obj=portal["private"])
    portal["private"].reindexObjectSecurity()


functional = database_of(site_with(fill))


@pytest.fixture
def site(portal):
    """A site with a member, a reader by local role, and a public and a private folder."""
    return portal


def seen(context, username=None):
    """Return what *username* (None: anonymous) sees, oldest first, one line per entry."""
    transaction.commit()
    with reading(username):
        return [
            " ".join(filter(None, [*entry.actions, entry.title, entry.path]))
            + (f" from {entry.source}" if entry.source else "")
            + (f" +{entry.descendants}" if entry.descendants else "")
            + (" gone" if entry.is_gone else "")
            for item in reversed(feed(context, limit=100).items)
            for entry in item.entries
        ]


def page(container, name, title, publish=False):
    created = api.content.create(container, "Document", name, title=title)
    if publish:
        api.content.transition(created, "publish")
    transaction.commit()
    return created


def edit(obj, **values):
    for name, value in values.items():
        setattr(obj, name, value)
    notify(ObjectModifiedEvent(obj))
    obj.reindexObject()
    transaction.commit()


def test_a_member_sees_what_happens_to_public_pages(site):
    page(site["public"], "party", "Party", publish=True)
    assert seen(site, "member")[-1:] == ["created transitioned Party public/party"]


def test_members_see_nothing_of_a_private_page(site):
    before = seen(site, "member")
    secret = page(site["public"], "secret", "Secret plan")
    edit(secret, title="Secret plan B")
    api.content.rename(secret, "secret-b")
    transaction.commit()
    api.content.delete(secret)
    assert seen(site, "member") == before


def test_a_published_page_does_not_show_its_private_past(site):
    before = seen(site, "member")
    plan = page(site["public"], "secret", "Secret plan")
    edit(plan, title="Still a secret plan")
    api.content.rename(plan, "plan")
    transaction.commit()
    edit(plan, title="Plan")
    api.content.transition(plan, "publish")
    assert seen(site, "member")[len(before) :] == ["transitioned Plan public/plan"]


def test_renaming_while_publishing_hides_the_private_path(site):
    plan = page(site["public"], "secret", "Plan")
    # One transaction: the new name and the publication make one entry, which is public.
    api.content.rename(plan, "plan")
    api.content.transition(plan, "publish")
    assert seen(site, "member")[-1:] == ["renamed transitioned Plan public/plan"]


def test_all_entries_of_a_page_made_private_are_hidden(site):
    before = seen(site, "member")
    plan = page(site["public"], "plan", "Plan", publish=True)
    edit(plan, title="Public plan")
    assert len(seen(site, "member")) == len(before) + 2
    api.content.transition(plan, "retract")
    assert seen(site, "member") == before


def test_titles_are_those_of_today(site):
    party = page(site["public"], "party", "Party", publish=True)
    edit(party, title="Big party")
    assert seen(site, "member")[-2:] == [
        "created transitioned Big party public/party",
        "edited Big party public/party",
    ]


def test_a_removed_page_is_shown_to_users_who_could_view_it(site):
    party = page(site["public"], "party", "Party", publish=True)
    api.content.delete(party)
    assert seen(site, "member")[-2:] == [
        "created transitioned Party public/party gone",
        "removed Party public/party gone",
    ]


def test_the_folder_decides_about_a_removed_page(site):
    party = page(site["public"], "party", "Party", publish=True)
    api.content.delete(party)
    api.content.transition(site["public"], "retract")
    assert [line for line in seen(site, "member") if "Party" in line] == []


def test_the_next_folder_above_decides_if_the_folder_was_removed(site):
    inner = api.content.create(site["public"], "Folder", "inner", title="Inner")
    api.content.transition(inner, "publish")
    page(inner, "party", "Party", publish=True)
    api.content.delete(inner)
    assert seen(site, "member")[-1:] == ["removed Inner public/inner +1 gone"]
    assert "created transitioned Party public/inner/party gone" in seen(site, "member")
    api.content.transition(site["public"], "retract")
    assert [line for line in seen(site, "member") if "gone" in line] == []


def test_only_visible_descendants_are_counted(site):
    folder = api.content.create(site["public"], "Folder", "box", title="Box")
    api.content.transition(folder, "publish")
    page(folder, "open", "Open", publish=True)
    page(folder, "closed-1", "Closed")
    page(folder, "closed-2", "Closed")
    api.content.delete(folder)
    assert seen(site, "member")[-1:] == ["removed Box public/box +1 gone"]
    assert seen(site, "admin")[-1:] == ["removed Box public/box +3 gone"]


def test_moving_out_of_a_private_folder_hides_the_source(site):
    moving = page(site["private"], "moving", "Moving", publish=True)
    api.content.move(moving, site["public"])
    assert seen(site, "reader")[-1:] == [
        "moved Moving public/moving from private/moving"
    ]
    assert seen(site, "member")[-1:] == ["moved Moving public/moving"]


def test_copying_a_private_page_hides_the_source(site):
    original = page(site["private"], "original", "Original")
    copy = api.content.copy(original, site["public"], "copy")
    api.content.transition(copy, "publish")
    assert seen(site, "admin")[-1:] == [
        "copied transitioned Original public/copy from private/original"
    ]
    assert seen(site, "member")[-1:] == ["copied transitioned Original public/copy"]


def test_a_local_role_shows_what_others_do_not_see(site):
    page(site["private"], "minutes", "Minutes")
    assert seen(site, "reader")[-1:] == ["created Minutes private/minutes"]
    assert "created Minutes private/minutes" not in seen(site, "member")


def test_losing_a_local_role_hides_past_entries(site):
    page(site["private"], "minutes", "Minutes")
    api.user.revoke_roles("reader", roles=["Reader"], obj=site["private"])
    site["private"].reindexObjectSecurity()
    assert [line for line in seen(site, "reader") if "private" in line] == []


def test_getting_a_local_role_does_not_show_past_entries(site):
    page(site["private"], "minutes", "Minutes")
    api.user.grant_roles("member", roles=["Reader"], obj=site["private"])
    site["private"].reindexObjectSecurity()
    edit(site["private"]["minutes"], title="Minutes, corrected")
    assert [line for line in seen(site, "member") if "private" in line] == [
        "edited Minutes, corrected private/minutes",
        "shared Private folder private",
    ]


def test_an_expired_page_is_hidden_as_in_the_catalog(site):
    party = page(site["public"], "party", "Party", publish=True)
    assert "Party" in seen(site, "member")[-1]
    party.setExpirationDate(DateTime() - 1)
    party.reindexObject()
    assert [line for line in seen(site, "member") if "Party" in line] == []
    assert [line for line in seen(site, "admin") if "Party" in line] != []


def test_a_page_that_is_not_yet_effective_is_hidden(site):
    party = page(site["public"], "party", "Party", publish=True)
    party.setEffectiveDate(DateTime() + 1)
    party.reindexObject()
    assert [line for line in seen(site, "member") if "Party" in line] == []


def schedule(obj, days=100):
    edit(obj, effective_date=DateTime() + days)
    return obj


def seen_of(title, site, username):
    return [line for line in seen(site, username) if title in line]


def own(obj, username="member"):
    obj.manage_setLocalRoles(username, ["Owner"])
    obj.reindexObjectSecurity()
    transaction.commit()


def test_a_scheduled_page_that_is_removed_was_never_public(site):
    party = schedule(page(site["public"], "party", "Party"))
    api.content.transition(party, "publish")
    transaction.commit()
    api.content.delete(party)
    assert seen_of("Party", site, "member") == []
    assert len(seen_of("Party", site, "admin")) == 4


def test_an_expired_page_that_is_edited_and_removed_keeps_that_secret(site):
    party = page(site["public"], "party", "Party", publish=True)
    edit(party, expiration_date=DateTime() - 1)
    edit(party, title="Party, cancelled")
    api.content.delete(party)
    assert seen_of("Party", site, "member") == [
        "created transitioned Party public/party gone"
    ]


def test_a_scheduled_page_is_not_counted_in_a_removed_folder(site):
    folder = api.content.create(site["public"], "Folder", "box", title="Box")
    api.content.transition(folder, "publish")
    page(folder, "open", "Open", publish=True)
    schedule(page(folder, "later", "Later", publish=True))
    api.content.delete(folder)
    assert seen(site, "member")[-1:] == ["removed Box public/box +1 gone"]
    assert seen(site, "admin")[-1:] == ["removed Box public/box +2 gone"]


def test_the_source_of_a_copy_is_hidden_if_it_was_scheduled_and_removed(site):
    original = schedule(page(site["public"], "original", "Page", publish=True))
    copy = api.content.copy(original, site["public"], "copy")
    copy.effective_date = None
    copy.reindexObject()
    api.content.transition(copy, "publish")
    transaction.commit()
    api.content.delete(original)
    copied = "copied transitioned Page public/copy"
    assert copied in seen(site, "member")
    assert f"{copied} from public/original" in seen(site, "admin")


def test_content_whose_dates_cannot_be_compared_is_not_effective(site, monkeypatch):
    party = page(site["public"], "party", "Party", publish=True)

    with monkeypatch.context() as patched:
        patched.setattr(type(aq_base(party)), "expires", lambda self: None)
        edit(party, description="New.")
    assert seen_of("Party", site, "member") == [
        "created transitioned Party public/party"
    ]
    assert seen_of("edited", site, "admin") == ["edited Party public/party"]


@pytest.mark.parametrize(
    ("dates", "is_listed"),
    [
        ({"effective_date": datetime(2020, 12, 1)}, True),
        ({"effective_date": datetime(2100, 12, 1, tzinfo=timezone.utc)}, False),
        ({"effective_date": date(2020, 12, 1)}, True),
        ({"expiration_date": datetime(2020, 12, 1)}, False),
        ({"expiration_date": date(2100, 12, 1)}, True),
        # Fields of a type, in the place of the methods.
        ({"effective": DateTime("2020/12/01")}, True),
        ({"expires": DateTime("2020/12/01")}, False),
    ],
    ids=str,
)
def test_a_page_to_which_a_script_gave_a_date_of_python(site, caplog, dates, is_listed):
    party = page(site["public"], "party", "Party", publish=True)
    edit(party, **dates)
    shown = ["created transitioned Party public/party", "edited Party public/party"]
    assert seen_of("Party", site, "member") == (shown if is_listed else [])
    with reading("member"):
        assert bool(api.content.find(UID=party.UID())) == is_listed
    assert seen_of("Party", site, "admin") == shown
    assert caplog.messages == []


@pytest.mark.parametrize(
    "dates", [{"effective_date": 100}, {"expiration_date": -1}], ids=str
)
def test_owners_see_their_own_scheduled_and_expired_pages(site, dates):
    party = page(site["public"], "party", "Party", publish=True)
    own(party)
    edit(party, **{name: DateTime() + days for name, days in dates.items()})
    shown = [
        f"{action} Party public/party"
        for action in ("created transitioned", "shared", "edited")
    ]
    assert seen(party, "member") == seen_of("Party", site, "member") == shown
    assert seen_of("Party", site, "reader") == []


def test_owners_of_a_scheduled_folder_see_what_was_removed_in_it(site):
    box = api.content.create(site["public"], "Folder", "box", title="Box")
    own(box)
    page(box, "party", "Party", publish=True)
    schedule(box)
    api.content.delete(box["party"])
    assert len(seen_of("Party", site, "member")) == 2
    assert seen_of("Party", site, "reader") == []


def test_the_source_of_a_copy_is_hidden_once_it_is_private(site):
    original = page(site["public"], "original", "Page", publish=True)
    copy = api.content.copy(original, site["public"], "copy")
    api.content.transition(copy, "publish")
    copied = "copied transitioned Page public/copy from public/original"
    assert copied in seen(site, "member")
    api.content.transition(original, "retract")
    assert copied.partition(" from")[0] in seen(site, "member")
    assert copied in seen(site, "admin")


def test_the_source_of_a_copy_is_hidden_once_it_is_in_a_private_folder(site):
    original = page(site["public"], "original", "File")
    api.content.transition(original, "publish")
    copy = api.content.copy(original, site["public"], "copy")
    api.content.transition(copy, "publish")
    transaction.commit()
    moved = api.content.move(original, site["private"])
    api.content.transition(moved, "retract")
    assert "copied transitioned File public/copy" in seen(site, "member")


def test_an_old_source_is_hidden_if_what_is_at_its_path_is(site, log):
    """Version 1.0.0a1 did not store the UID of a source."""
    original = page(site["public"], "original", "Page", publish=True)
    copy = api.content.copy(original, site["public"], "copy")
    api.content.transition(copy, "publish")
    transaction.commit()
    _, newest = next(iter(log.older()))
    [entry] = newest.entries
    old = replace(entry, source=replace(entry.source, uid=""))
    log.push(replace(newest, entries=(old,)))
    copied = "copied transitioned Page public/copy from public/original"
    assert seen(site, "member")[-2:] == [copied, copied]
    api.content.transition(original, "retract")
    assert seen(site, "member")[-2:] == [copied.partition(" from")[0]] * 2
    api.content.delete(original)
    assert seen(site, "member")[-2:] == [copied, copied]


def test_a_page_that_is_not_in_the_catalog_is_not_gone(site):
    party = page(site["public"], "party", "Party", publish=True)
    party.unindexObject()
    shown = ["created transitioned Party public/party"]
    assert seen(party, "member") == seen_of("Party", site, "member") == shown
    api.content.transition(party, "retract")
    party.unindexObject()
    assert seen(party, "member") == seen_of("Party", site, "member") == []
    assert len(seen_of("Party", site, "admin")) == 2


def damage(catalog, obj, part):
    """Take away what the catalog has of *obj*, except for what indexes have."""
    rid = catalog._catalog.uids["/".join(obj.getPhysicalPath())]
    del getattr(catalog._catalog, part)[rid]
    transaction.commit()


@pytest.mark.parametrize("part", ["data", "paths"])
def test_a_damaged_catalog_hides_no_line(site, part):
    catalog = api.portal.get_tool("portal_catalog")
    pages = {}
    for container in (site["public"], site["private"]):
        for name in ("party", "later"):
            title = f"{name} {container.getId()}"
            pages[title] = page(container, name, title, publish=True)
    schedule(pages["later public"])
    pages["later public"].manage_setLocalRoles("reader", ["Owner"])
    pages["later public"].reindexObjectSecurity()
    people = ("admin", "reader", "member", None)
    expected = {person: seen(site, person) for person in people}
    assert len(set(map(len, expected.values()))) > 2
    for hidden in pages.values():
        damage(catalog, hidden, part)
        assert {person: seen(site, person) for person in people} == expected


@pytest.mark.parametrize("part", ["data", "paths"])
def test_a_private_page_stays_hidden_if_the_catalog_is_damaged(site, part):
    secret = page(site["public"], "secret", "Secret", publish=True)
    api.content.transition(secret, "retract")
    damage(api.portal.get_tool("portal_catalog"), secret, part)
    assert seen_of("Secret", site, "member") == []
    assert len(seen_of("Secret", site, "admin")) == 2


def test_a_scheduled_page_that_is_not_in_the_catalog_is_hidden(site):
    party = page(site["public"], "party", "Party", publish=True)
    schedule(party).unindexObject()
    assert seen_of("Party", site, "member") == []


def test_a_folder_that_is_not_in_the_catalog_decides_about_what_was_removed(site):
    party = page(site["private"], "party", "Party", publish=True)
    api.content.delete(party)
    site["private"].unindexObject()
    assert seen_of("Party", site, "member") == []
    assert seen_of("Party", site, "reader") != []


def test_a_page_in_the_place_of_a_folder_hides_nothing(site):
    outer = api.content.create(site["public"], "Folder", "outer", title="Outer")
    inner = api.content.create(outer, "Folder", "inner", title="Inner")
    for folder in (outer, inner):
        api.content.transition(folder, "publish")
    page(inner, "party", "Party", publish=True)
    api.content.delete(outer)
    transaction.commit()
    page(site["public"], "outer", "Another", publish=True)
    assert seen(site, "member")[-4:] == [
        "created transitioned Inner public/outer/inner gone",
        "created transitioned Party public/outer/inner/party gone",
        "removed Outer public/outer +2 gone",
        "created transitioned Another public/outer",
    ]


def test_anonymous_users_see_public_entries_if_the_audience_is_everybody(
    site, configure
):
    configure(audience="everybody")
    page(site["public"], "party", "Party", publish=True)
    page(site["private"], "minutes", "Minutes")
    assert seen(site)[-1:] == ["created transitioned Party public/party"]


def test_an_entry_without_principals_is_hidden(site, log):
    page(site["public"], "party", "Party", publish=True)
    [(_, newest), *_] = list(log.older())
    nobodys = tuple(replace(entry, principals=()) for entry in newest.entries)
    log.push(replace(newest, entries=nobodys))
    assert len([line for line in seen(site, "admin") if "Party" in line]) == 1


def test_the_actor_of_hidden_entries_is_not_named(site):
    with api.env.adopt_roles(["Manager"]):
        api.content.create(site["private"], "Document", "minutes", title="Minutes")
    with api.env.adopt_user("reader"), api.env.adopt_roles(["Manager"]):
        party = api.content.create(site["public"], "Document", "party", title="Party")
        api.content.transition(party, "publish")
    transaction.commit()
    with api.env.adopt_user("member"):
        newest = feed(site).items[0]
    assert [entry.title for entry in newest.entries] == ["Party"]
    assert newest.actor == newest.entries[0].actor == "reader"


def test_the_feed_of_a_folder_includes_everything_below(site):
    inner = api.content.create(site["public"], "Folder", "inner", title="Inner")
    page(inner, "deep", "Deep")
    page(site["private"], "elsewhere", "Elsewhere")
    page(site, "publicity", "Same beginning of the path")
    assert seen(site["public"], "admin") == [
        "created transitioned Public folder public",
        "created Inner public/inner",
        "created Deep public/inner/deep",
    ]
    assert seen(inner["deep"], "admin") == ["created Deep public/inner/deep"]


def test_the_feed_of_a_folder_includes_objects_moved_into_it(site):
    moving = page(site["private"], "moving", "Moving")
    api.content.move(moving, site["public"])
    assert seen(site["public"], "admin")[-2:] == [
        "created Moving public/moving",
        "moved Moving public/moving from private/moving",
    ]
    assert seen(site["private"], "admin") == ["created Private folder private"]


def test_only_the_folders_of_entries_are_loaded(site, functional, monkeypatch):
    for number in range(20):
        page(site["public"], f"p{number}", "Page", publish=True)
    loaded = []
    setstate = Connection.setstate

    def noticing(self, obj):
        setstate(self, obj)
        if isinstance(obj, DexterityContent):
            loaded.append(obj.getId())

    functional["zodbDB"].cacheMinimize()
    monkeypatch.setattr(Connection, "setstate", noticing)
    with reading("member"):
        assert len(feed(site, limit=20).items) == 20
    assert set(loaded) <= {"plone", "public"}


@pytest.mark.large
def test_a_page_takes_a_bounded_number_of_catalog_queries(site, asked):
    for number in range(30):
        page(site["public"], f"p{number}", "Page", publish=True)
    for number in range(0, 30, 3):
        api.content.delete(site["public"][f"p{number}"])
        transaction.commit()
    asked.clear()
    assert len(feed(site, limit=40).items) == 40
    assert len(asked) <= 4
