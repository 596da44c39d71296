"""Erasure: the id of a user is replaced throughout the log, and nothing else changes.

Most tests have a log in a file of its own, without a site, so that its bytes can be searched.
"""

from collections import Counter
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly import bulk
from collective.appendonly import transactions
from collective.appendonly.bulk import BLOCK_ENTRIES
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.bulk import EntryBlock
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import encode
from collective.appendonly.entry import GROUP
from collective.appendonly.entry import plain_text
from collective.appendonly.entry import pseudonym
from collective.appendonly.entry import Source
from collective.appendonly.entry import USER
from collective.appendonly.operations.maintenance import erasure
from collective.appendonly.operations.maintenance.erasure import erase
from collective.appendonly.operations.maintenance.erasure import erase_all
from collective.appendonly.operations.maintenance.erasure import Erased
from collective.appendonly.operations.maintenance.pseudonyms import ANONYMOUS
from collective.appendonly.operations.maintenance.pseudonyms import Replacer
from collective.appendonly.structures.check import check
from dataclasses import replace
from plone import api
from tests.product.logs import LogWithoutSite
from tests.product.operations.maintenance import diary
from tests.product.searching import searchable_file
from tests.structures.conftest import loaded_objects
from transaction import TransactionManager
from transaction.interfaces import TransientError
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage
from ZODB.utils import get_pickle_metadata

import pytest
import transaction


PAGE = replace(diary.edit_by("jane").entries[0], principals=("Editor", "user:ann"))


def change_set(*entries, actor="jane", **others):
    return ChangeSet(diary.NOW, actor, entries, **others)


def page(**others):
    return replace(PAGE, **others)


def edit_by(actor, number=1):
    return change_set(
        *[page(actor=actor, title=f"Page {n}") for n in range(number)], actor=actor
    )


class File:
    """A database in a file, with a log that has layers of two change sets."""

    def __init__(self, path):
        self.path = path
        self.db = DB(FileStorage(str(path)))
        self.connection = self.db.open()
        self.log = LogWithoutSite(AppendStack(2, 2), Archive())
        self.connection.root()["log"] = self.log
        transaction.commit()

    def push(self, *change_sets):
        """Record these, each in a transaction of its own."""
        for each in change_sets:
            self.log.push(each)
            transaction.commit()

    def change_sets(self):
        """Return what the log says, oldest first, after a check."""
        transaction.abort()
        check(self.log.stack, self.log.archive)
        change_sets = [each for _, each in self.log.older()]
        return change_sets[::-1]

    def bytes_after_a_pack(self):
        self.db.pack()
        return searchable_file(self.path)

    def written_since(self, tid):
        """Return the classes of the records of each transaction after one."""
        return [
            sorted(get_pickle_metadata(record.data)[1] for record in records)
            for records in [
                list(each) for each in self.db.storage.iterator() if each.tid > tid
            ]
        ]

    def close(self):
        transaction.abort()
        self.connection.close()
        self.db.close()


@pytest.fixture
def file(tmp_path):
    file = File(tmp_path / "Data.fs")
    yield file
    file.close()


# What is replaced, and what is not


@pytest.mark.parametrize(
    "before, after",
    [
        (
            change_set(page(actor="bob"), actor="bob"),
            change_set(page(actor="x"), actor="x"),
        ),
        (change_set(page(), page(actor="bob")), change_set(page(), page(actor="x"))),
        (
            change_set(page(principals=("Editor", "user:bob", "user:jane"))),
            change_set(page(principals=("Editor", "user:jane"))),
        ),
        (change_set(page(principals=("user:bob",))), change_set(page(principals=()))),
        (
            change_set(page(source=Source("old", ("Editor", "user:bob")))),
            change_set(page(source=Source("old", ("Editor",)))),
        ),
        (
            change_set(page(descendants=((3, ("user:bob",)), (2, ("Editor",))))),
            change_set(page(descendants=((3, ()), (2, ("Editor",))))),
        ),
        (
            change_set(page(uid="", path="", title="bob", portal_type=USER)),
            change_set(page(uid="", path="", title="x", portal_type=USER)),
        ),
        (
            change_set(
                page(details={"for": "bob", "seen": ["bob", "jane", "user:bob"]})
            ),
            change_set(page(details={"for": "x", "seen": ["x", "jane", "user:x"]})),
        ),
        (
            change_set(page(details={"a": {"b": [1, None, True, 2.5, {"c": "bob"}]}})),
            change_set(page(details={"a": {"b": [1, None, True, 2.5, {"c": "x"}]}})),
        ),
        (
            change_set(page(details={"bob": 1, "jane": 2, "user:bob": {"a": "b"}})),
            change_set(page(details={"x": 1, "jane": 2, "user:x": {"a": "b"}})),
        ),
        (
            change_set(page(details={"votes": [{"bob": "bob"}, {"jane": 1}]})),
            change_set(page(details={"votes": [{"x": "x"}, {"jane": 1}]})),
        ),
        (
            change_set(page(actor="bob"), actor="bob", backfilled=True),
            change_set(page(actor="x"), actor="x", backfilled=True),
        ),
    ],
)
def test_the_id_is_replaced(file, before, after):
    file.push(before)
    assert erase(file.log, "bob", "x") == Erased(changed=1)
    assert file.change_sets() == [after]
    assert b"bob" not in file.bytes_after_a_pack()


EVERYTHING_BUT_BOB = [
    change_set(page(actor="bobby"), actor="bobby"),
    change_set(page(actor="Bob"), actor="b o b"),
    change_set(page(principals=("bob", "user:bobby", "user:", "User:bob"))),
    change_set(page(source=Source("bob", ("user:bobby",)))),
    change_set(page(descendants=((1, ("user:bobby", "bob")),))),
    # Texts, names of content and of groups are not user ids.
    change_set(page(title="bob", path="Members/bob", comment="bob")),
    change_set(page(uid="", path="", title="bob", portal_type=GROUP)),
    change_set(page(uid="", path="", title="jane", portal_type=USER, group="bob")),
    change_set(page(fields=("bob",), transitions=("bob",), old_state="bob")),
    change_set(
        page(details={"bobby": "bobby", "text": "ask bob", "more": ["user:bobby"]})
    ),
    change_set(page(actor=None), actor=None),
]


@pytest.mark.parametrize("others", EVERYTHING_BUT_BOB)
def test_what_only_looks_like_the_id_stays(file, others):
    file.push(others)
    tid = file.db.lastTransaction()
    assert erase(file.log, "bob") == Erased()
    assert file.change_sets() == [others]
    assert file.db.lastTransaction() == tid


def test_ids_with_characters_that_are_escaped_in_storage(file):
    for user_id in 'a"b\\c', "zoë\n", "\udcff", "user:bob", "{}":
        # As 1.0.0a1 recorded it.
        item = encode(edit_by(user_id))
        file.log.stack.push(item, file.log.archive.addLayer)
        transaction.commit()
        erase(file.log, user_id, "x")
        assert file.change_sets()[-1] == edit_by("x")


# A whole log


CHANGE_SETS = [
    edit_by(("bob", "jane", "bobby", "joe")[number % 4], 30 if number % 10 == 7 else 1)
    for number in range(60)
]


@pytest.fixture
def busy(file):
    """A log with 60 change sets by four users, six of them large."""
    file.push(*CHANGE_SETS)
    assert len(file.log.archive) > 50
    return file


def without(user_id, replacement, change_sets):
    """Return what the change sets of CHANGE_SETS are after an erasure."""
    renamed = {user_id: replacement}
    return [
        replace(
            each,
            actor=renamed.get(each.actor, each.actor),
            entries=tuple(
                replace(entry, actor=renamed.get(entry.actor, entry.actor))
                for entry in each.entries
            ),
        )
        for each in change_sets
    ]


def test_one_user_is_erased_from_stack_archive_and_large_change_sets(busy):
    assert erase(busy.log, "bob", "x", batch=7) == Erased(changed=15)
    assert busy.change_sets() == without("bob", "x", CHANGE_SETS)
    contents = busy.bytes_after_a_pack()
    assert b'"bob"' not in contents
    assert b'"bobby"' in contents


def test_nothing_of_the_id_is_left_in_the_file(file):
    file.push(
        *[edit_by("robert-tables", 1 if number % 5 else 250) for number in range(40)]
    )
    assert b"robert" in file.bytes_after_a_pack()
    erase(file.log, "robert-tables", batch=3)
    assert b"robert" in searchable_file(file.path)
    assert b"robert" not in file.bytes_after_a_pack()
    assert sum(len(each.entries) for each in file.change_sets()) == 8 * 250 + 32


def all_encoded(log):
    layers = [
        *(items for _, items in log.stack.layers()),
        *(each.items for each in log.archive.layers()),
    ]
    return [data for items in layers for item in items for data in bulk.encoded(item)]


def test_what_1_0_0a1_wrote_is_erased_and_otherwise_stays(busy):
    """1.0.0a1 wrote format 1, and no keys."""
    log = busy.log

    def plain(item):
        return bulk.rewrite(item, lambda data: b"1" + plain_text(data))

    for generation, items in log.stack.layers():
        log.stack.replace(generation, map(plain, items))
    for layer in log.archive.layers():
        log.archive.replace(layer.generation, map(plain, layer.items))
    log.secret = None
    transaction.commit()
    before = all_encoded(log)
    assert {data[:1] for data in before} == {b"1"}
    assert erase(log, "bob", "x", batch=7) == Erased(changed=15)
    assert busy.change_sets() == without("bob", "x", CHANGE_SETS)
    after = all_encoded(log)
    changed = [data for data in after if data not in before]
    assert (len(after), len(changed)) == (len(before), 15)
    assert {data[:1] for data in changed} == {b"2"}


def test_a_user_has_a_single_pseudonym(busy):
    erase(busy.log, "bob")
    counts = Counter(each.actor for each in busy.change_sets())
    (name,) = counts.keys() - {"jane", "bobby", "joe"}
    assert counts == {name: 15, "jane": 15, "bobby": 15, "joe": 15}
    assert name.startswith("erased:")
    assert {entry.actor for each in busy.change_sets() for entry in each.entries} == {
        name,
        "jane",
        "bobby",
        "joe",
    }


def test_several_users_are_erased_at_once(busy):
    erased = erase_all(busy.log, {"bob": "x", "jane": "y"}, batch=4)
    assert erased == Erased(changed=30)
    assert busy.change_sets() == without("jane", "y", without("bob", "x", CHANGE_SETS))


def test_pseudonyms_are_unique_and_random():
    names = {pseudonym() for _ in range(1000)}
    assert len(names) == 1000
    assert len({len(name) for name in names}) == 1


def test_only_records_that_change_are_written(file):
    file.push(
        *[edit_by("bob" if number in (3, 13, 36) else "jane") for number in range(36)]
    )
    large = edit_by("jane", 2 * BLOCK_ENTRIES)
    file.push(replace(large, entries=(*large.entries, page(actor="bob"))))
    file.push(*[edit_by("jane")] * 2)
    file.push(*[edit_by("bob")])
    tid = file.db.lastTransaction()
    assert erase(file.log, "bob", batch=5) == Erased(changed=4)
    assert file.written_since(tid) == [
        ["AppendStack", "BlockKeys", "BulkChangeSet", "EntryBlock"],
        ["Archive", "ArchiveLayer", "Summary"],
        ["Archive", "ArchiveLayer", "Summary"],
    ]


def test_a_second_erasure_finds_nothing_and_writes_nothing(busy):
    erase(busy.log, "bob")
    tid = busy.db.lastTransaction()
    assert erase(busy.log, "bob") == Erased()
    assert busy.db.lastTransaction() == tid


def test_an_empty_log(file):
    assert erase(file.log, "bob") == Erased()


def test_positions_stay_what_they_were(busy):
    before = [position for position, _ in busy.log.older()]
    erase(busy.log, "bob")
    assert [position for position, _ in busy.log.older()] == before


def test_unreadable_items_are_counted_and_left_as_they_are(file, caplog):
    file.push(*[edit_by("bob")] * 5)
    file.log.stack.push(b'9{"a":"bob"}', file.log.archive.addLayer)
    transaction.commit()
    file.push(*[edit_by("bob")] * 5)
    assert erase(file.log, "bob", "x") == Erased(changed=10, unreadable=1)
    assert b'9{"a":"bob"}' in [item for _, _, item in file.log.archive]
    (record,) = [r for r in caplog.records if r.name == erasure.__name__]
    assert "format b'9' cannot be read" in record.getMessage()


@pytest.mark.parametrize(
    "damaged", [b'1{"a":"bob"', b'1{"a":"bob"}', b'1["bob"]', b'1{"t":"bob","a":1}']
)
def test_damaged_items_are_counted(file, damaged):
    file.push(edit_by("bob"))
    file.log.stack.push(damaged, file.log.archive.addLayer)
    transaction.commit()
    assert erase(file.log, "bob", "x") == Erased(changed=1, unreadable=1)
    assert damaged in [item for _, _, item in file.log.stack]


def test_many_users_are_erased_at_once(busy):
    others = {f"somebody-{number}": f"y{number}" for number in range(30)}
    assert erase_all(busy.log, {**others, "bob": "x"}) == Erased(changed=15)
    assert busy.change_sets() == without("bob", "x", CHANGE_SETS)


# Anonymous


def test_anonymous_users_have_another_pseudonym_in_each_change_set(busy):
    assert erase(busy.log, "bob", ANONYMOUS) == Erased(changed=15)
    after = busy.change_sets()
    names = [each.actor for each in after if each.actor.startswith("erased:")]
    assert len(set(names)) == len(names) == 15
    assert ANONYMOUS not in names
    with_names = iter(names)
    expected = [
        without("bob", next(with_names), [each])[0] if each.actor == "bob" else each
        for each in CHANGE_SETS
    ]
    assert after == expected
    assert b'"bob"' not in busy.bytes_after_a_pack()


def test_a_large_change_set_has_a_single_pseudonym(file):
    file.push(edit_by("bob", 3 * BLOCK_ENTRIES))
    erase(file.log, "bob", ANONYMOUS)
    (name,) = {
        name
        for each in file.change_sets()
        for name in (each.actor, *[entry.actor for entry in each.entries])
    }
    assert name.startswith("erased:")


def test_anonymous_and_other_users_are_erased_at_once(busy):
    assert erase_all(busy.log, {"bob": ANONYMOUS, "jane": "y"}) == Erased(changed=30)
    counts = Counter(each.actor for each in busy.change_sets())
    assert sorted(counts.values()) == [1] * 15 + [15] * 3
    assert counts["y"] == 15


# An archive that is to be part of the log


def put_on_top(log, archive):
    """Move all that a log has on top of another archive, and go on there."""
    for layer in reversed(list(log.archive.layers())):
        archive.addLayer(archive.generation + 1, layer.items)
    log.stack.prune(lambda _, items: archive.addLayer(archive.generation + 1, items))
    log.stack.restart(archive.generation + 1)
    log._structures = log.stack, archive
    log.begin_epoch()


@pytest.fixture
def unfinished(busy):
    """An archive besides that of the log, as a backfill has it that is not finished."""
    archive = Archive()
    for generation in range(30):
        items = [encode(edit_by(name)) for name in ("bob", "bobby")]
        archive.addLayer(generation, items)
    busy.connection.root()["unfinished"] = archive
    transaction.commit()
    return archive


def actors_of(archive):
    return Counter(decode(item).actor for _, _, item in archive)


def test_an_unfinished_archive_is_erased_too(busy, unfinished):
    reports = []
    erased = erase_all(
        busy.log,
        {"bob": "x"},
        batch=7,
        progress=lambda *numbers: reports.append(numbers),
        unfinished=lambda: unfinished,
    )
    assert erased == Erased(changed=15 + 30)
    assert busy.change_sets() == without("bob", "x", CHANGE_SETS)
    assert actors_of(unfinished) == {"x": 30, "bobby": 30}
    assert reports[-1] == (120, 120)
    assert b'"bob"' not in busy.bytes_after_a_pack()


@pytest.mark.parametrize("commits", range(1, 11))
def test_an_unfinished_archive_may_become_that_of_the_log_meanwhile(
    busy, unfinished, commits
):
    """As in the last step of a backfill, which puts the log on top of it."""
    times, own = commits, [unfinished]

    def commit():
        nonlocal times
        times -= 1
        transaction.commit()
        if not times:
            log, archive = busy.log, own.pop()
            put_on_top(log, archive)
            transaction.commit()

    erase_all(
        busy.log,
        {"bob": "x"},
        batch=7,
        commit=commit,
        unfinished=lambda: own[0] if own else None,
    )
    assert not own
    expected = without(
        "bob", "x", [edit_by("bob"), edit_by("bobby")] * 30 + CHANGE_SETS
    )
    assert busy.change_sets() == expected
    assert b'"bob"' not in busy.bytes_after_a_pack()


# In batches


class Interrupted(Exception):
    pass


def commit_times(count):
    """Return a ``commit`` that is interrupted after it was called so many times."""
    left = count

    def commit():
        nonlocal left
        if not left:
            raise Interrupted
        left -= 1
        transaction.commit()

    return commit


@pytest.mark.parametrize("commits", range(0, 12))
def test_an_erasure_that_was_interrupted_is_run_again(busy, commits):
    try:
        erase(busy.log, "bob", "x", batch=3, commit=commit_times(commits))
    except Interrupted:
        transaction.abort()
    partly = busy.change_sets()
    assert len(partly) == len(CHANGE_SETS)
    assert {each.actor for each in partly} <= {"bob", "x", "jane", "bobby", "joe"}
    assert {each.actor for each in partly[-2:]} <= {"bobby", "joe"}
    erase(busy.log, "bob", "x", batch=3)
    assert busy.change_sets() == without("bob", "x", CHANGE_SETS)


def test_progress_counts_change_sets_up_to_the_total(busy):
    reports = []
    erase(busy.log, "bob", batch=5, progress=lambda *numbers: reports.append(numbers))
    done = [done for done, _ in reports]
    assert {total for _, total in reports} == {60}
    assert done == sorted(done)
    assert done[0] == len(busy.log.stack)
    assert done[-1] == 60
    assert len(done) > 5


@pytest.mark.large
def test_the_memory_holds_a_batch_at_most(file):
    file.push(*[edit_by("bob", 1 if number % 4 else 300) for number in range(400)])
    file.connection.cacheMinimize()
    held = []

    def commit():
        held.append(
            sum(
                isinstance(obj, (EntryBlock, BulkChangeSet))
                + (type(obj).__name__ == "ArchiveLayer")
                for obj in loaded_objects(file.connection)
            )
        )
        transaction.commit()

    erase(file.log, "bob", batch=10, commit=commit)
    assert len(held) > 19
    # Ten layers, their five large change sets, and layers on the way to summaries; of blocks,
    # those of the stack's alone.
    assert max(held) < 2 * (10 + 5) + 5


@pytest.mark.large
def test_the_blocks_of_a_huge_change_set_leave_the_memory_one_after_the_other(
    file, monkeypatch
):
    blocks = 3 * bulk._BLOCKS_IN_MEMORY
    file.push(edit_by("bob", blocks * BLOCK_ENTRIES))
    file.connection.cacheMinimize()
    held = []
    replaced_in = Replacer.replaced_in

    def watching(replacer, data):
        loaded = loaded_objects(file.connection)
        held.append(sum(isinstance(obj, EntryBlock) for obj in loaded))
        return replaced_in(replacer, data)

    monkeypatch.setattr(Replacer, "replaced_in", watching)
    assert erase(file.log, "bob", "x") == Erased(changed=blocks)
    assert len(held) == blocks
    assert max(held) <= bulk._BLOCKS_IN_MEMORY
    assert {each.actor for each in file.change_sets()} == {"x"}
    assert b'"bob"' not in file.bytes_after_a_pack()


# Beside others


@pytest.fixture
def others(busy):
    """Do something over another connection when the erasure commits.

    Takes a function of the other log, and the numbers of the commits before which it is
    called. Returns the ``commit``.
    """
    opened = []

    def others(do, *times):
        calls = 0

        def commit():
            nonlocal calls
            calls += 1
            if calls in times:
                manager = TransactionManager()
                connection = busy.db.open(transaction_manager=manager)
                opened.append(connection)
                do(connection.root()["log"])
                manager.commit()
            transaction.commit()

        return commit

    yield others
    for connection in opened:
        connection.transaction_manager.abort()
        connection.close()


def edit(log):
    log.push(edit_by("joe"))


def test_edits_during_an_erasure_are_recorded(busy, others):
    commit = others(edit, *range(1, 12))
    erase(busy.log, "bob", "x", batch=3, commit=commit)
    assert (
        busy.change_sets() == without("bob", "x", CHANGE_SETS) + [edit_by("joe")] * 11
    )


def test_an_edit_beside_the_stack_s_part_costs_a_retry(busy, others):
    busy.push(edit_by("bob"))
    calls = []
    commit = others(edit, 1, 2, 3)
    erase(busy.log, "bob", "x", commit=lambda: calls.append(1) or commit())
    assert len(calls) == 3 + 1 + 1  # conflicts, the stack, the archive
    expected = (
        without("bob", "x", [*CHANGE_SETS, edit_by("bob")]) + [edit_by("joe")] * 3
    )
    assert busy.change_sets() == expected


def test_a_transaction_that_began_before_cannot_restore_the_id(busy):
    """They saw the stack as it was, and would archive it as it was."""
    busy.push(edit_by("bob"))
    manager = TransactionManager()
    connection = busy.db.open(transaction_manager=manager)
    theirs = connection.root()["log"]
    for _ in range(3):
        theirs.push(edit_by("joe"))
    erase(busy.log, "bob", "x")
    with pytest.raises(TransientError):
        manager.commit()
    manager.abort()
    theirs.push(edit_by("joe"))
    manager.commit()
    connection.close()
    transaction.begin()
    expected = without("bob", "x", [*CHANGE_SETS, edit_by("bob")]) + [edit_by("joe")]
    assert busy.change_sets() == expected
    assert b'"bob"' not in busy.bytes_after_a_pack()


@pytest.mark.parametrize("time", range(1, 9))
def test_layers_are_discarded_meanwhile(busy, others, time):
    def discard(log):
        log.archive.discard(15)

    erase(busy.log, "bob", "x", batch=4, commit=others(discard, time))
    left = without("bob", "x", CHANGE_SETS)[30:]
    assert busy.change_sets() == left
    assert b'"bob"' not in busy.bytes_after_a_pack()


@pytest.mark.parametrize("time", range(1, 9))
def test_the_log_is_put_on_top_of_another_archive_meanwhile(busy, others, time):
    earlier = [edit_by("bob"), edit_by("bobby")] * 20

    def put_on_another(log):
        archive = Archive()
        for generation in range(20):
            items = map(encode, earlier[2 * generation : 2 * generation + 2])
            archive.addLayer(generation, items)
        put_on_top(log, archive)

    erase(busy.log, "bob", "x", batch=4, commit=others(put_on_another, time))
    assert busy.change_sets() == without("bob", "x", earlier + CHANGE_SETS)
    assert b'"bob"' not in busy.bytes_after_a_pack()


def test_two_erasures_at_once(busy, others):
    def erase_jane(log):
        for layer in log.archive.layers():
            replacer, erased = Replacer({"jane": "y"}), Erased()
            after = erasure._erase_items(log, layer.items, replacer, erased)
            if erased.changed:
                contents = log.contents_of(after)
                log.archive.replace(layer.generation, after, *contents)

    erase(busy.log, "bob", "x", batch=4, commit=others(erase_jane, 2))
    erase(busy.log, "jane", "y")
    assert busy.change_sets() == without("jane", "y", without("bob", "x", CHANGE_SETS))


def test_endless_conflicts_are_raised(busy):
    tries = 0

    def commit():
        nonlocal tries
        tries += 1
        raise TransientError

    with pytest.raises(TransientError):
        erase(busy.log, "bob", commit=commit)
    assert tries == transactions.ATTEMPTS
    assert busy.change_sets() == CHANGE_SETS


# On a site


def test_a_pseudonym_is_not_a_valid_user_id(portal):
    registration = api.portal.get_tool("portal_registration")
    assert registration.isMemberIdAllowed("erased-1f3a9c7d2b60")
    assert not registration.isMemberIdAllowed(pseudonym())


@pytest.mark.large
def test_on_a_site(portal, log, person, recorded):
    person("bob", "", "Manager")
    recorded()
    with api.env.adopt_user(username="bob"):
        for number in range(30):
            api.content.create(portal, "Document", f"page-{number}")
            transaction.commit()
    before = recorded()
    assert {each.actor for each in before} == {"bob"}
    assert all("user:bob" in each.entries[0].principals for each in before)
    assert erase(log, "bob", "x") == Erased(changed=30)
    after = [each for _, each in log.older()][::-1]
    assert after == [
        replace(
            each,
            actor="x",
            entries=tuple(
                replace(
                    entry,
                    actor="x",
                    principals=tuple(p for p in entry.principals if p != "user:bob"),
                )
                for entry in each.entries
            ),
        )
        for each in before
    ]
    check(log.stack, log.archive)
