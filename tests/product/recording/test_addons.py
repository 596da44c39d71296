"""Add-ons that are installed, uninstalled and upgraded, in all ways in which they can be."""

from .expected import entry
from .expected import only
from collective.appendonly.entry import ADDON
from collective.appendonly.recording.sources.writes import process_starts
from collective.appendonly.recording.sources.writes import SCRIPTS
from lxml import html
from plone import api
from Products.GenericSetup.tool import SetupTool
from urllib.parse import urlencode

import pytest
import transaction


pytestmark = pytest.mark.site_actions

SESSION = "plone.session"


@pytest.fixture
def setup(site):
    return site.portal_setup


@pytest.fixture
def script():
    """Make the thread of the test one in which a script runs."""
    process_starts(None)
    yield
    transaction.manager.unregisterSynch(SCRIPTS)


def about(action, name, old, new, **others):
    values = {"version": [old, new]}
    return entry(
        f"addon_{action}", "", name, ADDON, ("Manager",), values=values, **others
    )


def by_python(clients, do, name):
    getattr(api.addon, do)(name)


def by_rest(clients, do, name):
    rest = clients("rest")
    transaction.commit()
    headers = {
        "Accept": "application/json",
        "Authorization": rest.credentials,
        # Without it, the answer is one that webtest rejects.
        "Prefer": "return=representation",
    }
    url = f"{rest.url('')}/@addons/{name}/{do}"
    rest.browser.testapp.post_json(url, {}, headers=headers)


def by_form(clients, do, name):
    classic = clients("classic")
    classic.open("", "prefs_install_products_form")
    [form] = [
        form
        for form in html.fromstring(classic.browser.contents).forms
        if form.action.endswith(f"{do}_products") and name in form.fields.values()
    ]
    url = f"{classic.url('')}/{do}_products"
    classic.browser.post(url, urlencode(form.form_values()))


DOORS = [by_python, by_rest, by_form]


@pytest.mark.parametrize("door", DOORS)
def test_installing_and_uninstalling(clients, door, setup, recorded):
    """Its profile changes settings, which have no entries of their own."""
    door(clients, "install", SESSION)
    version = ".".join(setup.getLastVersionForProfile(f"{SESSION}:default"))
    assert recorded() == only(about("installed", SESSION, None, version))
    door(clients, "uninstall", SESSION)
    assert recorded() == only(about("uninstalled", SESSION, version, None))


def test_installing_what_is_installed_or_unknown(clients, recorded):
    by_rest(clients, "install", SESSION)
    recorded()
    by_rest(clients, "install", SESSION)
    by_rest(clients, "install", "garden.gnomes")
    assert recorded() == []


@pytest.mark.parametrize("door", [by_rest, by_form])
def test_upgrading(clients, door, setup, recorded):
    name = "collective.appendonly"
    latest = ".".join(setup.getLastVersionForProfile(f"{name}:default"))
    setup.setLastVersionForProfile(f"{name}:default", "1005")
    recorded()
    door(clients, "upgrade", name)
    assert recorded() == only(about("upgraded", name, "1005", latest))


def test_an_upgrade_step_in_python(script, setup, recorded):
    """There is no event at all."""
    old = ".".join(setup.getLastVersionForProfile("plone.app.discussion:default"))
    setup.setLastVersionForProfile("plone.app.discussion:default", "3002")
    assert recorded() == only(about("upgraded", "plone.app.discussion", old, "3002"))


def test_an_upgrade_changes_settings(script, setup, recorded):
    old = ".".join(setup.getLastVersionForProfile("plone.app.discussion:default"))
    api.portal.set_registry_record("plone.site_title", "Garden of an add-on")
    setup.setLastVersionForProfile("plone.app.discussion:default", "3002")
    assert recorded() == only(about("upgraded", "plone.app.discussion", old, "3002"))


def test_an_upgrade_of_plone(script, setup, recorded):
    """Others that the control panel hides are upgraded with it."""
    plone = "Products.CMFPlone"
    old = ".".join(setup.getLastVersionForProfile(f"{plone}:plone"))
    setup.setLastVersionForProfile("Products.CMFPlone:dependencies", "9999")
    setup.setLastVersionForProfile(f"{plone}:plone", "9999")
    assert recorded() == only(about("upgraded", plone, old, "9999"))


def test_what_is_hidden_has_no_entry_nor_have_its_settings(script, setup, recorded):
    setup.setLastVersionForProfile("Products.CMFPlone:dependencies", "9999")
    api.portal.set_registry_record("plone.site_title", "Garden of an add-on")
    assert recorded() == []


@pytest.fixture
def needs(monkeypatch):
    """Set which profiles a profile needs."""
    chain = SetupTool.getProfileDependencyChain
    needed = {}

    def chain_with_needed(self, profile, seen=None):
        return [*needed.get(profile, ()), *chain(self, profile, seen)]

    monkeypatch.setattr(SetupTool, "getProfileDependencyChain", chain_with_needed)
    return needed


def test_an_add_on_with_others_that_it_needs_has_one_entry(
    script, setup, needs, recorded
):
    setup.unsetLastVersionForProfile("plone.app.iterate:default")
    recorded()
    needs["profile-plone.session:default"] = ["profile-plone.app.iterate:default"]
    setup.setLastVersionForProfile("plone.app.iterate:default", "1002")
    setup.setLastVersionForProfile("plone.session:default", "1003")
    assert recorded() == only(
        about(
            "installed",
            SESSION,
            None,
            "1003",
            details={"dependencies": ["plone.app.iterate"]},
        )
    )


def test_two_add_ons_at_once(script, setup, recorded):
    setup.unsetLastVersionForProfile("plone.app.iterate:default")
    setup.setLastVersionForProfile("plone.session:default", "1003")
    assert recorded() == only(
        about("uninstalled", "plone.app.iterate", "1002", None),
        about("installed", SESSION, None, "1003"),
    )


def test_an_add_on_that_comes_and_goes(script, setup, recorded):
    setup.setLastVersionForProfile("plone.session:default", "1003")
    setup.unsetLastVersionForProfile("plone.session:default")
    assert recorded() == []


def test_excluded(script, setup, left_out, recorded):
    """What its profile changes is not recorded either."""
    left_out("addon_upgraded")
    recorded()
    api.portal.set_registry_record("plone.site_title", "Garden of an add-on")
    setup.setLastVersionForProfile("plone.app.discussion:default", "3002")
    assert recorded() == []


def test_the_log_of_a_site_begins_empty(site, recorded):
    """Or it could not be filled from the catalog."""
    api.addon.uninstall("collective.appendonly")
    transaction.commit()
    api.addon.install("collective.appendonly")
    api.portal.set_registry_record("plone.site_title", "Our Garden")
    transaction.commit()
    assert len(api.portal.get_tool("portal_activity")) == 0
