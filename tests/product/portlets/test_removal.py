"""Removing the portlets that were placed. (Where they may be: see test_setup.)"""

from collective.appendonly.portlets import removal
from collective.appendonly.portlets.removal import remove_placed_portlets
from plone import api

import logging
import pytest
import transaction


@pytest.fixture
def folders(portal, place):
    """Three folders in each other; a portlet in each, and two on the site."""
    place()
    place()
    folder = portal
    for name in ("a", "b", "c"):
        folder = api.content.create(folder, "Folder", name)
        place(folder)
    return portal


def test_it_counts_what_it_removes(folders):
    assert remove_placed_portlets(folders) == 5
    assert remove_placed_portlets(folders) == 0


def test_a_large_site_is_told_how_far_it_is_and_loses_nothing(
    folders, monkeypatch, caplog
):
    transaction.commit()
    monkeypatch.setattr(removal, "_MANY", 2)
    # All that is not changed is put out of the memory each time.
    folders._p_jar._cache.cache_size = 0
    with caplog.at_level(logging.INFO, removal.__name__):
        assert remove_placed_portlets(folders) == 5
    transaction.commit()
    assert remove_placed_portlets(folders) == 0
    assert [
        record.getMessage()
        for record in caplog.records
        if record.name == removal.__name__
    ] == ["Looked for portlets at 2 objects.", "Looked for portlets at 4 objects."]


def test_without_a_version_of_anything(folders):
    folders.portal_historiesstorage.zvc_repo = None
    assert remove_placed_portlets(folders) == 5
