"""Users, groups and memberships: recorded where a site asks for it."""

from .clients.client import EMAIL
from .expected import entry
from .expected import only
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import USER
from collective.appendonly.interfaces import IActivitySettings
from plone import api
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import SITE_OWNER_NAME
from Products.PlonePAS.tools.membership import MembershipTool
from Products.PluggableAuthService.events import PrincipalCreated
from tests.product.people import PASSWORD
from zope.component.hooks import site as current_site
from zope.event import notify

import pytest
import transaction


#: The roles that can manage users and groups.
ADMINISTRATORS = ("Manager", "Site Administrator")


@pytest.fixture(autouse=True)
def site(site, left_out, recorded):
    """A site that records everything, with a user and a group."""
    api.user.create("joan@example.org", "joan", PASSWORD)
    api.group.create("gardeners")
    left_out()
    recorded()
    return site


@pytest.fixture
def members(site):
    """The members of the group."""

    def members():
        transaction.begin()
        return site.portal_groups.getGroupMembers("gardeners")

    return members


def about(action, name, kind=USER, **others):
    return entry(action, "", name, kind, principals=ADMINISTRATORS, **others)


@pytest.mark.parametrize(
    "action, expected",
    [
        ("add_user jack", about("user_created", "jack")),
        ("remove_user joan", about("user_removed", "joan")),
        ("add_group cooks", about("group_created", "cooks", GROUP)),
        ("remove_group gardeners", about("group_removed", "gardeners", GROUP)),
        ("join joan gardeners", about("group_joined", "joan", group="gardeners")),
    ],
)
def test_managing_users_and_groups(client, action, expected, recorded):
    method, *names = action.split()
    getattr(client, method)(*names)
    assert recorded() == only(expected)


def test_removing_a_group_with_a_member(client, recorded):
    api.group.add_user("gardeners", username="joan")
    recorded()
    client.remove_group("gardeners")
    assert recorded() == only(about("group_removed", "gardeners", GROUP))


def test_leaving_a_group(client, recorded, members):
    api.group.add_user("gardeners", username="joan")
    recorded()
    client.leave("joan", "gardeners")
    assert recorded() == only(about("group_left", "joan", group="gardeners"))
    assert members() == []


def test_a_group_joins_a_group(site, recorded):
    api.group.create("cooks")
    recorded()
    site.portal_groups.addPrincipalToGroup("cooks", "gardeners")
    assert recorded() == only(about("group_joined", "cooks", GROUP, group="gardeners"))


def test_an_administrator_of_the_server_joins_a_group(site, recorded):
    site.portal_groups.addPrincipalToGroup(SITE_OWNER_NAME, "gardeners")
    assert recorded() == only(about("group_joined", SITE_OWNER_NAME, group="gardeners"))


def test_a_new_user_in_a_group(site, recorded):
    api.user.create(EMAIL, "jack", PASSWORD)
    api.group.add_user("gardeners", username="jack")
    assert recorded() == only(
        about("user_created", "jack"), about("group_joined", "jack", group="gardeners")
    )


def test_a_user_and_a_group_that_come_and_go(site, recorded):
    api.user.create(EMAIL, "jack", PASSWORD)
    api.group.add_user("gardeners", username="jack")
    api.user.delete("jack")
    api.group.create("cooks")
    api.group.delete("cooks")
    assert recorded() == []


def test_a_user_who_goes_and_leaves_a_group(site, recorded):
    api.group.add_user("gardeners", username="joan")
    recorded()
    api.group.remove_user("gardeners", username="joan")
    api.user.delete("joan")
    assert recorded() == only(about("user_removed", "joan"))


def test_a_user_and_a_group_of_the_same_name(site, recorded):
    api.user.create(EMAIL, "cooks", PASSWORD)
    api.group.create("membership")
    assert recorded() == only(
        about("user_created", "cooks"), about("group_created", "membership", GROUP)
    )


def test_joining_and_leaving_at_once(site, recorded):
    api.group.add_user("gardeners", username="joan")
    api.group.remove_user("gardeners", username="joan")
    assert recorded() == []


def test_a_user_registers(site, browse, recorded):
    site.manage_permission("Add portal member", ["Anonymous"])
    api.portal.set_registry_record("plone.email_from_address", EMAIL)
    api.portal.set_registry_record("plone.enable_user_pwd_choice", True)
    recorded()
    browser = browse("/@@register")
    answers = {"password": PASSWORD, "password_ctl": PASSWORD, "email": EMAIL}
    for name, value in {"username": "jack", **answers}.items():
        browser.getControl(name=f"form.widgets.{name}").value = value
    browser.getControl(name="form.buttons.register").click()
    assert recorded() == only(about("user_created", "jack"), actor=None)


def test_a_script_without_a_user_adds_one(site, recorded):
    logout()
    api.user.create(EMAIL, "jack", PASSWORD)
    assert recorded() == only(about("user_created", "jack"), actor=None)


def test_an_administrator_of_the_server_adds_a_user(site, functional, recorded):
    login(functional["app"], SITE_OWNER_NAME)
    api.user.create(EMAIL, "jack", PASSWORD)
    assert recorded() == only(about("user_created", "jack"), actor=SITE_OWNER_NAME)


def test_the_managers_of_users_in_this_site(site, recorded):
    """Roles, and the users who have one of them by the sharing of the site."""
    site.manage_permission(
        "Plone Site Setup: Users and Groups", ["Manager", "Registrar"]
    )
    site.manage_setLocalRoles("joan", ["Registrar"])
    recorded()
    api.group.create("cooks")
    [change_set] = recorded()
    [found] = change_set["entries"]
    assert found["principals"] == ("Manager", "Registrar", "user:joan")


def test_what_is_known_about_people_is_not_recorded(site, stored, recorded):
    api.user.create(
        EMAIL, "jack", PASSWORD, properties={"fullname": "Jack Dee", "location": "York"}
    )
    api.user.get("joan").setMemberProperties({"fullname": "Joan Doe"})
    api.user.grant_roles("joan", roles=["Editor"])
    site.acl_users.userSetPassword("joan", f"another {PASSWORD}")
    site.portal_groups.editGroup("gardeners", title="The gardeners")
    assert recorded() == only(about("user_created", "jack"))
    assert b'"user_created"' in stored()
    for word in (b"horse", b"example.org", b"Dee", b"Doe", b"York", b"The gardeners"):
        assert word not in stored()


def test_logging_in_and_out(site, classic, recorded):
    classic.open("", "login")
    classic.open("", "logout")
    assert recorded() == []


def test_an_event_without_a_user_is_ignored(site, recorded, errors):
    notify(PrincipalCreated("jack"))
    assert recorded() == []
    assert errors() == ["PrincipalCreated could not be recorded."]


def test_users_of_the_server_belong_to_no_site(site, recorded):
    with current_site(None):
        site.acl_users.userFolderAddUser("jack", PASSWORD, ["Manager"], [])
    assert api.user.get("jack") is not None
    assert recorded() == []


def test_nothing_is_recorded_by_default(python, site, left_out, recorded):
    left_out(*IActivitySettings["actions_left_out"].default)
    recorded()
    python.add_user("jack")
    python.add_group("cooks")
    python.join("jack", "cooks")
    python.leave("jack", "cooks")
    python.remove_user("jack")
    python.remove_group("cooks")
    assert recorded() == []


@pytest.mark.parametrize("count", [2, 6])
def test_joining_many_groups_asks_once_about_the_user(
    site, count, monkeypatch, recorded
):
    """Plone collects all groups of a user to answer."""
    names = [f"group-{number}" for number in range(count)]
    for name in names:
        api.group.create(name)
    recorded()
    asked = []
    find = MembershipTool.getMemberById

    def noticing(self, name):
        asked.append(name)
        return find(self, name)

    for name in names:
        site.portal_groups.addPrincipalToGroup("joan", name)
    monkeypatch.setattr(MembershipTool, "getMemberById", noticing)
    assert recorded() == only(
        *(about("group_joined", "joan", group=name) for name in names)
    )
    assert asked.count("joan") == 1
