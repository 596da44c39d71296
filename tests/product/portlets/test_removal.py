"""The removal of placed portlets. (test_setup has the places.)"""

from collective.appendonly.portlets import removal
from collective.appendonly.portlets.removal import remove_placed_portlets
from plone import api

import logging
import pytest
import transaction


@pytest.fixture
def folders(portal, place):
    """Three nested folders with a portlet each, and two portlets on the site."""
    place()
    place()
    folder = portal
    for name in ("a", "b", "c"):
        folder = api.content.create(folder, "Folder", name)
        place(folder)
    return portal


def test_number_of_removed_portlets(folders):
    assert remove_placed_portlets(folders) == 5
    assert remove_placed_portlets(folders) == 0


def test_progress_is_logged_and_changes_are_kept(folders, monkeypatch, caplog):
    transaction.commit()
    monkeypatch.setattr(removal, "_BATCH", 2)
    # Remove all unchanged objects from the cache each time.
    folders._p_jar._cache.cache_size = 0
    with caplog.at_level(logging.INFO, removal.__name__):
        assert remove_placed_portlets(folders) == 5
    transaction.commit()
    assert remove_placed_portlets(folders) == 0
    assert [
        record.getMessage()
        for record in caplog.records
        if record.name == removal.__name__
    ] == ["Searched 2 objects for portlets.", "Searched 4 objects for portlets."]


def test_site_without_version_repository(folders):
    folders.portal_historiesstorage.zvc_repo = None
    assert remove_placed_portlets(folders) == 5
