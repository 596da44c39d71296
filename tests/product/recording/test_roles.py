"""Roles of users and groups: Plone fires no event when they change, or one that says too much."""

from .expected import change
from .expected import entry
from .expected import only
from AccessControl.SecurityManagement import newSecurityManager
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.recording import recording_suspended
from collective.appendonly.recording.sources.writes import process_starts
from collective.appendonly.recording.sources.writes import SCRIPTS
from lxml import html
from plone import api
from tests.product.people import PASSWORD
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.site_actions

ADMINISTRATORS = ("Manager", "Site Administrator")


def about(name, lost, got, kind=USER, action="roles_changed"):
    roles = {name: [lost.split(), got.split()]}
    return entry(action, "", name, kind, ADMINISTRATORS, roles=roles)


@pytest.fixture(autouse=True)
def script(site, recorded):
    """Make the thread of the test one in which a script runs; with a user and a group."""
    api.user.create("joan@example.org", "joan", PASSWORD, roles=("Member", "Reader"))
    api.group.create("gardeners")
    recorded()
    process_starts(None)
    yield
    transaction.manager.unregisterSynch(SCRIPTS)


@pytest.fixture
def rest(clients):
    return clients("rest")


def grant(name, *roles):
    api.user.grant_roles(name, roles=list(roles))


JOAN = about("joan", "", "Editor")


def by_python(clients):
    grant("joan", "Editor")


def by_rest(clients):
    clients("rest")._send("patch", "", "@users/joan", roles={"Editor": True})


def by_form(clients, ticked=True):
    classic = clients("classic")
    classic.open_form("", "usergroup-userprefs")
    rows = html.fromstring(classic.browser.contents).xpath(
        "//input[@name='users.id:records']/@value"
    )
    boxes = classic.browser.getControl(name="users.roles:list:records")
    box = boxes.getControl(value="Editor", index=rows.index("joan"))
    box.selected = ticked
    classic.browser.getControl(name="form.button.Modify").click()


@pytest.mark.filterwarnings("ignore:Content-Type header found in a 204")
@pytest.mark.parametrize("grant_editor", [by_python, by_rest, by_form])
def test_a_user_gets_a_role(clients, grant_editor, recorded):
    grant_editor(clients)
    assert recorded() == only(JOAN)
    grant_editor(clients)
    assert recorded() == []


def test_a_user_loses_a_role(clients, recorded):
    by_form(clients)
    recorded()
    by_form(clients, ticked=False)
    assert recorded() == only(about("joan", "Editor", ""))


def test_one_role_for_another(site, recorded):
    api.user.revoke_roles("joan", roles=["Reader"])
    grant("joan", "Editor", "Contributor")
    assert recorded() == only(about("joan", "Reader", "Contributor Editor"))


def test_a_role_that_is_granted_and_revoked_at_once(site, recorded):
    grant("joan", "Editor")
    api.user.revoke_roles("joan", roles=["Editor"])
    assert recorded() == []


@pytest.mark.filterwarnings("ignore:Content-Type header found in a 204")
@pytest.mark.parametrize("door", ["python", "rest"])
def test_a_group_gets_a_role(site, rest, door, recorded):
    """There is no entry for each of its members."""
    api.group.add_user("gardeners", username="joan")
    recorded()
    if door == "python":
        api.group.grant_roles("gardeners", roles=["Editor"])
    else:
        rest._send("patch", "", "@groups/gardeners", roles=["Editor"])
    assert recorded() == only(about("gardeners", "", "Editor", GROUP))


def test_a_new_user_with_roles(site, recorded):
    """By default new users are not recorded, and their roles are implied."""
    api.user.create("jack@example.org", "jack", PASSWORD, roles=("Member", "Manager"))
    assert recorded() == []


def test_a_new_user_with_roles_where_users_are_recorded(site, left_out, recorded):
    left_out()
    recorded()
    api.user.create("jack@example.org", "jack", PASSWORD, roles=("Member", "Manager"))
    api.group.create("cooks", roles=["Editor"])
    assert recorded() == only(
        about("jack", "", "Manager", action="user_created"),
        about("cooks", "", "Editor", GROUP, action="group_created"),
    )


def test_a_user_is_removed(site, left_out, recorded):
    left_out()
    recorded()
    grant("joan", "Editor")
    api.user.delete("joan")
    assert recorded() == only(entry("user_removed", "", "joan", USER, ADMINISTRATORS))


def test_beside_an_edit(site, page, recorded):
    """One change set has both."""
    page.title = "Ball"
    modified(page)
    grant("joan", "Editor")
    [change_set] = recorded()
    assert change_set == change(
        entry("edited", "news/party", "Ball", fields=("title",)), JOAN
    )


def test_after_a_savepoint(site, recorded):
    """It empties the list of what a connection has to write."""
    grant("joan", "Editor")
    transaction.savepoint()
    assert recorded() == only(JOAN)


def test_after_the_rollback_of_a_savepoint(site, recorded):
    savepoint = transaction.savepoint()
    grant("joan", "Editor")
    savepoint.rollback()
    api.group.grant_roles("gardeners", roles=["Reviewer"])
    assert recorded() == only(about("gardeners", "", "Reviewer", GROUP))


def test_an_aborted_transaction(site, recorded):
    grant("joan", "Editor")
    transaction.abort()
    assert recorded() == []


def test_many_users_in_buckets(site, recorded):
    """With more of them, the tree of roles has buckets: records of their own, which split."""
    roles = site.acl_users.portal_role_manager
    names = [f"user-{number:03}" for number in range(90)]
    for name in names:
        roles.assignRolesToPrincipal(["Reader"], name)
    [change_set] = recorded()
    assert change_set == change(*(about(name, "", "Reader") for name in names))
    roles.assignRolesToPrincipal(["Editor"], "user-077")
    assert recorded() == only(about("user-077", "Reader", "Editor"))
    more = [f"user-050-{number:03}" for number in range(40)]
    for name in more:
        roles.assignRolesToPrincipal(["Reader"], name)
    [change_set] = recorded()
    assert change_set == change(*(about(name, "", "Reader") for name in more))


def test_roles_of_everybody_and_their_order_are_no_change(site, recorded):
    roles = site.acl_users.portal_role_manager
    roles.assignRolesToPrincipal(["Reader", "Authenticated", "Member"], "joan")
    roles.assignRolesToPrincipal([], "AuthenticatedUsers")
    assert recorded() == []


def test_local_roles_are_no_roles_in_the_site(site, page, recorded):
    page.manage_setLocalRoles("joan", ["Editor"])
    assert recorded() == []


def test_the_actor_is_who_commits(site, recorded):
    newSecurityManager(None, api.user.get("joan").getUser())
    site.acl_users.portal_role_manager.assignRolesToPrincipal(["Editor"], "joan")
    [change_set] = recorded()
    assert change_set["actor"] == "joan"


def test_excluded_roles_are_not_looked_for(site, left_out, recorded, monkeypatch):
    left_out("roles_changed")
    recorded()
    name = "collective.appendonly.recording.administration.changed_roles"
    monkeypatch.setattr(name, None)
    grant("joan", "Editor")
    assert recorded() == []


def test_suspended(site, recorded):
    with recording_suspended():
        grant("joan", "Editor")
    assert recorded() == []


def test_a_broken_role_manager_stops_no_commit(site, recorded, errors, monkeypatch):
    name = "collective.appendonly.recording.administration.changed_roles"
    monkeypatch.setattr(name, None)
    grant("joan", "Editor")
    assert recorded() == []
    assert "Editor" in api.user.get_roles("joan")
    assert errors() == ["_changes_of_roles could not be found."]


def test_an_edit_compares_nothing_of_this(site, page, recorded, monkeypatch):
    """It writes buckets of the catalog, the history of the workflow and other mappings."""
    here = "collective.appendonly.recording"
    for name in (
        "differences.configuration.committed_items",
        "differences.configuration.committed_state",
        "administration.committed_state",
    ):
        # Calling it would be an error.
        monkeypatch.setattr(f"{here}.{name}", None)
    page.title = "Ball"
    modified(page)
    api.content.transition(page, "publish")
    [change_set] = recorded()
    assert [each["actions"] for each in change_set["entries"]] == [
        ("edited", "transitioned")
    ]
