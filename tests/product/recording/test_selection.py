"""What the settings of a site leave out: actions, types, places, people."""

from .telling import change
from .telling import entry
from .telling import folder
from .telling import PRIVATE
from .telling import PUBLIC
from collective.appendonly.recording import record
from plone import api
from zope.lifecycleevent import modified

import pytest


EDITED = entry("edited", "news/party", "Party")
ARCHIVE_EDITED = folder("edited", "archive", "Archive")


@pytest.fixture
def party(site):
    return site["news"]["party"]


@pytest.fixture
def robot(site, recorded):
    """A user who may do everything."""
    api.user.create("robot@example.org", "robot", "correct horse battery")
    api.user.grant_roles("robot", roles=["Manager"])
    recorded()
    return "robot"


# Actions


def test_an_action_that_is_left_out(site, party, recorded, configure):
    configure(actions_left_out={"edited"})
    modified(party)
    assert recorded() == []
    api.content.delete(party)
    assert recorded() == [change(entry("removed", "news/party", "Party"))]


@pytest.mark.parametrize("action", ["created", "copied", "removed", "moved", "renamed"])
def test_each_of_these_can_be_left_out(site, add, recorded, configure, action):
    configure(actions_left_out={action})
    add("news/fence")
    api.content.copy(site["news"]["fence"], site["archive"], "copy")
    told = [entry["actions"] for made in recorded() for entry in made["entries"]]
    fence = site["news"]["fence"]
    for deed in (
        lambda: api.content.rename(fence, "gate"),
        lambda: api.content.move(site["news"]["gate"], site["archive"]),
        lambda: api.content.delete(site["archive"]["gate"]),
    ):
        deed()
        told += [entry["actions"] for made in recorded() for entry in made["entries"]]
    everything = ["created", "copied", "renamed", "moved", "removed"]
    assert told == [(other,) for other in everything if other != action]


def test_the_other_things_that_were_done_are_told(party, recorded, configure):
    configure(actions_left_out={"edited"})
    modified(party)
    api.content.transition(party, "publish")
    [change_set] = recorded()
    [told] = change_set["entries"]
    assert told["actions"] == ("transitioned",)
    assert "fields" not in told


def test_what_goes_without_saying_is_not_told_instead(site, add, recorded, configure):
    configure(actions_left_out={"created"})
    modified(add("news/fence"))
    assert recorded() == []
    api.content.transition(add("news/gate"), "publish")
    [change_set] = recorded()
    assert [told["actions"] for told in change_set["entries"]] == [("transitioned",)]


def test_what_is_removed_is_not_told_as_something_else(party, recorded, configure):
    configure(actions_left_out={"removed"})
    modified(party)
    api.content.delete(party)
    assert recorded() == []


def test_an_action_of_an_integrator(party, recorded, configure):
    configure(actions_left_out={"downloaded"})
    record(party, "downloaded")
    assert recorded() == []
    record(party, "printed")
    assert recorded() == [change(entry("printed", "news/party", "Party"))]


# Types


def test_content_of_a_type_that_is_left_out(site, party, add, recorded, configure):
    configure(types_left_out={"Document", "Link"})
    modified(party)
    add("news/shop", "Link")
    modified(site["archive"])
    assert recorded() == [change(ARCHIVE_EDITED)]


def test_it_counts_with_its_folder(site, recorded, configure):
    configure(types_left_out={"Document"})
    api.content.delete(site["news"])
    assert recorded() == [
        change(folder("removed", "news", "News", descendants=((1, PRIVATE),)))
    ]


# Places


@pytest.mark.parametrize("path", ["/news", "/news/", "news", "/news/party"])
def test_what_is_at_a_place_that_is_left_out(site, party, recorded, configure, path):
    configure(paths_left_out=("/private", path))
    modified(party)
    modified(site["archive"])
    assert recorded() == [change(ARCHIVE_EDITED)]


def test_the_place_itself_is_left_out_too(site, recorded, configure):
    configure(paths_left_out=("/news",))
    modified(site["news"])
    assert recorded() == []


@pytest.mark.parametrize("path", ["/new", "/news/part", "/party", "/", ""])
def test_what_only_looks_like_it_is_told(party, recorded, configure, path):
    configure(paths_left_out=(path,))
    modified(party)
    assert recorded() == [change(EDITED)]


def test_what_comes_out_of_it_is_told_but_not_from_where(
    site, party, recorded, configure
):
    configure(paths_left_out=("/news",))
    api.content.copy(party, site["archive"], "copy")
    assert recorded() == [change(entry("copied", "archive/copy", "Party"))]
    api.content.move(party, site["archive"])
    assert recorded() == [change(entry("moved", "archive/party", "Party"))]


def test_what_goes_into_it_is_not_told(site, party, recorded, configure):
    configure(paths_left_out=("/archive",))
    api.content.copy(party, site["archive"])
    api.content.move(party, site["archive"], "feast")
    assert recorded() == []
    modified(site["archive"]["feast"])
    assert recorded() == []


def test_a_folder_that_holds_it_is_told(site, recorded, configure):
    configure(paths_left_out=("/news/party",))
    api.content.rename(site["news"], "old")
    [change_set] = recorded()
    assert [told["path"] for told in change_set["entries"]] == ["old"]


# People


def test_what_a_robot_does(party, robot, recorded, configure):
    configure(users_left_out=("importer", robot))
    with api.env.adopt_user(robot):
        modified(party)
    assert recorded() == []
    modified(party)
    assert recorded() == [change(EDITED)]


def test_a_robot_through_the_rest_api(doors, robot, recorded, configure):
    configure(users_left_out=(robot,))
    doors("rest", robot, "correct horse battery").edit("news/party", title="Feast")
    assert recorded() == []


def test_a_name_that_only_looks_like_it(party, robot, recorded, configure):
    configure(users_left_out=("robo", "robots", "Robot"))
    with api.env.adopt_user(robot):
        modified(party)
    assert recorded() == [change(EDITED, actor=robot)]


def test_what_others_do_in_its_transaction_is_told_and_it_is_not_named(
    site, party, robot, recorded, configure
):
    configure(users_left_out=(robot,))
    with api.env.adopt_user(robot):
        modified(party)
    modified(site["archive"])
    assert recorded() == [change(ARCHIVE_EDITED)]


def test_nobody_is_left_out_to_begin_with(party, recorded):
    api.content.transition(party, "publish")
    assert recorded() == [
        change(
            entry(
                "transitioned",
                "news/party",
                "Party",
                principals=PUBLIC,
                transitions=("publish",),
                old_state="private",
                new_state="published",
            )
        )
    ]


# All of them at once, and nothing to tell


def test_settings_change_nothing_of_what_was_recorded(party, log, recorded, configure):
    modified(party)
    recorded()
    before = list(log.older())
    configure(
        actions_left_out={"edited"},
        types_left_out={"Document"},
        paths_left_out=("/news",),
        users_left_out=("test_user_1_",),
    )
    assert list(log.older()) == before
