"""Actions, types, paths and users that the settings exclude."""

from .expected import entry
from .expected import folder
from .expected import only
from .expected import PUBLISHED
from collective.appendonly.recording import record
from plone import api
from zope.lifecycleevent import modified

import pytest


EDITED = entry("edited", "news/party")
ARCHIVE_EDITED = folder("edited", "archive")


@pytest.fixture
def party(site):
    return site["news"]["party"]


@pytest.fixture
def robot(site, recorded):
    """A user with all permissions."""
    api.user.create("robot@example.org", "robot", "correct horse battery")
    api.user.grant_roles("robot", roles=["Manager"])
    recorded()
    return "robot"


# Actions


def test_an_excluded_action(site, party, recorded, configure):
    configure(actions_left_out=("edited",))
    modified(party)
    assert recorded() == []
    api.content.delete(party)
    assert recorded() == only(entry("removed", "news/party"))


@pytest.mark.parametrize("action", ["created", "copied", "removed", "moved", "renamed"])
def test_each_of_these_can_be_excluded(site, add, recorded, configure, action):
    configure(actions_left_out=(action,))
    add("news/fence")
    api.content.copy(site["news"]["fence"], site["archive"], "copy")
    listed = [entry["actions"] for made in recorded() for entry in made["entries"]]
    fence = site["news"]["fence"]
    for act in (
        lambda: api.content.rename(fence, "gate"),
        lambda: api.content.move(site["news"]["gate"], site["archive"]),
        lambda: api.content.delete(site["archive"]["gate"]),
    ):
        act()
        listed += [entry["actions"] for made in recorded() for entry in made["entries"]]
    everything = ["created", "copied", "renamed", "moved", "removed"]
    assert listed == [(other,) for other in everything if other != action]


def test_the_other_actions_are_recorded(party, recorded, configure):
    configure(actions_left_out=("edited",))
    modified(party)
    api.content.transition(party, "publish")
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["actions"] == ("transitioned",)
    assert "fields" not in found


def test_implied_actions_are_not_recorded_instead(site, add, recorded, configure):
    configure(actions_left_out=("created",))
    modified(add("news/fence"))
    assert recorded() == []
    api.content.transition(add("news/gate"), "publish")
    [change_set] = recorded()
    assert [found["actions"] for found in change_set["entries"]] == [("transitioned",)]


def test_a_removal_is_not_recorded_as_another_action(party, recorded, configure):
    configure(actions_left_out=("removed",))
    modified(party)
    api.content.delete(party)
    assert recorded() == []


def test_an_action_of_an_integrator(party, recorded, configure):
    configure(actions_left_out=("downloaded",))
    record(party, "downloaded")
    assert recorded() == []
    record(party, "printed")
    assert recorded() == only(entry("printed", "news/party"))


# Types


def test_content_of_an_excluded_type(site, party, add, recorded, configure):
    configure(types_left_out=("Document", "Link"))
    modified(party)
    add("news/shop", "Link")
    modified(site["archive"])
    assert recorded() == only(ARCHIVE_EDITED)


def test_it_counts_with_its_folder(site, recorded, configure):
    configure(types_left_out=("Document",))
    api.content.delete(site["news"])
    assert recorded() == only(folder("removed", "news", descendants=1))


# Places


@pytest.mark.parametrize("path", ["/news", "/news/", "news", "/news/party"])
def test_content_below_an_excluded_path(site, party, recorded, configure, path):
    configure(paths_left_out=("/private", path))
    modified(party)
    modified(site["archive"])
    assert recorded() == only(ARCHIVE_EDITED)


def test_the_excluded_path_itself(site, recorded, configure):
    configure(paths_left_out=("/news",))
    modified(site["news"])
    assert recorded() == []


@pytest.mark.parametrize("path", ["/new", "/news/part", "/party", "/", ""])
def test_a_path_with_the_same_beginning_is_recorded(party, recorded, configure, path):
    configure(paths_left_out=(path,))
    modified(party)
    assert recorded() == only(EDITED)


def test_a_move_out_of_an_excluded_path_has_no_source(site, party, recorded, configure):
    configure(paths_left_out=("/news",))
    api.content.copy(party, site["archive"], "copy")
    assert recorded() == only(entry("copied", "archive/copy", "Party"))
    api.content.move(party, site["archive"])
    assert recorded() == only(entry("moved", "archive/party"))


def test_a_move_to_an_excluded_path_is_not_recorded(site, party, recorded, configure):
    configure(paths_left_out=("/archive",))
    api.content.copy(party, site["archive"])
    api.content.move(party, site["archive"], "feast")
    assert recorded() == []
    modified(site["archive"]["feast"])
    assert recorded() == []


def test_the_folder_of_an_excluded_path_is_recorded(site, recorded, configure):
    configure(paths_left_out=("/news/party",))
    api.content.rename(site["news"], "old")
    [change_set] = recorded()
    assert [found["path"] for found in change_set["entries"]] == ["old"]


# People


def test_edits_by_an_excluded_user(party, robot, recorded, configure):
    configure(users_left_out=("importer", robot))
    with api.env.adopt_user(robot):
        modified(party)
    assert recorded() == []
    modified(party)
    assert recorded() == only(EDITED)


def test_edits_by_an_excluded_user_through_the_rest_api(
    clients, robot, recorded, configure
):
    configure(users_left_out=(robot,))
    clients("rest", robot, "correct horse battery").edit("news/party", title="Feast")
    assert recorded() == []


def test_a_similar_user_id_is_not_excluded(party, robot, recorded, configure):
    configure(users_left_out=("robo", "robots", "Robot"))
    with api.env.adopt_user(robot):
        modified(party)
    assert recorded() == only(EDITED, actor=robot)


def test_other_users_in_the_transaction_of_an_excluded_user(
    site, party, robot, recorded, configure
):
    configure(users_left_out=(robot,))
    with api.env.adopt_user(robot):
        modified(party)
    modified(site["archive"])
    assert recorded() == only(ARCHIVE_EDITED)


def test_no_user_is_excluded_by_default(party, recorded):
    api.content.transition(party, "publish")
    assert recorded() == only(entry("transitioned", "news/party", **PUBLISHED))


# All of them at once, and nothing to record


def test_settings_change_nothing_of_what_was_recorded(party, log, recorded, configure):
    modified(party)
    recorded()
    before = list(log.older())
    configure(
        actions_left_out=("edited",),
        types_left_out=("Document",),
        paths_left_out=("/news",),
        users_left_out=("test_user_1_",),
    )
    assert list(log.older()) == before
