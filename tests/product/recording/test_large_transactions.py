"""Transactions with very many objects: the stack stays small, and readers see one line.

``PAGES=10000`` imports, moves, copies and removes that many. It takes its time.
"""

from .expected import folder
from .expected import only
from .expected import PRIVATE
from .expected import PUBLIC
from .layer import NEWS
from collective.appendonly.bulk import BLOCK_ENTRIES
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.structures.check import check
from plone import api
from plone.dexterity.utils import addContentToContainer
from plone.dexterity.utils import createContent
from tests.product.layers import database_of
from tests.product.layers import site_with
from ZODB.serialize import ObjectWriter

import os
import pytest
import transaction


pytestmark = pytest.mark.large

PAGES = int(os.environ.get("PAGES", 300))


def record_size(obj):
    return len(ObjectWriter(obj).serialize(obj))


def import_pages(container, count):
    """Add pages as an importer does: without forms, without checks of permissions."""
    for number in range(count):
        page = createContent("Document", id=f"page-{number:05}", title=f"Page {number}")
        addContentToContainer(container, page, checkConstraints=False)


def fill_folder(portal):
    """Import many pages to the folder ``news``, in one transaction."""
    import_pages(portal["news"], PAGES)


functional = database_of(site_with(fill_folder, NEWS))


@pytest.fixture
def full_folder(site):
    return site["news"]


@pytest.fixture
def newest(log):
    """Return the newest item of the stack."""
    return lambda: next(iter(log.stack))[2]


def test_importing_pages_adds_one_small_item_to_the_stack(site, log, newest):
    before = len(log), record_size(log.stack)
    import_pages(site["archive"], PAGES)
    transaction.commit()
    assert len(log) == before[0] + 1
    assert record_size(log.stack) - before[1] < 200
    item = newest()
    assert isinstance(item, BulkChangeSet)
    assert item.summary == {("created", "Document"): PAGES}
    assert len(item.blocks) == PAGES / BLOCK_ENTRIES
    # Each page has a UID and a number in its title, and shares all other keys.
    assert len(item.keys) < 4 * (2 * PAGES + 20)
    references = len(item.blocks) + len(item.index)
    assert record_size(item) < 300 + len(item.keys) + 30 * references
    paths = [entry.path for _, change in log.older() for entry in change.entries]
    assert paths[:PAGES] == [f"archive/page-{n:05}" for n in range(PAGES)]
    check(log.stack, log.archive)


def test_removing_a_full_folder(full_folder, site, recorded, newest):
    api.content.delete(full_folder, check_linkintegrity=False)
    assert recorded() == only(folder("removed", "news", descendants=PAGES + 1))
    assert isinstance(newest(), bytes)


def test_moving_a_full_folder(full_folder, site, recorded, newest):
    api.content.move(full_folder, site["archive"])
    assert recorded() == only(
        folder("moved", "archive/news", source="news", descendants=PAGES + 1)
    )
    assert isinstance(newest(), bytes)


def test_copying_a_full_folder(full_folder, site, recorded, newest):
    api.content.copy(full_folder, site["archive"])
    assert recorded() == only(
        folder("copied", "archive/news", source="news", descendants=PAGES + 1)
    )
    assert isinstance(newest(), bytes)


def test_removing_a_folder_whose_pages_different_people_see(full_folder, recorded):
    for number in range(10):
        api.content.transition(full_folder[f"page-{number:05}"], "publish")
    recorded()
    api.content.delete(full_folder, check_linkintegrity=False)
    [change_set] = recorded()
    [found] = change_set["entries"]
    seen_by = {who: count for count, who in found["descendants"]}
    assert seen_by == {PUBLIC: 10, PRIVATE: PAGES - 9}
