"""A site that the first version wrote, opened with today's code.

On Plone 6.2 it is a site of Plone 6.1 as well, which waits for Plone's own upgrade.
"""

from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.interfaces import SETTINGS_PREFIX
from collective.appendonly.portlets.activity import PORTLET
from pathlib import Path
from tests.product import visits
from tests.product.zope_process import unpack_database
from tests.product.zope_process import Zope

import json
import pytest


pytestmark = pytest.mark.processes

HELD = json.loads((Path(__file__).parent / "first_version.json").read_text())


@pytest.fixture
def zope(tmp_path):
    with Zope(unpack_database("first_version", tmp_path)) as zope:
        yield zope


def with_keys_of_first_version(activity):
    """Remove the keys that the first version did not have, which must be None now."""
    keys = HELD[0]["entries"][0].keys()
    for change_set in activity:
        for entry in change_set["entries"]:
            for key in entry.keys() - keys:
                assert entry.pop(key) is None
    return activity


def test_the_log_is_read_as_it_was(zope):
    assert len(HELD) == 32
    assert with_keys_of_first_version(zope.call(visits.activity)) == HELD


def test_before_the_upgrade_edits_are_recorded_and_pages_shown(zope):
    zope.call(visits.retitle, "archive/page-02", "Pruning")
    newest, *before = zope.call(visits.activity)
    assert with_keys_of_first_version(before) == HELD
    [entry] = newest["entries"]
    assert newest["actor"] == "jane"
    assert (entry["actions"], entry["path"]) == (["edited"], "archive/page-02")
    for path in ("", "/archive", "/archive/page-02"):
        status, _ = zope.call(visits.get, path)
        assert status == 200, path
    status, text = zope.call(visits.get, "/@@activity")
    assert status == 200
    assert "Pruning" in text


def test_the_upgrade_in_the_add_ons_control_panel(zope):
    assert zope.call(visits.run_in_add_ons_control_panel, "upgrade")
    upgrade, *before = zope.call(visits.activity)
    assert with_keys_of_first_version(before) == HELD
    assert [entry["actions"] for entry in upgrade["entries"]] == [["addon_upgraded"]]
    upgraded = zope.call(visits.possessions)
    assert upgraded["records"] == {
        f"{SETTINGS_PREFIX}.{name}": IActivitySettings[name].default
        for name in IActivitySettings
    }
    assert [name for name, *_ in upgraded["portlets"]] == [PORTLET]
    assert [name for name, *_ in upgraded["user menu"]] == ["my-activity"]
    assert [name for name, *_ in upgraded["toolbar"]] == ["activity"]
    assert not zope.call(visits.run_in_add_ons_control_panel, "upgrade")

    # It has all that a site has in which the add-on is installed today.
    assert zope.call(visits.run_in_add_ons_control_panel, "uninstall")
    assert zope.call(visits.run_in_add_ons_control_panel, "install")
    assert zope.call(visits.possessions) == upgraded


def state(zope):
    return [
        zope.call(ask) for ask in (visits.possessions, visits.activity, visits.epoch)
    ]


def test_the_upgrade_begins_an_epoch_with_a_longer_key(zope):
    assert len(zope.call(visits.epoch)) == 8
    bookmark = zope.call(visits.older_address)
    status, _ = zope.call(visits.get, bookmark)
    assert status == 200
    assert zope.call(visits.run_in_add_ons_control_panel, "upgrade")
    assert len(zope.call(visits.epoch)) == 32
    status, text = zope.call(visits.get, bookmark)
    assert status == 400
    assert "an earlier log of this site that no longer exists" in " ".join(text.split())
    status, _ = zope.call(visits.get, zope.call(visits.older_address))
    assert status == 200


def test_running_the_upgrade_twice(zope):
    assert zope.call(visits.run_in_add_ons_control_panel, "upgrade")
    zope.call(visits.set_setting, "viewlet_lines", 3)
    zope.call(visits.retitle, "archive/page-02", "Pruning")
    upgraded = state(zope)
    zope.call(visits.run_all_upgrade_steps)
    assert state(zope) == upgraded
