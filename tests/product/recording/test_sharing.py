"""Sharing content and the site: who has which role there."""

from .clients import each
from .expected import entry
from .expected import only
from .expected import PRIVATE
from .expected import PUBLIC
from plone import api
from plone.app.workflow.events import LocalrolesModifiedEvent
from zope.event import notify

import pytest
import transaction


SHARED = (*sorted([*PRIVATE, "user:AuthenticatedUsers"]),)


@pytest.fixture
def joan(site, recorded):
    api.user.create("joan@example.org", "joan", "correct horse battery")
    recorded()
    return "joan"


def shared(principals, name="AuthenticatedUsers", lost=(), got=()):
    """The result for the page on which a user or group has lost and got roles."""
    roles = {name: [list(lost), list(got)]}
    return only(entry("shared", "news/party", principals=principals, roles=roles))


def with_user(name):
    return tuple(sorted([*PRIVATE, f"user:{name}"]))


def test_sharing_a_page(client, site, recorded):
    client.share("news/party")
    assert recorded() == shared(SHARED, got=["Reader"])


def test_sharing_a_folder_records_nothing_about_its_content(client, site, recorded):
    client.share("news")
    assert recorded() == only(
        entry(
            "shared",
            "news",
            portal_type="Folder",
            principals=SHARED,
            roles={"AuthenticatedUsers": [[], ["Reader"]]},
        )
    )


def test_sharing_the_site(client, site, recorded):
    client.share("")
    roles = {"AuthenticatedUsers": [[], ["Reader"]]}
    assert recorded() == only(
        entry("shared", "", "Plone site", "Plone Site", PUBLIC, roles=roles)
    )


@pytest.mark.parametrize("name", each("rest", "classic", "api"))
def test_inheriting_no_roles(clients, name, site, recorded):
    clients(name).block_inheritance("news/party")
    [change_set] = recorded()
    assert [(found["actions"], found["path"]) for found in change_set["entries"]] == [
        (("shared",), "news/party")
    ]


def test_saving_the_form_unchanged(clients, site, recorded):
    clients("classic").share("news/party")
    recorded()
    clients("classic").share_unchanged("news/party")
    assert recorded() == []


def test_giving_the_same_roles_once_more(clients, site, recorded):
    clients("rest").share("news/party")
    recorded()
    clients("rest").share("news/party")
    assert recorded() == []


def test_giving_a_role_by_code(python, joan, recorded):
    python.grant("news/party", joan, "Reader")
    assert recorded() == shared(with_user("joan"), joan, got=["Reader"])


def test_giving_a_role_without_the_view_permission(python, joan, recorded):
    python.grant("news/party", joan, "Reviewer")
    assert recorded() == shared(PRIVATE, joan, got=["Reviewer"])


def test_giving_another_role_in_place_of_one_by_code(python, joan, recorded):
    python.grant("news/party", joan, "Reader", "Contributor")
    recorded()
    python.grant("news/party", joan, "Editor", "Contributor")
    assert recorded() == shared(with_user("joan"), joan, ["Reader"], ["Editor"])


def test_taking_a_role_by_code(python, joan, recorded):
    python.grant("news/party", joan, "Reader")
    recorded()
    python.revoke("news/party", joan)
    assert recorded() == shared(PRIVATE, joan, ["Reader"])


def test_giving_the_same_role_by_code(python, joan, recorded):
    python.grant("news/party", joan, "Reader", "Editor")
    recorded()
    python.grant("news/party", joan, "Editor", "Reader")
    assert recorded() == []


def test_giving_a_role_without_reindexing(site, joan, recorded):
    """There is no event. It has no effect in listings and searches either."""
    api.user.grant_roles(joan, roles=["Reader"], obj=site["news"]["party"])
    assert recorded() == []


def test_removing_a_user_who_had_roles(python, site, joan, recorded):
    python.grant("news/party", joan, "Reader")
    python.grant("news", joan, "Reader")
    recorded()
    api.user.delete("joan")
    assert "joan" not in site["news"]["party"].__ac_local_roles__
    assert recorded() == []


def test_roles_and_a_title_changed_by_code(python, site, joan, recorded):
    page = site["news"]["party"]
    page.title = "Feast"
    page.manage_setLocalRoles(joan, ["Reader"])
    page.reindexObject()
    assert recorded() == only(
        entry(
            "edited shared",
            "news/party",
            "Feast",
            principals=with_user("joan"),
            fields=("title",),
            roles={"joan": [[], ["Reader"]]},
        )
    )


def test_roles_of_several_users_and_groups_at_once(site, joan, recorded):
    """The order of roles is none, and users without any are none."""
    page = site["news"]["party"]
    page.__ac_local_roles__ = {
        "joan": ["Reader", "Editor"],
        "cooks": ["Reader"],
        "left": [],
    }
    recorded()
    page.__ac_local_roles__ = {
        "joan": ("Editor", "Reader"),
        "gardeners": ["Reader", "Contributor"],
        "jane": ["Reader"],
    }
    notify(LocalrolesModifiedEvent(page, site.REQUEST))
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert (found["actions"], found["roles"]) == (
        ("shared",),
        {
            "cooks": [["Reader"], []],
            "gardeners": [[], ["Contributor", "Reader"]],
            "jane": [[], ["Reader"]],
        },
    )


def test_roles_given_and_taken_in_one_transaction(site, joan, recorded):
    """There were events, so other add-ons may have shared it in another way."""
    page = site["news"]["party"]
    page.manage_setLocalRoles(joan, ["Reader"])
    notify(LocalrolesModifiedEvent(page, site.REQUEST))
    page.manage_delLocalRoles([joan])
    notify(LocalrolesModifiedEvent(page, site.REQUEST))
    page.reindexObjectSecurity()
    assert recorded() == only(entry("shared", "news/party"))


@pytest.mark.parametrize("odd", [dict, None, {7: ["Reader"]}, {"joan": [b"Reader"]}])
def test_local_roles_of_an_odd_kind(site, odd, recorded):
    """Zope calls what can be called. Nothing is known of them."""
    page = site["news"]["party"]
    page.__ac_local_roles__ = odd
    recorded()
    page.__ac_local_roles__ = {"jane": ["Reader"]}
    notify(LocalrolesModifiedEvent(page, site.REQUEST))
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["roles"] == {"jane": [[], ["Reader"]]}


def test_new_content_that_is_shared_at_once(site, add, joan, recorded):
    """It had no sharing before."""
    fence = add("news/fence")
    fence.manage_setLocalRoles(joan, ["Reader"])
    notify(LocalrolesModifiedEvent(fence, site.REQUEST))
    fence.reindexObjectSecurity()
    assert recorded() == only(
        entry("created shared", "news/fence", principals=with_user("joan"))
    )


def test_removing_a_user_who_had_roles_in_many_places(
    python, site, add, joan, recorded
):
    for number in range(10):
        add(f"news/page-{number}").manage_setLocalRoles(joan, ["Reader"])
    recorded()
    # And the role of another is taken on one of them.
    page = site["news"]["page-3"]
    page.manage_setLocalRoles("AuthenticatedUsers", ["Reader"])
    page.reindexObjectSecurity()
    api.user.delete("joan")
    [change_set] = recorded()
    assert [
        (found["actions"], found["path"], found["roles"])
        for found in change_set["entries"]
    ] == [
        (
            ("shared",),
            "news/page-3",
            {"AuthenticatedUsers": [[], ["Reader"]], "joan": [["Reader"], []]},
        )
    ]


def test_sharing_that_is_rolled_back(site, recorded):
    page = site["news"]["party"]
    savepoint = transaction.savepoint()
    page.manage_setLocalRoles("AuthenticatedUsers", ["Reader"])
    page.reindexObjectSecurity()
    notify(LocalrolesModifiedEvent(page, site.REQUEST))
    savepoint.rollback()
    assert recorded() == []


def test_sharing_excluded(python, clients, site, joan, recorded):
    api.portal.set_registry_record(
        "collective.appendonly.actions_left_out", ("shared",)
    )
    clients("rest").share("news/party")
    python.grant("news/party", joan, "Reader")
    assert recorded() == []
