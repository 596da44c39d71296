"""Change sets too large for the stack's record, and what their records look like."""

from array import array
from collective.appendonly.bulk import BLOCK_ENTRIES
from collective.appendonly.bulk import BLOCK_TEXT
from collective.appendonly.bulk import blocks
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.bulk import contents_of
from collective.appendonly.bulk import encoded
from collective.appendonly.bulk import EntryBlock
from collective.appendonly.bulk import first_parts
from collective.appendonly.bulk import from_item
from collective.appendonly.bulk import INLINE_BYTES
from collective.appendonly.bulk import INLINE_ENTRIES
from collective.appendonly.bulk import join
from collective.appendonly.bulk import make_known
from collective.appendonly.bulk import parts_with
from collective.appendonly.bulk import read_part
from collective.appendonly.bulk import rewrite
from collective.appendonly.bulk import to_item
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import plain_text
from collective.appendonly.entry import to_milliseconds
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.keys import within_bounds
from collective.appendonly.log import ActivityLog
from dataclasses import replace
from datetime import datetime
from datetime import timezone
from hypothesis import given
from hypothesis import strategies as st
from io import BytesIO
from random import Random
from ZODB.MappingStorage import DB
from ZODB.POSException import ReadConflictError

import pickle
import pytest
import re
import transaction


TIME = datetime(2026, 11, 23, 9, 30, tzinfo=timezone.utc)

GOLDEN_BLOCK = (
    b"\x80\x03ccollective.appendonly.bulk\nEntryBlock\nq\x00."
    b"\x80\x03}q\x01X\x04\x00\x00\x00dataq\x02"
    b'C\x1f1{"t":0,"a":null,"p":[],"e":[]}q\x03s.'
)
# As version 1.0.0a1 wrote it.
GOLDEN_BULK_WITHOUT_TIME = (
    b"\x80\x03ccollective.appendonly.bulk\nBulkChangeSet\nq\x00."
    b"\x80\x03}q\x01(X\x07\x00\x00\x00summaryq\x02}q\x03X\x07\x00\x00\x00createdq\x04"
    b"X\x08\x00\x00\x00Documentq\x05\x86q\x06K\x1as"
    b"X\x06\x00\x00\x00blocksq\x07C\x08\x00\x00\x00\x00\x00\x00\x00\x02q\x08"
    b"ccollective.appendonly.bulk\nEntryBlock\nq\t\x86q\nQ\x85q\x0bu."
)
GOLDEN_BULK = GOLDEN_BULK_WITHOUT_TIME[:-2] + (
    b"X\x04\x00\x00\x00timeq\x0c\x8a\x06\xc0\xa9\xbd\x07\xa2\x01u."
)
GOLDEN_BULK_WITH_KEYS = GOLDEN_BULK[:-2] + (
    b"X\x04\x00\x00\x00keysq\rC\x08\x02\x00\x00\x00\x01\x02\x00\x00q\x0e"
    b"X\x05\x00\x00\x00indexq\x0f\x8a\x05\x00\x00\x00\x00\x02"
    b"C\x08\x00\x00\x00\x00\x00\x00\x00\x03q\x10"
    b"ccollective.appendonly.bulk\nBlockKeys\nq\x11\x86q\x12Q\x86q\x13\x85q\x14u."
)
# The keys 2 and 513 of block 0.
GOLDEN_KEYS = (
    b"\x80\x03ccollective.appendonly.bulk\nBlockKeys\nq\x00."
    b"\x80\x03}q\x01X\x05\x00\x00\x00pairsq\x02C\x10"
    b"\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x01\x02\x00\x00q\x03s."
)
# As version 1.0.0a1 wrote it.
GOLDEN_LOG_WITHOUT_SECRET = (
    b"\x80\x03ccollective.appendonly.log\nActivityLog\nq\x00."
    b"\x80\x03}q\x01X\x05\x00\x00\x00epochq\x02X\x08\x00\x00\x000badcafeq\x03s."
)
GOLDEN_LOG = (
    b"\x80\x03ccollective.appendonly.log\nActivityLog\nq\x00."
    b"\x80\x03}q\x01(X\x05\x00\x00\x00epochq\x02X\x08\x00\x00\x000badcafeq\x03"
    b"X\x06\x00\x00\x00secretq\x04X\x08\x00\x00\x00deadbeefq\x05u."
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


def from_record(data):
    """Return the object in a record. Other objects are the names of their classes."""
    unpickler = pickle.Unpickler(BytesIO(data))
    unpickler.persistent_load = lambda reference: reference[1].__name__
    cls = unpickler.load()
    obj = cls.__new__(cls)
    obj.__setstate__(unpickler.load())
    return obj


def text(number, length):
    """Return a text that cannot be deflated to a few bytes, for each *number* another one."""
    return "".join(Random(number).choices("abcdefghijklmnopqrstuvwxyz ", k=length))


@pytest.mark.parametrize("count", [1, INLINE_ENTRIES])
def test_up_to_25_entries_stay_in_the_stack_s_own_record(count):
    item = to_item(change_set(count), Numbers())
    assert isinstance(item, bytes)
    assert list(from_item(item)) == [change_set(count)]


def commented(*lengths):
    """Return a change set of entries with comments of these lengths."""
    entries = change_set(len(lengths)).entries
    return ChangeSet(
        TIME,
        "jane",
        tuple(
            replace(entry, comment=text(number, length))
            for number, (entry, length) in enumerate(zip(entries, lengths, strict=True))
        ),
    )


@pytest.mark.parametrize("count", range(1, 9))
def test_so_do_entries_that_take_few_bytes(count):
    whole = commented(*[1000] * count)
    item = to_item(whole, Numbers())
    assert isinstance(item, bytes) == (len(encode(whole)) <= INLINE_BYTES)
    assert list(from_item(item)) == [whole]
    assert isinstance(to_item(commented(1000), Numbers()), bytes)
    assert isinstance(to_item(commented(*[1000] * 8), Numbers()), BulkChangeSet)


@pytest.mark.parametrize("count", [1, 26, 230])
def test_items_of_a_log_without_keys_are_those_that_1_0_0a1_reads(count):
    whole = change_set(count)
    before, after = to_item(whole), to_item(whole, Numbers())
    for formats, item in (b"1", before), (b"2", after):
        assert {data[:1] for data in encoded(item)} == {formats}
    assert list(map(plain_text, encoded(before))) == list(
        map(plain_text, encoded(after))
    )
    assert list(encoded(join(from_item(after)))) == list(encoded(before))


def test_a_single_entry_may_be_a_block(readers=1000):
    [entry] = change_set(1).entries
    names = tuple(sorted(f"user:{text(number, 20)}" for number in range(readers)))
    whole = ChangeSet(TIME, "jane", (replace(entry, principals=names),))
    item = to_item(whole)
    assert item.summary == {("created", "Document"): 1}
    assert list(from_item(item)) == [whole]
    assert len(record(item)) < 300


def test_more_entries_go_into_records_of_bounded_size():
    whole = change_set(1010)
    item = to_item(whole)
    assert isinstance(item, BulkChangeSet)
    assert item.summary == {("created", "Document"): 1010}
    parts = list(from_item(item))
    assert [len(part.entries) for part in parts] == [BLOCK_ENTRIES] * 10 + [10]
    assert {(part.time, part.actor) for part in parts} == {(TIME, "jane")}
    assert tuple(e for part in parts for e in part.entries) == whole.entries


def test_blocks_are_of_bounded_length_whatever_their_entries_hold():
    whole = commented(*[2000] * 150)
    parts = list(from_item(to_item(whole)))
    assert tuple(entry for part in parts for entry in part.entries) == whole.entries
    lengths = [len(plain_text(encode(part))) for part in parts]
    assert max(lengths) < BLOCK_TEXT + 2 * 2500
    assert min(lengths[:-1]) > BLOCK_TEXT - 2500


def seen_by(count, names_of):
    """Return a change set of entries, each with the principals that *names_of* its number."""
    return ChangeSet(
        TIME,
        "jane",
        tuple(
            replace(entry, principals=names_of(number))
            for number, entry in enumerate(change_set(count).entries)
        ),
    )


def test_principals_that_entries_share_make_no_more_blocks():
    names = tuple(f"user:{number:05}" for number in range(10_000))
    whole = seen_by(230, lambda number: names)
    parts = list(from_item(to_item(whole)))
    assert [len(part.entries) for part in parts] == [100, 100, 30]
    assert tuple(entry for part in parts for entry in part.entries) == whole.entries


def test_principals_that_entries_do_not_share_make_more_blocks():
    def names(number):
        return tuple(f"user:{number:03}-{reader:05}" for reader in range(10_000))

    whole = seen_by(30, names)
    parts = list(from_item(to_item(whole)))
    assert [len(part.entries) for part in parts] == [1] * 30
    assert tuple(entry for part in parts for entry in part.entries) == whole.entries


def test_the_summary_counts_actions_and_types():
    pages, files = change_set(20), change_set(30, "File")
    both = ChangeSet(TIME, "jane", pages.entries + files.entries)
    assert to_item(both).summary == {
        ("created", "Document"): 20,
        ("created", "File"): 30,
    }


@pytest.mark.parametrize("count", [1, 25, 26, 100, 101, 1010])
def test_parts_are_joined_to_the_same_item(count):
    item = to_item(change_set(count), Numbers())
    again = join(from_item(item), Numbers())
    assert record(again) == record(item) if count > 25 else again == item
    assert list(from_item(again)) == list(from_item(item))


def test_parts_of_any_size_make_blocks_of_the_usual_size():
    whole = change_set(230)
    parts = [replace(whole, entries=whole.entries[n : n + 7]) for n in range(0, 230, 7)]
    assert list(from_item(join(parts))) == list(from_item(to_item(whole)))
    assert join(parts[:2], Numbers()) == to_item(change_set(14), Numbers())


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


@pytest.mark.parametrize("number", [0, 4, 10])
def test_a_part_is_read_without_the_others(stored, number):
    everything = list(from_item(stored))
    assert read_part(stored, number) == everything[number]
    assert not any(in_memory(stored))


def test_a_change_set_that_is_bytes_has_one_part():
    item = to_item(change_set(3))
    assert list(parts_with(item)) == [0]
    assert read_part(item, 0) == change_set(3)


def lost(stored):
    """Return a large change set whose record is not in the database."""
    jar = stored._p_jar
    transaction.commit()
    gone = BulkChangeSet.__new__(BulkChangeSet)
    gone._p_jar, gone._p_oid, gone._p_changed = jar, b"\x07" * 8, None
    return gone


def test_whatever_is_damaged_is_reported_in_the_same_way(stored):
    with pytest.raises(UnknownFormat, match="A record is damaged: POSKeyError: "):
        parts_with(lost(stored))
    with pytest.raises(UnknownFormat, match="A record is damaged: POSKeyError: "):
        read_part(lost(stored), 0)
    with pytest.raises(UnknownFormat, match="A record is damaged: IndexError: "):
        read_part(stored, 11)
    with pytest.raises(UnknownFormat, match="A record is damaged: AttributeError: "):
        parts_with(("not", "an", "item"))
    with pytest.raises(UnknownFormat, match="A record is damaged: AttributeError: "):
        read_part(7, 0)
    for item in lost(stored), 7, b"3 later":
        with pytest.raises(UnknownFormat):
            contents_of([to_item(change_set(1)), item], Numbers())


def test_a_conflict_is_no_damage(stored, monkeypatch):
    def setstate(obj):
        raise ReadConflictError(object=obj)

    monkeypatch.setattr(stored._p_jar, "setstate", setstate)
    with pytest.raises(ReadConflictError):
        parts_with(stored)
    with pytest.raises(ReadConflictError):
        read_part(stored, 0)


def test_first_parts_skip_unreadable_items():
    items = [b"9 later", to_item(change_set(250)), b"", None, to_item(change_set(3))]
    found = list(first_parts(items))
    assert [len(part.entries) for part in found] == [BLOCK_ENTRIES, 3]
    with pytest.raises(UnknownFormat):
        next(from_item(items[0]))


def test_rewrite_writes_only_blocks_that_change(stored):
    before = list(encoded(stored))
    renamed = encode(replace(change_set(100), actor="anne"))

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


# Keys


class Numbers:
    """Keys for tests: of each entry its number and 1000, of all entries some more."""

    def __init__(self, shared=(7, 2**32 - 1)):
        self.shared = shared

    def of(self, part):
        return {*self.shared, *(1000 + int(entry.uid, 16) for entry in part.entries)}


def index_of(item):
    """Return the keys of each block of *item*, as its pairs have them."""
    found = [set() for _ in item.blocks]
    for pair in item.pairs():
        found[pair & 0xFFFFFFFF].add(pair >> 32)
    return found


def keys_of(item):
    return list(array("I", item.keys))


def as_computed(item):
    return [Numbers().of(part) for part in from_item(item)]


def test_blocks_are_found_by_their_keys():
    item = to_item(change_set(1010), Numbers())
    assert parts_with(item, [[1000]]) == [0]
    assert parts_with(item, [[1099], [7]]) == [0]
    assert parts_with(item, [[1100, 2009]]) == [1, 10]
    assert parts_with(item, [[1100], [2009]]) == []
    assert parts_with(item, [[2**32 - 1]]) == list(range(11))
    assert parts_with(item, [[2010]]) == parts_with(item, [[]]) == []
    assert list(parts_with(item, [])) == list(range(11))
    assert index_of(item) == as_computed(item)


def test_joined_parts_have_keys_too():
    item = join(from_item(to_item(change_set(1010))), Numbers())
    assert index_of(item) == as_computed(item)


def test_blocks_are_found_by_their_time():
    item, time = to_item(change_set(230)), to_milliseconds(TIME)
    for since in None, time - 1, time:
        for until in None, time, time + 1:
            assert list(parts_with(item, None, since, until)) == [0, 1, 2]
    assert list(parts_with(item, None, time + 1, None)) == []
    assert list(parts_with(item, [], None, time - 1)) == []
    del item.time
    assert list(parts_with(item, None, time + 1, time - 1)) == [0, 1, 2]


def test_without_keys_all_blocks_are_looked_into():
    item = to_item(change_set(230))
    assert (item.keys, item.index) == (None, None)
    assert list(parts_with(item, [[1000]])) == [0, 1, 2]
    assert list(parts_with(to_item(change_set(1), Numbers()), [[5]])) == [0]


def test_the_keys_of_the_whole_are_those_of_the_blocks():
    item = to_item(change_set(300), Numbers())
    assert keys_of(item) == [7, *range(1000, 1300), 2**32 - 1]
    small = to_item(change_set(2), Numbers())
    assert contents_of([item, small], Numbers()) == (
        {7, *range(1000, 1300), 2**32 - 1},
        [to_milliseconds(TIME)] * 2,
    )


def test_one_key_stands_for_many_of_a_kind():
    item = to_item(change_set(501), Numbers())
    # All numbers are keys of the kind 0.
    assert keys_of(item) == [0, 2**32 - 1]
    assert parts_with(item, [[1400]]) == [4]


def test_the_keys_of_others_are_not_known():
    for item in to_item(change_set(230)), from_record(GOLDEN_BULK_WITHOUT_TIME):
        with pytest.raises(
            UnknownFormat, match="^The keys of a large change set are not"
        ):
            contents_of([item], Numbers())


def test_keys_are_made_later(stored):
    made = to_item(change_set(1010), Numbers())
    del stored.time
    transaction.commit()
    make_known(stored, Numbers())
    assert not any(in_memory(stored))
    assert (stored.time, stored.keys, index_of(stored)) == (
        made.time,
        made.keys,
        index_of(made),
    )
    transaction.commit()
    make_known(stored, Numbers([5]))
    assert not stored._p_changed
    make_known(to_item(change_set(3)), Numbers())


def test_the_keys_of_damaged_blocks_cannot_be_made(stored):
    stored.blocks[3].data = b"3 later"
    transaction.commit()
    with pytest.raises(UnknownFormat, match="Upgrade"):
        make_known(stored, Numbers())
    assert stored.keys is None


keys = st.integers(0, 2**32 - 1) | st.integers(0, 9) | st.integers(2**32 - 9, 2**32 - 1)


@given(
    st.lists(st.sets(keys, max_size=9), min_size=1, max_size=9),
    st.lists(st.sets(keys, max_size=3), max_size=3),
)
def test_each_block_is_found_by_each_of_its_keys(keys, having):
    item = to_item(change_set(26))
    item.blocks = item.blocks * len(keys)
    item.set_pairs(
        key << 32 | number for number, some in enumerate(keys) for key in some
    )
    assert index_of(item) == keys
    expected = [
        number
        for number, of_block in enumerate(keys)
        if all(group & of_block for group in having)
    ]
    assert list(parts_with(item, having)) == expected
    assert set(keys_of(item)) == within_bounds(set().union(*keys))


def test_few_records_are_loaded_to_find_a_block(stored):
    many = [{7, *range(1000 * number, 1000 * number + 1000)} for number in range(11)]
    stored.set_pairs(
        key << 32 | number for number, some in enumerate(many) for key in some
    )
    transaction.commit()
    jar = stored._p_jar
    for key, expected in [(0, [0]), (7, list(range(11))), (4096, [4]), (10_999, [10])]:
        jar.cacheMinimize()
        jar.getTransferCounts(clear=True)
        assert parts_with(stored, [[key]]) == expected
        # The large change set, and one or two of its three records of keys.
        assert jar.getTransferCounts()[0] <= 3
    assert not any(in_memory(stored))


def test_a_rewritten_block_gets_other_keys(stored):
    make_known(stored, Numbers())
    transaction.commit()
    rewrite(stored, lambda data: data, Numbers())
    assert not stored._p_changed
    after, before = encode(change_set(3)), list(encoded(stored))
    rewrite(stored, lambda data: after if data == before[4] else data, Numbers())
    assert index_of(stored) == as_computed(stored)
    assert parts_with(stored, [[1450]]) == []
    assert parts_with(stored, [[1001]]) == [0, 4]


def test_without_new_keys_they_are_not_known_after_a_change(stored):
    make_known(stored, Numbers())
    transaction.commit()
    rewrite(stored, lambda data: data)
    assert parts_with(stored, [[1300]]) == [3]
    rewrite(stored, lambda data: encode(change_set(1)))
    assert (stored.keys, stored.index) == (None, None)
    assert list(parts_with(stored, [[1300]])) == list(range(11))


# Records outlive every version of this package. Should one of these tests fail, data in the
# databases of others can't be read any more: write a migration, and test it on this data.


def test_the_record_of_a_block_is_what_it_always_was():
    block = EntryBlock(b'1{"t":0,"a":null,"p":[],"e":[]}')
    assert record(block) == GOLDEN_BLOCK


def test_the_record_of_a_large_change_set_is_what_it_always_was():
    assert record(to_item(change_set(26))) == GOLDEN_BULK


def test_the_records_with_keys_are_what_they_always_were():
    class Two:
        def of(self, part):
            return {513, 2}

    assert record(to_item(change_set(26), Two())) == GOLDEN_BULK_WITH_KEYS
    [(_, keys)] = to_item(change_set(26), Two()).index
    assert record(keys) == GOLDEN_KEYS


def test_the_record_of_a_large_change_set_of_1_0_0a1_is_read():
    item = from_record(GOLDEN_BULK_WITHOUT_TIME)
    assert item.summary == {("created", "Document"): 26}
    assert item.blocks == ("EntryBlock",)
    assert (item.time, item.keys, item.index) == (None, None, None)
    assert list(parts_with(item, [[7]])) == [0]


def test_the_records_of_a_large_change_set_are_read():
    for data in GOLDEN_BULK, GOLDEN_BULK_WITH_KEYS:
        item = from_record(data)
        assert item.summary == {("created", "Document"): 26}
        assert item.blocks == ("EntryBlock",)
        assert item.time == to_milliseconds(TIME)
    assert keys_of(item) == [2, 513]
    assert item.index == ((2 << 32, "BlockKeys"),)


def test_the_record_of_the_log_is_what_it_always_was():
    log = ActivityLog()
    log.epoch, log.secret = "0badcafe", "deadbeef"
    assert record(log) == GOLDEN_LOG


def test_the_record_of_a_log_of_1_0_0a1_is_read():
    log = from_record(GOLDEN_LOG_WITHOUT_SECRET)
    assert (log.epoch, log.secret, log.keys) == ("0badcafe", None, None)
    log.begin_keys()
    assert re.fullmatch("[0-9a-f]{32}", log.secret)
    before = log.secret
    log.begin_keys()
    assert log.secret == before
