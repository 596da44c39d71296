"""Transactions that touch many objects: the record of the stack stays small."""

from .expected import change
from .expected import entry
from .expected import only
from collective.appendonly import bulk
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.interfaces import Position
from ZODB.serialize import ObjectWriter
from zope.lifecycleevent import modified

import pytest
import transaction


pytestmark = pytest.mark.large


@pytest.fixture
def edit(site, add, recorded):
    """Edit that many pages in one transaction, and return their paths."""

    def edit(number):
        pages = {f"archive/{n:02}": add(f"archive/{n:02}") for n in range(number)}
        recorded()
        for page in pages.values():
            modified(page)
        return list(pages)

    return edit


@pytest.fixture
def newest(log):
    """Commit, and return the newest item of the stack."""

    def newest():
        transaction.commit()
        return next(iter(log.stack))[2]

    return newest


def edited(paths):
    return [entry("edited", path, path.rpartition("/")[2]) for path in paths]


def record_size(obj):
    return len(ObjectWriter(obj).serialize(obj))


def test_25_entries_are_kept_in_the_stack_itself(edit, newest):
    edit(25)
    assert isinstance(newest(), bytes)


def test_26_entries_are_kept_in_blocks(edit, newest):
    edit(26)
    item = newest()
    assert isinstance(item, BulkChangeSet)
    assert item.summary == {("edited", "Document"): 26}


def test_a_large_change_set_is_complete(edit, recorded):
    paths = edit(26)
    assert recorded() == only(*edited(paths))


@pytest.fixture
def small_blocks(monkeypatch):
    """Three entries make a large change set, two fill a block."""
    monkeypatch.setattr(bulk, "INLINE_ENTRIES", 2)
    monkeypatch.setattr(bulk, "BLOCK_ENTRIES", 2)


def test_a_large_change_set_is_read_in_parts(small_blocks, edit, recorded):
    paths = edit(5)
    # The conftest reads from new to old, and the parts of a change set in their order.
    parts = recorded()[::-1]
    assert parts == [
        change(*edited(paths[:2])),
        change(*edited(paths[2:4])),
        change(*edited(paths[4:])),
    ]


def test_the_parts_stand_at_positions_of_their_own(small_blocks, edit, newest, log):
    edit(5)
    newest()
    generation, index, _ = next(iter(log.stack))
    positions = [position for position, _ in log.older()][:3]
    assert positions == [Position(generation, index, block) for block in range(3)]


def test_blocks_hold_bytes_only(small_blocks, edit, newest):
    """A storage server, or a later version, needs no class of ours to read them."""
    edit(5)
    assert [type(block.data) for block in newest().blocks] == [bytes] * 3


def test_a_large_change_set_hardly_enlarges_the_record_of_the_stack(edit, newest, log):
    edit(26)
    before = record_size(log.stack)
    item = newest()
    assert isinstance(item, BulkChangeSet)
    assert record_size(log.stack) - before < 200
    # With its keys: an object and a word for each page, and some for all.
    assert record_size(item) < 600
