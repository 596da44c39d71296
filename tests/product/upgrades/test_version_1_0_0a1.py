"""A database that 1.0.0a1 wrote: it opens, reads, verifies, and goes on recording.

On Plone 6.2 it is a site of Plone 6.1 as well, which waits for Plone's own upgrade.
"""

from collective.appendonly.entry import LOGIN_ACTIONS
from collective.appendonly.interfaces import SETTINGS_PREFIX
from pathlib import Path
from tests.product import visits
from tests.product.upgrades.version_1_0_0a1 import OLD_PAGES
from tests.product.upgrades.version_1_0_0a1 import SETTINGS
from tests.product.zope_process import configure
from tests.product.zope_process import run_program
from tests.product.zope_process import unpack_database
from tests.product.zope_process import Zope
from unittest.mock import Mock
from unittest.mock import patch
from ZODB.FileStorage import FileStorage
from zodbverify.verify import verify_record

import json
import pytest


pytestmark = pytest.mark.processes

HELD = json.loads((Path(__file__).parent / "version_1_0_0a1.json").read_text())
FEED = f"/@@activity-personal.atom?key={HELD['feed_key']}"
MAIN = "from collective.appendonly.commands.main import main; main()"


@pytest.fixture
def folder(tmp_path):
    return unpack_database("version_1_0_0a1", tmp_path)


@pytest.fixture
def verified(folder):
    """Run ``activitylog verify`` over the database; return its output."""

    def verified():
        options = ["--conf", configure(folder), "--site", "/Plone"]
        done = run_program(MAIN, *options, "verify")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return verified


def records(folder):
    storage = FileStorage(str(folder / "Data.fs"), read_only=True)
    following = None
    while True:
        oid, _, data, following = storage.record_iternext(following)
        yield oid, data
        if following is None:
            break
    storage.close()


def test_zodbverify_finds_no_class_missing(folder):
    results = [verify_record(oid, data) for oid, data in records(folder)]
    assert len(results) > 1000
    assert {message for success, message in results if not success} == set()


def test_it_opens_and_reads(folder):
    with Zope(folder) as zope:
        assert zope.call(visits.activity) == HELD["activity"]
        registry = zope.call(visits.possessions)["records"]
        assert SETTINGS == {
            name: registry[f"{SETTINGS_PREFIX}.{name}"] for name in SETTINGS
        }
        status, text = zope.call(visits.get, "/archive")
        assert status == 200
        assert "In the garden" in text, "the heading of the portlet"
        status, text = zope.call(visits.get, FEED, None)
        assert status == 200
        assert "bob added jane to a group" in text
        assert zope.call(stored) == {
            "subscriptions": [("daily", 1, True), ("weekly", 1, True)],
            "last maintenance": ("2026-11-02T08:00:00+00:00", True, 2),
            "last conflict test": ("2026-11-02T08:00:00+00:00", "merged"),
            "erasures": ["carl"],
        }


def stored(app):
    """Return what the site stores besides the log, by its parts."""
    from collective.appendonly.digests.subscriptions import all_keys
    from collective.appendonly.digests.subscriptions import find
    from collective.appendonly.operations.doctor.conflict_test import last_conflict_test
    from collective.appendonly.operations.maintenance import last_run
    from collective.appendonly.operations.maintenance.erasure_requests import (
        erasure_requests,
    )

    with visits.at_work(app, "admin") as site:
        subscriptions = [find(key) for key in all_keys()]
        run, test = last_run(site), last_conflict_test(site)
        return {
            "subscriptions": sorted(
                (each.frequency, len(each.record["secrets"]), each.own_changes)
                for each in subscriptions
            ),
            "last maintenance": (run.ended.isoformat(), run.went_well, run.report.sent),
            "last conflict test": (test.time.isoformat(), test.outcome.value),
            "erasures": [user_id for user_id, _ in erasure_requests()],
        }


def test_the_upgrade_keeps_the_settings(folder):
    with Zope(folder) as zope:
        assert zope.call(visits.run_in_add_ons_control_panel, "upgrade")
        registry = zope.call(visits.possessions)["records"]
        left_out = {"actions_left_out": LOGIN_ACTIONS, "types_left_out": ("Link",)}
        assert SETTINGS | left_out == {
            name: registry[f"{SETTINGS_PREFIX}.{name}"] for name in SETTINGS
        }
        assert registry[f"{SETTINGS_PREFIX}.viewlet_places"] == ("folders", "site")
        upgrade, *before = zope.call(visits.activity)
        assert before == HELD["activity"]
        [entry] = upgrade["entries"]
        assert (entry["actions"], entry["title"]) == (
            ["addon_upgraded"],
            visits.PACKAGE,
        )


def test_it_has_all_that_a_new_site_has(folder):
    with Zope(folder) as zope:
        assert zope.call(visits.run_in_add_ons_control_panel, "upgrade")
        upgraded = zope.call(visits.possessions)
        assert zope.call(visits.run_in_add_ons_control_panel, "uninstall")
        assert zope.call(visits.run_in_add_ons_control_panel, "install")
        new = zope.call(visits.possessions)
        assert upgraded.pop("records").keys() == new.pop("records").keys()
        assert set(upgraded.pop("annotations")) > set(new.pop("annotations"))
        assert upgraded == new


def test_it_verifies_and_goes_on(folder, verified):
    held = "43 change sets with 100 entries"
    assert verified() == f"No problems found in {held}, and 2 structures.\n"
    with Zope(folder) as zope:
        zope.call(visits.retitle, "archive/page-02", "Pruning")
        newest, *before = zope.call(visits.activity)
        assert before == HELD["activity"]
        [entry] = newest["entries"]
        assert (newest["actor"], entry["actions"]) == ("jane", ["edited"])
        assert entry["version"] == entry["version_before"] + 1

        # Another Zope may still run 1.0.0a1, which could not push onto a stack with replaced items.
        with pytest.raises(AssertionError, match="The site needs an upgrade"):
            zope.call(maintain)
        assert zope.call(stored)["erasures"] == ["carl"]
        assert zope.call(visits.run_in_add_ons_control_panel, "upgrade")
        report = zope.call(maintain)
        assert (report["people"], report["sent"], report["failed"]) == (1, 0, ())
        assert "carl" not in json.dumps(zope.call(visits.activity))
        assert zope.call(stored)["erasures"] == []

        assert zope.call(finish_backfill) == (len(OLD_PAGES), 0)
        activity = zope.call(visits.activity)
        assert len(activity) == len(HELD["activity"]) + 2 + len(OLD_PAGES)
        assert [
            change_set["entries"][0]["path"] for change_set in activity[:-7:-1]
        ] == list(OLD_PAGES)
    assert verified().startswith("No problems found in ")


def finish_backfill(app):
    from collective.appendonly.operations.backfill import backfill

    return tuple(backfill(app["Plone"]))


def maintain(app):
    from collective.appendonly.operations.maintenance import maintain
    from Products.MailHost.MailHost import MailBase

    with patch.object(MailBase, "_makeMailer", Mock()):
        return maintain(app["Plone"])._asdict()
