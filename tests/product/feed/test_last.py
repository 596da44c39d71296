"""The last time that something happened to an object, and the feed without a request."""

from AccessControl.SecurityManagement import noSecurityManager
from AccessControl.SpecialUsers import nobody
from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed import everything
from collective.appendonly.feed import feed
from collective.appendonly.feed import last
from plone import api
from plone.uuid.interfaces import ATTRIBUTE_NAME
from tests.product.feed.conftest import BEGIN
from tests.product.feed.conftest import SECRET
from tests.product.people import reading
from zope.component.hooks import setSite
from zope.globalrequest import clearRequest

import pytest
import transaction


def minutes(item):
    """Return how long after BEGIN *item* was, in minutes."""
    return None if item is None else (item.time - BEGIN).seconds // 60


def test_the_last_of_several(garden, push):
    push("party", 1, actions=("watered",), details={"litres": 5})
    push("party", 2, actions=("edited", "watered"), details={"litres": 10})
    push("party", 3)
    item = last(garden["party"], "watered")
    assert minutes(item) == 2
    [entry] = item.entries
    assert (entry.actions, entry.details) == (("edited", "watered"), {"litres": 10})
    assert minutes(last(garden["party"], "edited")) == 3


def test_what_never_happened_is_none(garden, push):
    push("party", 1)
    assert last(garden["party"], "watered") is None
    assert last(garden["garden"], "edited") is None


def test_a_folder_itself_and_not_what_is_in_it(garden, push):
    push("garden", 1)
    push("garden/hours", 2)
    assert minutes(last(garden["garden"], "edited")) == 1
    assert minutes(last(garden["garden"]["hours"], "edited")) == 2


def test_the_site_itself(garden, push):
    push("party", 1)
    assert last(garden, "edited") is None


def test_of_a_change_set_only_the_entry_about_the_object(garden, push, log):
    entries = (push.entry("garden"), push.entry("party"), push.entry("garden/hours"))
    log.push(ChangeSet(BEGIN, "jane", entries))
    for path in ("garden", "party", "garden/hours"):
        [entry] = last(garden.unrestrictedTraverse(path), "edited").entries
        assert entry.path == path


def test_only_what_the_user_can_view(garden, push, mary):
    push("party", 1)
    push("party", 2, principals=SECRET)
    with reading("mary"):
        assert minutes(last(garden["party"], "edited")) == 1
    api.content.transition(garden["party"], "retract")
    with reading("mary"):
        assert last(garden["party"], "edited") is None


@pytest.mark.parametrize("audience", ["members", "nobody"])
def test_nothing_for_users_who_cannot_view_the_activity(
    garden, push, configure, audience
):
    configure(audience=audience)
    push("party", 1)
    with api.env.adopt_user(user=nobody):
        assert last(garden["party"], "edited") is None


def test_an_object_without_a_uid(garden, push):
    push("garden", 1)
    delattr(garden["garden"].aq_base, ATTRIBUTE_NAME)
    assert last(garden["garden"], "edited") is None


def test_an_add_on_that_is_not_installed(garden, push, uninstall):
    push("party", 1)
    uninstall()
    assert last(garden["party"], "edited") is None


@pytest.mark.parametrize("about, found", [("party", 0), ("garden", None)])
def test_little_is_loaded_however_much_happened(
    garden, push, log, loaded, about, found
):
    push("party", 0, actions=("watered",))
    others = [push.entry("garden/hours"), push.entry("party"), push.entry("garden")]
    for number in range(2000):
        log.push(ChangeSet(BEGIN, "jane", (others[number % 3],)))
    layers = loaded()
    assert minutes(last(garden[about], "watered")) == found
    # There are more than two hundred.
    assert layers.count("ArchiveLayer") < 30


# Without a request


@pytest.fixture
def bare(functional, garden, jane):
    """The site in a console: without a request, and without a user."""
    noSecurityManager()
    clearRequest()
    connection = functional["zodbDB"].open()
    site = connection.root()["Application"]["plone"]
    setSite(site)
    yield site
    transaction.abort()
    connection.close()
    setSite(garden)


def test_the_feed_in_a_console(push, bare):
    push("party", 1)
    push("garden/hours", 2)
    bare._p_jar.sync()
    with api.env.adopt_user(username="jane"):
        page = feed(bare)
        [hours, party] = [item.entries[0] for item in page.items]
        assert (hours.title, hours.url) == ("Hours", "/plone/garden/hours")
        assert (party.title, party.url) == ("Party", "/plone/party")
        assert not party.is_gone
        assert [minutes(item) for item in feed(bare["garden"]).items] == [2]
        assert [minutes(item) for item in everything(bare)] == [2, 1]
        assert minutes(last(bare["party"], "edited")) == 1
        older = feed(bare, limit=1).older
        assert [minutes(item) for item in feed(bare, older=older).items] == [1]


def test_removed_content_in_a_console_has_no_url(push, bare):
    push("party", 1)
    bare._p_jar.sync()
    with api.env.adopt_user(username="jane"):
        entry = feed(bare).items[0].entries[0]
        bare.manage_delObjects(["party"])
        gone = feed(bare).items[0].entries[0]
    assert entry.url == "/plone/party"
    assert (gone.url, gone.is_gone) == (None, True)


def test_urls_with_a_request_are_those_of_the_server(garden, push):
    push("party", 1)
    [item] = feed(garden).items
    assert item.entries[0].url == garden["party"].absolute_url()
