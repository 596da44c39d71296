"""Who sees what. The rule of feed/visibility.py, story by story, through ``feed`` itself."""

from AccessControl.SpecialUsers import nobody
from collective.appendonly.feed import feed
from dataclasses import replace
from DateTime import DateTime
from plone import api
from Products.CMFPlone.CatalogTool import CatalogTool
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent

import pytest
import transaction


@pytest.fixture
def site(portal):
    """A site with a member, a reader by local role, and a public and a private folder."""
    for name in ("member", "reader"):
        api.user.create(f"{name}@example.org", name, "correct horse battery")
    api.content.create(portal, "Folder", "public", title="Public folder")
    api.content.transition(portal["public"], "publish")
    api.content.create(portal, "Folder", "private", title="Private folder")
    api.user.grant_roles("reader", roles=["Reader"], obj=portal["private"])
    portal["private"].reindexObjectSecurity()
    transaction.commit()
    return portal


def told(context, username=None):
    """Return what *username* (None: a visitor) sees, oldest first, one line per entry."""
    transaction.commit()

    def lines():
        return [
            " ".join(filter(None, [*entry.actions, entry.title, entry.path]))
            + (f" from {entry.source}" if entry.source else "")
            + (f" +{entry.descendants}" if entry.descendants else "")
            + (" gone" if entry.is_gone else "")
            for item in reversed(feed(context, limit=100).items)
            for entry in item.entries
        ]

    if username is None:
        with api.env.adopt_user(user=nobody):
            return lines()
    with api.env.adopt_user(username):
        return lines()


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
    assert told(site, "member")[-1:] == ["created transitioned Party public/party"]


def test_a_member_learns_nothing_of_a_private_page(site):
    before = told(site, "member")
    secret = page(site["public"], "secret", "Secret plan")
    edit(secret, title="Secret plan B")
    api.content.rename(secret, "secret-b")
    transaction.commit()
    api.content.delete(secret)
    assert told(site, "member") == before


def test_a_page_that_is_published_shows_nothing_of_its_private_past(site):
    before = told(site, "member")
    plan = page(site["public"], "secret", "Secret plan")
    edit(plan, title="Still a secret plan")
    api.content.rename(plan, "plan")
    transaction.commit()
    edit(plan, title="Plan")
    api.content.transition(plan, "publish")
    assert told(site, "member")[len(before) :] == ["transitioned Plan public/plan"]


def test_a_page_that_is_renamed_while_it_is_published_hides_where_nobody_saw_it(site):
    plan = page(site["public"], "secret", "Plan")
    # One transaction: the new name and the publication make one entry, which is public.
    api.content.rename(plan, "plan")
    api.content.transition(plan, "publish")
    assert told(site, "member")[-1:] == ["renamed transitioned Plan public/plan"]


def test_a_page_that_is_made_private_disappears_with_all_its_story(site):
    before = told(site, "member")
    plan = page(site["public"], "plan", "Plan", publish=True)
    edit(plan, title="Public plan")
    assert len(told(site, "member")) == len(before) + 2
    api.content.transition(plan, "retract")
    assert told(site, "member") == before


def test_titles_are_those_of_today(site):
    party = page(site["public"], "party", "Party", publish=True)
    edit(party, title="Big party")
    assert told(site, "member")[-2:] == [
        "created transitioned Big party public/party",
        "edited Big party public/party",
    ]


def test_a_removed_public_page_stays_as_a_tombstone_for_those_who_could_see_it(site):
    party = page(site["public"], "party", "Party", publish=True)
    api.content.delete(party)
    assert told(site, "member")[-2:] == [
        "created transitioned Party public/party gone",
        "removed Party public/party gone",
    ]


def test_a_removed_page_is_judged_by_the_folder_it_was_in(site):
    party = page(site["public"], "party", "Party", publish=True)
    api.content.delete(party)
    api.content.transition(site["public"], "retract")
    assert [line for line in told(site, "member") if "Party" in line] == []


def test_when_the_folder_is_gone_too_the_next_one_above_decides(site):
    inner = api.content.create(site["public"], "Folder", "inner", title="Inner")
    api.content.transition(inner, "publish")
    page(inner, "party", "Party", publish=True)
    api.content.delete(inner)
    assert told(site, "member")[-1:] == ["removed Inner public/inner +1 gone"]
    assert "created transitioned Party public/inner/party gone" in told(site, "member")
    api.content.transition(site["public"], "retract")
    assert [line for line in told(site, "member") if "gone" in line] == []


def test_only_descendants_that_one_could_see_are_counted(site):
    folder = api.content.create(site["public"], "Folder", "box", title="Box")
    api.content.transition(folder, "publish")
    page(folder, "open", "Open", publish=True)
    page(folder, "closed-1", "Closed")
    page(folder, "closed-2", "Closed")
    api.content.delete(folder)
    assert told(site, "member")[-1:] == ["removed Box public/box +1 gone"]
    assert told(site, "admin")[-1:] == ["removed Box public/box +3 gone"]


def test_a_page_that_moves_out_of_a_private_folder_does_not_tell_where_it_was(site):
    moving = page(site["private"], "moving", "Moving", publish=True)
    api.content.move(moving, site["public"])
    assert told(site, "reader")[-1:] == [
        "moved Moving public/moving from private/moving"
    ]
    assert told(site, "member")[-1:] == ["moved Moving public/moving"]


def test_a_copy_of_a_private_page_does_not_tell_what_it_was_copied_from(site):
    original = page(site["private"], "original", "Original")
    copy = api.content.copy(original, site["public"], "copy")
    api.content.transition(copy, "publish")
    assert told(site, "admin")[-1:] == [
        "copied transitioned Original public/copy from private/original"
    ]
    assert told(site, "member")[-1:] == ["copied transitioned Original public/copy"]


def test_who_has_a_local_role_sees_what_others_do_not(site):
    page(site["private"], "minutes", "Minutes")
    assert told(site, "reader")[-1:] == ["created Minutes private/minutes"]
    assert "created Minutes private/minutes" not in told(site, "member")


def test_who_loses_a_local_role_sees_no_more_of_the_past(site):
    page(site["private"], "minutes", "Minutes")
    api.user.revoke_roles("reader", roles=["Reader"], obj=site["private"])
    site["private"].reindexObjectSecurity()
    assert [line for line in told(site, "reader") if "private" in line] == []


def test_who_gets_a_local_role_sees_nothing_of_the_time_before(site):
    page(site["private"], "minutes", "Minutes")
    api.user.grant_roles("member", roles=["Reader"], obj=site["private"])
    site["private"].reindexObjectSecurity()
    edit(site["private"]["minutes"], title="Minutes, corrected")
    assert [line for line in told(site, "member") if "private" in line] == [
        "edited Minutes, corrected private/minutes",
        "shared Private folder private",
    ]


def test_an_expired_page_is_hidden_from_those_who_cannot_find_it_either(site):
    party = page(site["public"], "party", "Party", publish=True)
    assert "Party" in told(site, "member")[-1]
    party.setExpirationDate(DateTime() - 1)
    party.reindexObject()
    assert [line for line in told(site, "member") if "Party" in line] == []
    assert [line for line in told(site, "admin") if "Party" in line] != []


def test_a_page_that_is_not_yet_effective_is_hidden(site):
    party = page(site["public"], "party", "Party", publish=True)
    party.setEffectiveDate(DateTime() + 1)
    party.reindexObject()
    assert [line for line in told(site, "member") if "Party" in line] == []


def test_a_visitor_who_may_ask_sees_what_is_public(site, configure):
    configure(audience="everybody")
    page(site["public"], "party", "Party", publish=True)
    page(site["private"], "minutes", "Minutes")
    assert told(site)[-1:] == ["created transitioned Party public/party"]


def test_an_entry_without_principals_is_for_nobody(site, log):
    page(site["public"], "party", "Party", publish=True)
    [(_, newest), *_] = list(log.older())
    nobodys = tuple(replace(entry, principals=()) for entry in newest.entries)
    log.push(replace(newest, entries=nobodys))
    assert len([line for line in told(site, "admin") if "Party" in line]) == 1


def test_who_only_did_what_one_may_not_see_is_not_named(site):
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


def test_in_a_folder_one_sees_what_happened_there_and_below(site):
    inner = api.content.create(site["public"], "Folder", "inner", title="Inner")
    page(inner, "deep", "Deep")
    page(site["private"], "elsewhere", "Elsewhere")
    page(site, "publicity", "Same beginning of the path")
    assert told(site["public"], "admin") == [
        "created transitioned Public folder public",
        "created Inner public/inner",
        "created Deep public/inner/deep",
    ]
    assert told(inner["deep"], "admin") == ["created Deep public/inner/deep"]


def test_what_was_moved_into_a_folder_is_part_of_its_story(site):
    moving = page(site["private"], "moving", "Moving")
    api.content.move(moving, site["public"])
    assert told(site["public"], "admin")[-2:] == [
        "created Moving public/moving",
        "moved Moving public/moving from private/moving",
    ]
    assert told(site["private"], "admin") == ["created Private folder private"]


def test_one_page_of_the_feed_asks_the_catalog_a_bounded_number_of_times(
    site, monkeypatch
):
    for number in range(30):
        page(site["public"], f"p{number}", "Page", publish=True)
    for number in range(0, 30, 3):
        api.content.delete(site["public"][f"p{number}"])
        transaction.commit()
    asked = []
    for name in ("searchResults", "unrestrictedSearchResults"):
        original = getattr(CatalogTool, name)

        def counted(self, *args, _original=original, **kwargs):
            asked.append(kwargs)
            return _original(self, *args, **kwargs)

        monkeypatch.setattr(CatalogTool, name, counted)
    assert len(feed(site, limit=40).items) == 40
    assert len(asked) <= 4
