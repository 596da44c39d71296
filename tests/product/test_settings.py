"""Reading the settings never fails."""

from collective.appendonly.entry import LOGIN_ACTIONS
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.settings import activity_settings
from collective.appendonly.settings import has_all_settings
from collective.appendonly.upgrades import to_1006
from plone.app.testing import applyProfile
from plone.registry import field
from plone.registry import Record
from plone.registry.interfaces import IRegistry
from zope.component.hooks import setSite

import pytest
import transaction


DEFAULTS = {name: IActivitySettings[name].default for name in IActivitySettings}


def as_read():
    settings = activity_settings()
    return {name: getattr(settings, name) for name in IActivitySettings}


def test_a_new_site_has_the_defaults(portal):
    assert as_read() == DEFAULTS


def test_what_was_set_is_read(portal, configure):
    configure(viewlet_lines=3, paths_left_out=("/news",))
    assert as_read() == DEFAULTS | {"viewlet_lines": 3, "paths_left_out": ("/news",)}


def test_what_was_read_before_does_not_grow_old(portal, configure):
    settings = activity_settings()
    assert settings.viewlet_lines == 8
    configure(viewlet_lines=3)
    assert settings.viewlet_lines == 3


def test_without_a_site_there_are_the_defaults(portal, configure):
    configure(viewlet_lines=3)
    setSite(None)
    assert as_read() == DEFAULTS


def test_without_a_registry_too(portal, configure):
    configure(viewlet_lines=3)
    portal.getSiteManager().unregisterUtility(portal.portal_registry, IRegistry)
    assert as_read() == DEFAULTS


@pytest.mark.parametrize("name", sorted(IActivitySettings))
def test_a_record_that_is_missing(portal, configure, name):
    configure(window_layers=4, window_length=32)
    del portal.portal_registry.records[f"{SETTINGS_PREFIX}.{name}"]
    others = {"window_layers": 4, "window_length": 32}
    assert as_read() == DEFAULTS | others | {name: DEFAULTS[name]}


@pytest.mark.parametrize("name", sorted(IActivitySettings))
def test_a_record_without_a_value(portal, name):
    portal.portal_registry.records._values[f"{SETTINGS_PREFIX}.{name}"] = None
    assert as_read() == DEFAULTS


def test_a_setting_that_is_none(portal):
    with pytest.raises(AttributeError, match="window_size"):
        activity_settings().window_size  # noqa: B018


PROFILE = "collective.appendonly:default"
SETS = {
    "actions_left_out": {"removed", "edited", "downloaded"},
    "types_left_out": {"Martian", "File"},
    "viewlet_places": set(),
}


@pytest.fixture
def version_1004(portal, configure):
    """A site with the profile of version 1004, in which some settings were sets."""
    configure(viewlet_lines=3, users_left_out=("robot",))
    for name, value in SETS.items():
        record = Record(field.Set(value_type=field.TextLine(), required=False), value)
        portal.portal_registry.records[f"{SETTINGS_PREFIX}.{name}"] = record
    del portal.portal_registry.records[f"{SETTINGS_PREFIX}.days_logins_kept"]
    portal.portal_setup.setLastVersionForProfile(PROFILE, "1004")
    transaction.commit()


UPGRADED = DEFAULTS | {
    "actions_left_out": ("downloaded", "edited", "removed", *LOGIN_ACTIONS),
    "types_left_out": ("File", "Martian"),
    "viewlet_places": (),
    "viewlet_lines": 3,
    "users_left_out": ("robot",),
}


def test_a_site_with_sets_is_read_but_not_changed_before_its_upgrade(version_1004):
    assert as_read() == UPGRADED | SETS
    assert not has_all_settings()


@pytest.mark.site_actions
def test_a_site_records_no_logins_before_its_upgrade(version_1004):
    excluded = SETS["actions_left_out"] | {*LOGIN_ACTIONS}
    assert activity_settings().excluded_actions == excluded


@pytest.mark.site_actions
def test_after_the_upgrade_logins_can_be_recorded(version_1004, portal, configure):
    portal.portal_setup.upgradeProfile(PROFILE)
    configure(actions_left_out=("edited",))
    assert activity_settings().excluded_actions == {"edited"}
    # Running the steps again changes nothing.
    to_1006(portal.portal_setup)
    assert activity_settings().excluded_actions == {"edited"}


def test_the_upgrade_makes_sets_tuples_and_keeps_their_values(version_1004, portal):
    portal.portal_setup.upgradeProfile(PROFILE)
    assert as_read() == UPGRADED
    assert has_all_settings()
    assert portal.portal_setup.getLastVersionForProfile(PROFILE) == ("1007",)
    portal.portal_registry[f"{SETTINGS_PREFIX}.viewlet_places"] = ("pages",)


def test_importing_the_profile_again_keeps_the_values(version_1004, portal):
    portal.portal_setup.upgradeProfile(PROFILE)
    applyProfile(portal, PROFILE)
    assert as_read() == UPGRADED
