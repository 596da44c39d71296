"""What becomes public by its publishing date is recorded again by the maintenance job."""

from collective.appendonly import clock
from collective.appendonly.feed import feed
from collective.appendonly.operations.maintenance import maintain
from collective.appendonly.operations.maintenance import publishing
from collective.appendonly.recording import recording_suspended
from DateTime import DateTime
from datetime import timedelta
from plone import api
from tests.product.people import reading
from unittest.mock import patch
from zope.lifecycleevent import modified

import pytest
import transaction


HOUR = 1 / 24


@pytest.fixture
def site(portal, mary, monkeypatch):
    """A site whose log is an hour behind, so that dates of today are in its future."""
    behind = timedelta(hours=1)
    now = clock.utc_now
    monkeypatch.setattr(clock, "utc_now", lambda: now() - behind)
    maintain(portal)
    return portal


@pytest.fixture
def come(site, monkeypatch):
    """Let the publishing date of some content come, and run the maintenance job."""

    def come(*some):
        with recording_suspended():
            for obj in some:
                obj.effective_date = DateTime() - HOUR / 2
                obj.reindexObject()
            transaction.commit()
        monkeypatch.undo()
        return maintain(site).published

    return come


def add(container, name, portal_type="Document", days=1, publish=True):
    obj = api.content.create(container, portal_type, name, title=name.title())
    obj.effective_date = DateTime() + days
    obj.reindexObject()
    if publish:
        api.content.transition(obj, "publish")
    transaction.commit()
    return obj


def seen(site, reader):
    with reading(reader):
        return [
            (*entry.actions, entry.title, entry.actor)
            for item in feed(site).items
            for entry in item.entries
        ]


def test_a_page_is_published_when_its_date_comes(site, come):
    page = add(site, "page")
    assert seen(site, "mary") == []
    [by_admin] = seen(site, "admin")
    assert come(page) == 1
    assert seen(site, "mary") == [("created", "transitioned", "Page", by_admin[-1])]
    assert seen(site, "admin") == [by_admin, by_admin]
    # Once.
    assert maintain(site).published == 0


def test_what_several_users_published_is_theirs(site, come, person):
    pages = []
    for name in ("ann", "eve"):
        person(name, name.title(), "Manager")
        with api.env.adopt_user(username=name):
            pages += [add(site, f"{name}-{number}") for number in range(2)]
    assert come(*pages) == 4
    assert sorted(entry[-1] for entry in seen(site, "mary")) == [
        "ann",
        "ann",
        "eve",
        "eve",
    ]


def test_what_was_changed_with_the_publication_is_not_said_again(site, come, log):
    page = add(site, "page", publish=False)
    page.title = "Garden party"
    page.manage_setLocalRoles("mary", ["Editor"])
    modified(page)
    api.content.transition(page, "publish")
    transaction.commit()
    [_, former] = next(log.older())
    assert former.entries[0].values == {"title": ["Page", "Garden party"]}
    assert come(page) == 1
    [_, published] = next(log.older())
    [entry] = published.entries
    assert (entry.actions, entry.title) == (("transitioned",), "Garden party")
    assert (entry.fields, entry.values, entry.roles) == ((), {}, {})


def test_a_file_has_no_state_and_becomes_public_too(site, come):
    file = add(site, "file", "File", publish=False)
    assert come(file) == 1
    assert [entry[:2] for entry in seen(site, "mary")] == [("created", "File")]


def test_a_private_page_stays_hidden(site, come):
    page = add(site, "page", publish=False)
    come(page)
    assert seen(site, "mary") == []


def test_a_page_that_was_edited_and_moved_meanwhile_is_shown_as_it_is(site, come):
    folder = add(site, "folder", "Folder", days=-1)
    page = add(site, "page")
    page.title = "New"
    page.reindexObject()
    transaction.commit()
    page = api.content.move(page, folder)
    transaction.commit()
    come(page)
    with reading("mary"):
        [entry] = feed(site).items[0].entries
    assert (entry.actions[0], entry.title, entry.path) == (
        "created",
        "New",
        "folder/page",
    )


def test_an_ordinary_publication_is_not_recorded_again(site, monkeypatch):
    monkeypatch.undo()
    page = api.content.create(site, "Document", "page", title="Page")
    api.content.transition(page, "publish")
    transaction.commit()
    page.manage_setLocalRoles("mary", ["Editor"])
    page.reindexObjectSecurity()
    transaction.commit()
    assert maintain(site).published == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"types_left_out": ("Document",)},
        {"paths_left_out": ("/intern",)},
        {"users_left_out": ("ann",)},
        {"actions_left_out": ("created", "transitioned")},
    ],
)
def test_what_the_settings_exclude_is_not_recorded(
    site, come, person, configure, settings
):
    person("ann", "Ann", "Manager")
    intern = add(site, "intern", "Folder", days=-1)
    file = add(site, "file", "File", publish=False)
    with api.env.adopt_user(username="ann"):
        page = add(site, "page")
    page = api.content.move(page, intern)
    transaction.commit()
    configure(**settings)
    before = seen(site, "mary")
    others = 0 if "actions_left_out" in settings else 1
    assert come(page, file) == others
    assert [entry[-2] for entry in seen(site, "mary")] == [
        *["File"] * others,
        *[entry[-2] for entry in before],
    ]


def test_of_several_actions_the_excluded_one_is_left_out(site, come, configure):
    page = add(site, "page")
    configure(actions_left_out=("created",))
    assert come(page) == 1
    assert [entry[:-1] for entry in seen(site, "mary")] == [("transitioned", "Page")]


def test_imported_content_without_activity_is_not_recorded(site, come):
    with recording_suspended():
        page = add(site, "page")
    assert come(page) == 0
    assert seen(site, "mary") == []


def test_content_that_cannot_be_asked_is_left_out(site, come):
    good, bad = add(site, "good"), add(site, "bad")

    def facts(obj):
        if obj.getId() == "bad":
            raise ValueError("bad")
        return original(obj)

    original = publishing.facts
    with patch.object(publishing, "facts", facts):
        assert come(good, bad) == 1
    assert [entry[-2] for entry in seen(site, "mary")] == ["Good"]


def test_without_a_new_date_nothing_is_read(site, read, configure):
    configure(days_logins_kept=0)
    add(site, "page")
    read.clear()
    assert maintain(site).published == 0
    assert read == []
