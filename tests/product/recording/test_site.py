"""Actions on the site itself, and events that only seem to be about it."""

from .expected import entry
from .expected import only
from .expected import PUBLIC
from collective.appendonly.feed.visibility import Visibility
from collective.appendonly.interfaces import IActivityLog
from plone import api
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import TEST_USER_ID
from zope.component import getUtility
from zope.lifecycleevent import modified

import pytest
import transaction


def of_site(actions, title="Plone site", **others):
    return only(entry(actions, "", title, "Plone Site", PUBLIC, **others))


def test_editing_the_site(client, site, recorded):
    client.edit("", title="Our Garden", description="Come and see")
    assert site.title == "Our Garden"
    assert recorded() == of_site(
        "edited", "Our Garden", fields=("description", "title")
    )


def test_saving_the_form_of_the_site_unchanged(clients, site, recorded):
    clients("classic").edit("")
    recorded()
    clients("classic").edit("")
    assert recorded() == []


def test_an_edit_of_the_site_that_names_nothing(site, recorded):
    site.title = "Our Garden"
    modified(site)
    assert recorded() == of_site("edited", "Our Garden", fields=("title",))


def test_the_default_page_of_the_site(clients, site, add, recorded):
    add("welcome")
    recorded()
    clients("classic").set_default_page("", "welcome")
    assert recorded() == of_site("edited", fields=("default_page",))


def test_adding_and_removing_at_the_top_is_no_edit_of_the_site(client, site, recorded):
    client.add_page("", "Fence")
    [created] = recorded()
    assert [found["path"] for found in created["entries"]] == ["fence"]
    client.delete("fence")
    [removed] = recorded()
    assert [found["path"] for found in removed["entries"]] == ["fence"]


def test_changing_ones_own_data_is_no_edit_of_the_site(clients, site, recorded):
    clients("classic").change_own_data(fullname="Joan", email="joan@example.org")
    assert api.user.get(TEST_USER_ID).getProperty("fullname") == "Joan"
    assert recorded() == []


def test_changing_the_data_of_a_user_is_no_edit_of_the_site(clients, site, recorded):
    api.user.create("joan@example.org", "joan", "correct horse battery")
    recorded()
    clients("classic").change_user("joan", fullname="Joan", description="Gardener")
    assert api.user.get("joan").getProperty("fullname") == "Joan"
    assert recorded() == []


# Visibility.


@pytest.fixture
def shown(site):
    """Return what the user sees of the newest entry, below a path."""

    def shown(below=""):
        _, change_set = next(iter(getUtility(IActivityLog).older()))
        return Visibility().visible(change_set.entries, below)

    return shown


@pytest.fixture
def edited(site, recorded):
    site.title = "Our Garden"
    modified(site)
    recorded()
    site.title = "Their Garden"
    site.reindexObject()
    transaction.commit()


def test_the_site_is_shown_with_its_url_and_current_title(site, edited, shown):
    [entry] = shown()
    assert entry.url == site.absolute_url()
    assert (entry.path, entry.title, entry.portal_type) == (
        "",
        "Their Garden",
        "Plone Site",
    )
    assert not entry.is_gone


def test_the_site_is_not_in_the_activity_of_a_folder(edited, shown):
    assert shown("news") == [None]


def test_anonymous_users_see_the_site(edited, shown, configure):
    configure(audience="everybody")
    logout()
    assert [entry.path for entry in shown()] == [""]


@pytest.fixture
def closed(site, recorded):
    """A site that only members of the staff may view."""
    for permission in ("View", "Access contents information"):
        site.manage_permission(permission, ["Manager", "Reader"], acquire=False)
    site.reindexObject(["allowedRolesAndUsers"])
    api.user.create("joan@example.org", "joan", "correct horse battery")
    recorded()


def test_users_who_cannot_view_the_site_do_not_see_it(closed, site, edited, shown):
    assert [entry.path for entry in shown()] == [""]
    login(site, "joan")
    assert shown() == [None]
    logout()
    assert shown() == [None]
