"""Change sets too large for the stack's record, and what their records look like."""

from collective.appendonly.bulk import BLOCK_ENTRIES
from collective.appendonly.bulk import blocks
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.bulk import encoded
from collective.appendonly.bulk import EntryBlock
from collective.appendonly.bulk import first_parts
from collective.appendonly.bulk import from_item
from collective.appendonly.bulk import INLINE_ENTRIES
from collective.appendonly.bulk import join
from collective.appendonly.bulk import rewrite
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.log import ActivityLog
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from ZODB.MappingStorage import DB

import pytest
import transaction


TIME = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)

GOLDEN_BLOCK = (
    b"\x80\x03ccollective.appendonly.bulk\nEntryBlock\nq\x00."
    b"\x80\x03}q\x01X\x04\x00\x00\x00dataq\x02"
    b'C\x1f1{"t":0,"a":null,"p":[],"e":[]}q\x03s.'
)
GOLDEN_BULK = (
    b"\x80\x03ccollective.appendonly.bulk\nBulkChangeSet\nq\x00."
    b"\x80\x03}q\x01(X\x07\x00\x00\x00summaryq\x02}q\x03X\x07\x00\x00\x00createdq\x04"
    b"X\x08\x00\x00\x00Documentq\x05\x86q\x06K\x1as"
    b"X\x06\x00\x00\x00blocksq\x07C\x08\x00\x00\x00\x00\x00\x00\x00\x02q\x08"
    b"ccollective.appendonly.bulk\nEntryBlock\nq\t\x86q\nQ\x85q\x0bu."
)
GOLDEN_LOG = (
    b"\x80\x03ccollective.appendonly.log\nActivityLog\nq\x00."
    b"\x80\x03}q\x01X\x05\x00\x00\x00epochq\x02X\x08\x00\x00\x000badcafeq\x03s."
)


def change_set(count, portal_type="Document"):
    return ChangeSet(
        TIME,
        "jane",
        tuple(
            Entry(
                actions=("created",),
                uid=f"{number:032x}",
                path=f"import/page-{number}",
                title=f"Page {number}",
                portal_type=portal_type,
                principals=("Anonymous",),
                actor="jane",
            )
            for number in range(count)
        ),
    )


def record(obj):
    """Return the record of *obj* as a storage has it."""
    database = DB()
    with database.transaction() as connection:
        connection.root()["obj"] = obj
    data, _ = database.storage.load(obj._p_oid)
    return data


@pytest.mark.parametrize("count", [1, INLINE_ENTRIES])
def test_up_to_25_entries_stay_in_the_stack_s_own_record(count):
    item = to_item(change_set(count))
    assert isinstance(item, bytes)
    assert list(from_item(item)) == [change_set(count)]


def test_more_entries_go_into_records_of_bounded_size():
    whole = change_set(1010)
    item = to_item(whole)
    assert isinstance(item, BulkChangeSet)
    assert item.summary == {("created", "Document"): 1010}
    parts = list(from_item(item))
    assert [len(part.entries) for part in parts] == [BLOCK_ENTRIES] * 10 + [10]
    assert {(part.time, part.actor) for part in parts} == {(TIME, "jane")}
    assert tuple(e for part in parts for e in part.entries) == whole.entries


def test_the_summary_counts_actions_and_types():
    pages, files = change_set(20), change_set(30, "File")
    both = ChangeSet(TIME, "jane", pages.entries + files.entries)
    assert to_item(both).summary == {
        ("created", "Document"): 20,
        ("created", "File"): 30,
    }


@pytest.mark.parametrize("count", [1, 25, 26, 100, 101, 1010])
def test_parts_are_joined_to_the_same_item(count):
    item = to_item(change_set(count))
    again = join(from_item(item))
    assert record(again) == record(item) if count > 25 else again == item
    assert list(from_item(again)) == list(from_item(item))


def test_parts_of_any_size_make_blocks_of_the_usual_size():
    whole = change_set(230)
    parts = [replace(whole, entries=whole.entries[n : n + 7]) for n in range(0, 230, 7)]
    assert list(from_item(join(parts))) == list(from_item(to_item(whole)))
    assert join(parts[:2]) == to_item(change_set(14))


def test_a_large_backfilled_change_set_stays_marked():
    item = to_item(replace(change_set(230), backfilled=True))
    assert [part.backfilled for part in from_item(item)] == [True] * 3


# Taking items apart


@pytest.fixture
def stored():
    """A large change set in a database, as a ghost."""
    connection = DB().open()
    connection.root()["item"] = item = to_item(change_set(1010))
    transaction.commit()
    connection.cacheMinimize()
    yield item
    transaction.abort()
    connection.close()


def in_memory(item):
    return [block._p_changed is not None for block in item.blocks]


def test_one_block_is_in_memory_at_a_time(stored):
    for data in encoded(stored):
        assert sum(in_memory(stored)) <= 1
        assert isinstance(data, bytes)
    assert not any(in_memory(stored))
    assert [block.data for block in blocks(stored)] == list(encoded(stored))
    assert stored._p_changed is None


def test_first_parts_skip_unreadable_items():
    items = [b"9 later", to_item(change_set(250)), b"", to_item(change_set(3))]
    found = list(first_parts(items))
    assert [len(part.entries) for part in found] == [BLOCK_ENTRIES, 3]
    with pytest.raises(UnknownFormat):
        next(from_item(items[0]))


def test_rewrite_writes_only_blocks_that_change(stored):
    before = list(encoded(stored))
    renamed = before[3].replace(b"jane", b"anne")

    def change(data):
        return renamed if data == before[3] else data

    assert rewrite(stored, change) is stored
    assert list(encoded(stored)) == [*before[:3], renamed, *before[4:]]
    transaction.commit()
    stored._p_activate()
    for block in stored.blocks:
        block._p_activate()
    written = [block._p_serial != stored._p_serial for block in stored.blocks]
    assert written == [number == 3 for number in range(11)]
    small = encode(change_set(1))
    assert rewrite(small, lambda data: data + b" ") == small + b" "


# Records outlive every version of this package. Should one of these tests fail, data in the
# databases of others can't be read any more: write a migration, and test it on this data.


def test_the_record_of_a_block_is_what_it_always_was():
    block = EntryBlock(b'1{"t":0,"a":null,"p":[],"e":[]}')
    assert record(block) == GOLDEN_BLOCK


def test_the_record_of_a_large_change_set_is_what_it_always_was():
    assert record(to_item(change_set(26))) == GOLDEN_BULK


def test_the_record_of_the_log_is_what_it_always_was():
    log = ActivityLog()
    log.epoch = "0badcafe"
    assert record(log) == GOLDEN_LOG
