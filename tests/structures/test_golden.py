"""Records that exist in databases are read for ever, and are written as documented.

If ``test_todays_records_are_those_of_the_newest_format`` fails, the format has changed.
Either that was not meant to be; or it is a new format, which needs new files (call
``write`` with their names), code that still reads the old ones, and a paragraph in
``docs/storage-format.rst``.
"""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from collective.appendonly.structures.layer import ArchiveLayer
from collective.appendonly.structures.layer import jump_from
from collective.appendonly.structures.renames import RENAMES
from importlib import import_module
from io import BytesIO
from pathlib import Path
from persistent.mapping import PersistentMapping
from transaction import TransactionManager
from ZODB._compat import Unpickler
from ZODB.Connection import TransactionMetaData
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.MappingStorage import MappingStorage
from ZODB.utils import get_pickle_metadata

import json
import pytest
import zlib


FOLDER = Path(__file__).parent / "golden"


def build():
    """Return structures that show everything a record may hold."""
    stack, archive = AppendStack(2, 3, first_generation=4), Archive()
    for item in [b"bytes", "text", ("tuple", 1), None, 1.5, True, {"a": ["b"]}]:
        stack.push(item, archive.addLayer)
    stack.push(PersistentMapping(name="persistent"), archive.addLayer)
    long_archive = Archive()
    for generation in range(6):
        long_archive.addLayer(generation, [(generation, 0), (generation, 1)])
    long_archive.discard(2)
    accumulator = Accumulator("x")
    accumulator.consume()
    accumulator.extend([b"bytes", "text"])
    return {
        "stack": stack,
        "archive": archive,
        "long archive": long_archive,
        "accumulator": accumulator,
        "empty stack": AppendStack(),
        "empty archive": Archive(),
        "empty accumulator": Accumulator(),
    }


def build_states():
    """Return structures in states that come of pruning, discarding and merging."""
    pruned = AppendStack(2, 2)
    for number in range(5):
        pruned.push(number)
    pruned.prune()
    crowded = AppendStack()
    crowded.__setstate__((2, 2, 1, list("abcdefg")))  # after merges
    archive = Archive()
    archive.addLayer(0, [PersistentMapping(name="zero"), "one"])
    emptied = Archive()
    emptied.addLayer(0, "ab")
    emptied.addLayer(1, "cd")
    emptied.discard(2)
    owned = Archive()
    owned.__parent__ = "a site"
    return {
        "pruned stack": pruned,
        "crowded stack": crowded,
        "archive of persistent items": archive,
        "emptied archive": emptied,
        "merged archive": merged_archive(),
        "owned archive": owned,
        "accumulator": Accumulator([PersistentMapping(name="pending")]),
    }


def merged_archive():
    """Return an archive to which a layer was added while another one was discarded."""
    archive = Archive()
    for generation in range(3):
        archive.addLayer(generation, [generation])
    head = archive.layer(2)
    added = ArchiveLayer(3, [3], head, jump_from(head, 0), below=3)
    archive.discard(2)
    archive._head, archive._generation, archive._total = added, 3, 4
    return archive


def build_replacements():
    """Return structures whose items were replaced, and one with short layers."""
    stack, archive, short = AppendStack(2, 2), Archive(), AppendStack()
    for item in "abc":
        stack.push(item)
    archive.addLayer(0, "ab")
    # The serials of records from before.
    stack._rewritten, archive._rewritten = b"serial 1", b"serial 2"
    short.__setstate__((2, 3, [(5, ["d"]), (4, ["a"])]))
    return {"stack": stack, "archive": archive, "short stack": short}


def build_known():
    """Return archives of layers whose keys and times are known."""
    archive = Archive()
    for generation in range(7):
        archive.addLayer(generation, ["x"], [generation, 2**32 - 1], [generation, 9.5])
    archive.addLayer(7, ["not known"])
    archive.addLayer(8, ["nothing"], [], [])
    archive.addLayer(9, ["no times"], [5])
    archive.replace(2, ["no keys"])
    cut = Archive()
    for generation in range(21):
        cut.addLayer(generation, ["x"], [generation % 3], [generation])
    cut.discard(3)
    indexed = Archive()
    for generation in range(6):
        indexed.addLayer(generation, ["x"])
    indexed.index(lambda layer: ([layer.generation], [1, 2]))
    indexed._rekeyed = b"serial 3"
    return {"archive": archive, "cut archive": cut, "indexed archive": indexed}


# What the files of the newest format were written from.
NEWEST = {
    "format-1.json": build,
    "format-1-states.json": build_states,
    "format-2-replacements.json": build_replacements,
    "format-2-known.json": build_known,
}


def todays_records(build):
    storage = MappingStorage()  # numbers its objects from 0
    db = DB(storage)
    connection = db.open(transaction_manager=TransactionManager())
    connection.root().update(build())
    connection.transaction_manager.commit()
    connection.close()
    records = {
        record.oid.hex(): record.data.hex()
        for transaction in storage.iterator()
        for record in transaction
    }
    db.close()
    return records


def write(name):
    content = json.dumps(todays_records(NEWEST[name]), indent=1, sort_keys=True)
    (FOLDER / name).write_text(content + "\n")


def read(name):
    return json.loads((FOLDER / name).read_text())


def inflated(record):
    """Return a record without what another zlib deflates to other bytes."""
    data = bytes.fromhex(record)
    if class_of(record)[1] != "Summary":
        return data
    file = BytesIO(data)
    unpickler = Unpickler(file)
    unpickler.persistent_load = lambda reference: (reference[0], str(reference[1]))
    unpickler.load()  # the class
    *others, counts, halves, rest = unpickler.load()
    return others, zlib.decompress(counts, -15), halves, zlib.decompress(rest, -15)


def class_of(record):
    return get_pickle_metadata(bytes.fromhex(record))


def renamed(module, name):
    """Return the class that a record means, as it would after ``zodbupdate``."""
    module, name = RENAMES.get(f"{module} {name}", f"{module} {name}").split()
    return getattr(import_module(module), name)


class RenamingDB(DB):
    def classFactory(self, connection, module, name):
        return renamed(module, name)


@pytest.fixture
def golden(open_database):
    """A function that opens the database of a file."""

    def golden(name):
        storage = DemoStorage()
        transaction = TransactionMetaData()
        storage.tpc_begin(transaction)
        for oid, data in read(name).items():
            data = bytes.fromhex(data)
            storage.store(bytes.fromhex(oid), bytes(8), data, "", transaction)
        storage.tpc_vote(transaction)
        storage.tpc_finish(transaction)
        return open_database(storage, RenamingDB)

    return golden


def positions(structure):
    return [(generation, index) for generation, index, _ in structure]


def items(structure):
    return [item for _, _, item in reversed(list(structure))]


# Our own format


@pytest.mark.parametrize("name", NEWEST)
def test_todays_records_are_those_of_the_newest_format(name):
    today, golden = todays_records(NEWEST[name]), read(name)
    assert sorted(today) == sorted(golden)
    for oid, record in golden.items():
        ours = class_of(record)[0].startswith("collective.appendonly.")
        assert not ours or inflated(today[oid]) == inflated(record)


def test_the_newest_format_has_records_of_every_class():
    records = [record for name in NEWEST for record in read(name).values()]
    classes = {" ".join(class_of(record)) for record in records}
    interface = "collective.appendonly.structures.interfaces IAppendStack"
    assert classes - {"persistent.mapping PersistentMapping"} == (
        set(RENAMES.values()) - {interface}
        | {"collective.appendonly.structures.summary Summary"}
    )


def test_format_1_is_read(golden):
    root = golden("format-1.json").connect().root()
    expected = build()
    assert set(root) == set(expected)
    for name, structure in root.items():
        check(structure)
        assert len(structure) == len(expected[name])
    plain = [b"bytes", "text", ("tuple", 1), None, 1.5, True, {"a": ["b"]}]
    assert items(root["archive"]) + items(root["stack"])[:-1] == plain
    assert items(root["stack"])[-1]["name"] == "persistent"
    assert positions(root["archive"]) == [(4, 2), (4, 1), (4, 0)]
    assert positions(root["stack"])[:2] == [(6, 1), (6, 0)]
    assert items(root["long archive"]) == [(g, i) for g in range(2, 6) for i in (0, 1)]
    assert root["long archive"].horizon == 2
    assert root["accumulator"].__getstate__() == (1, [b"bytes", "text"])


def test_states_of_format_1_are_read(golden):
    root = golden("format-1-states.json").connect().root()
    assert set(root) == set(build_states())
    for structure in root.values():
        check(structure)
    pruned, crowded = root["pruned stack"], root["crowded stack"]
    assert (len(pruned), pruned.first_generation, pruned.generation) == (0, 3, 2)
    assert positions(crowded)[0] == (4, 0)
    assert items(crowded) == list("abcdefg")
    persistent, plain = items(root["archive of persistent items"])
    assert (persistent["name"], plain) == ("zero", "one")
    emptied = root["emptied archive"]
    assert (len(emptied), emptied.generation, emptied.horizon) == (0, 1, 2)
    merged = root["merged archive"]
    assert (items(merged), merged.horizon) == ([2, 3], 2)
    assert merged.layer(3).jump_generation == 0
    assert root["owned archive"].__parent__ == "a site"
    assert [item["name"] for item in root["accumulator"]] == ["pending"]


def test_states_of_replacements_are_read(golden):
    root = golden("format-2-replacements.json").connect().root()
    assert set(root) == set(build_replacements())
    for structure in root.values():
        check(structure)
    assert items(root["stack"]) == ["a", "b", "c"]
    assert items(root["archive"]) == ["a", "b"]
    marks = [root[name]._rewritten for name in ("stack", "archive")]
    assert marks == [b"serial 1", b"serial 2"]
    assert list(root["short stack"]) == [(5, 0, "d"), (4, 0, "a")]
    assert len(root["short stack"]) == 2


def searched(archive, **asked):
    return [layer.generation for layer in archive.layers(**asked)]


@pytest.mark.parametrize(
    "name, stored",
    [
        ("format-1.json", "archive"),
        ("format-1.json", "long archive"),
        ("appendonly-1.2.json", "archive"),
        ("appendonly-1.2-persistent.json", "archive"),
    ],
)
def test_older_formats_are_searched_by_looking_into_each_layer(golden, name, stored):
    connection = golden(name).connect()
    archive = connection.root()[stored]
    everything = [layer.generation for layer in archive.layers()]
    assert searched(archive, having=[[1], [2]], since=3) == everything
    assert not connection._registered_objects
    newest = archive.generation + 1
    archive.addLayer(newest, "xy", [newest], [1])
    assert archive.index(lambda layer: ([layer.generation], [0])) is None
    connection.transaction_manager.commit()
    check(archive)
    for generation in (newest, *everything):
        assert searched(archive, having=[[generation]]) == [generation]
    assert searched(archive, since=1) == [newest]


def test_states_of_known_layers_are_read(golden):
    root = golden("format-2-known.json").connect().root()
    for archive in root.values():
        check(archive)
    archive = root["archive"]
    assert searched(archive, having=[[2**32 - 1]]) == list(range(7, -1, -1))
    assert searched(archive, having=[[4]]) == [7, 4, 2]
    assert searched(archive, having=[[4]], since=5, until=6) == [7, 4, 2]
    assert searched(archive, since=9.6) == [9, 7, 2]
    assert archive.layer(4).keys == (4, 2**32 - 1)
    assert archive.layer(4).times == (4, 9.5)
    assert searched(root["cut archive"], having=[[1]]) == [19, 16, 13, 10, 7, 4]
    assert searched(root["cut archive"], until=2) == []
    assert searched(root["indexed archive"], having=[[1]], until=1) == [1]


# The predecessor's format


def test_the_predecessors_records_are_read(golden):
    root = golden("appendonly-1.2.json").connect().root()
    stack, archive = root["stack"], root["archive"]
    everything = ["item " + str(n) if n % 2 else ("tuple", n) for n in range(14)]
    assert items(archive) + items(stack) == everything
    assert positions(stack) == [(4, 1), (4, 0), (3, 2), (3, 1), (3, 0)]
    assert (stack.max_layers, stack.max_length) == (2, 3)
    assert (len(stack), len(archive)) == (5, 9)
    assert (archive.generation, archive.oldest_generation) == (2, 0)
    assert list(root["accumulator"]) == ["a", ("b", 2)]
    for name, structure in root.items():
        check(structure)
        assert bool(structure) is not name.startswith("empty")
    check(stack, archive)


def test_the_predecessors_persistent_items_are_read(golden):
    root = golden("appendonly-1.2-persistent.json").connect().root()
    stack, archive, accumulator = map(root.get, ["stack", "archive", "accumulator"])
    check(stack, archive)
    numbers = [item["number"] for item in items(archive) + items(stack)]
    assert numbers == list(range(5))
    assert (len(archive), positions(stack)) == (4, [(2, 0)])
    assert [item["number"] for item in accumulator] == [5]
    emptied = root["stack without archive"]
    assert (positions(emptied), items(emptied)) == ([(4, 0)], [4])


def test_reading_the_predecessors_records_writes_nothing(golden):
    connection = golden("appendonly-1.2.json").connect()
    for structure in connection.root().values():
        list(structure), len(structure), repr(structure)
    archive = connection.root()["archive"]
    archive.layer(1), archive.seek(lambda layer: False), list(archive.older(2, 0))
    assert not connection._registered_objects


def test_the_predecessors_structures_are_used_on(golden):
    database = golden("appendonly-1.2.json")

    def use(root):
        for n in range(14, 40):
            root["stack"].push(n, root["archive"].addLayer)
        root["accumulator"].append("c")
        root["empty stack"].push("x", root["empty archive"].addLayer)
        root["empty archive"].addLayer(0, "ab")
        root["empty accumulator"].append("y")

    before = items(database.load("archive")) + items(database.load("stack"))
    database.change(use)
    root = database.connect().root()
    stack, archive = root["stack"], root["archive"]
    check(stack, archive)
    assert items(archive) + items(stack) == before + list(range(14, 40))
    assert positions(archive)[-1] == (0, 0)
    assert [archive.layer(g).generation for g in range(11)] == list(range(11))
    assert len(archive) == len(items(archive))
    assert root["accumulator"].consume() == ["a", ("b", 2), "c"]
    assert items(root["empty stack"]) + items(root["empty archive"]) == ["x", "a", "b"]


def test_the_predecessors_archive_is_searched(golden):
    database = golden("appendonly-1.2.json")
    archive = database.load("archive")
    assert searched(archive, having=[[1]], since=1) == [2, 1, 0]
    database.change(lambda root: root["archive"].addLayer(3, "x", [3], [3]))
    archive = database.load("archive")
    assert searched(archive, having=[[1]]) == [2, 1, 0]
    assert searched(archive, having=[[3]]) == [3, 2, 1, 0]

    def index(root):
        root["archive"].index(lambda layer: ([layer.generation], [layer.generation]))

    database.change(index)
    archive = database.load("archive")
    check(archive)
    assert searched(archive, having=[[1]]) == searched(archive, since=1, until=1) == [1]
    assert len(items(archive)) == 10


def test_concurrent_changes_of_the_predecessors_structures(golden):
    database = golden("appendonly-1.2.json")

    def push(*new):
        def change(root):
            for item in new:
                root["stack"].push(item, root["archive"].addLayer)
                root["accumulator"].append(item)

        return change

    before = items(database.load("archive")) + items(database.load("stack"))
    database.race(push("x", "y"), push("z"), push("1", "2", "3"))
    root = database.connect().root()
    check(root["stack"], root["archive"])
    assert items(root["archive"]) + items(root["stack"]) == before + list("xyz123")
    assert list(root["accumulator"])[2:] == list("xyz123")


@pytest.mark.parametrize("before", [1, 2, 3, 99])
def test_layers_of_the_predecessor_are_discarded(golden, before):
    database = golden("appendonly-1.2.json")
    kept = max(0, 3 - before)
    database.change(lambda root: root["archive"].discard(before))
    archive = database.load("archive")
    check(archive)
    assert len(archive) == len(items(archive)) == 3 * kept
    database.change(lambda root: root["archive"].addLayer(3, "abc"))
    archive = database.load("archive")
    check(archive)
    assert len(archive) == len(items(archive)) == 3 * kept + 3


def test_layers_of_the_predecessor_under_newer_ones_are_discarded(golden):
    database = golden("appendonly-1.2.json")
    for generation in range(3, 12):
        database.change(lambda root: root["archive"].addLayer(generation, "abc"))  # noqa: B023
    for before in [1, 2, 4, 8]:
        database.change(lambda root: root["archive"].discard(before))  # noqa: B023
        archive = database.load("archive")
        check(archive)
        assert archive.oldest_generation == before
        assert len(archive) == len(items(archive)) == 3 * (12 - before)


def test_a_discard_of_the_predecessors_layers_during_an_addition(golden):
    database = golden("appendonly-1.2.json")
    database.race(
        lambda root: root["archive"].discard(2),
        lambda root: root["archive"].addLayer(3, "abc"),
    )
    archive = database.load("archive")
    check(archive)
    assert len(archive) == len(items(archive)) == 6


LIMITS = "appendonly-1.2-limits.json"
RAISED = {
    "raised": ([(2, 2), (3, 2), (4, 1)], 9),
    "raised and used": ([(2, 2), (3, 2), (4, 5), (5, 3)], 16),
    "raised and pruned": ([(3, 2), (4, 5), (5, 5), (6, 3)], 21),
}


@pytest.mark.parametrize("name", RAISED)
def test_layers_from_before_the_predecessors_limits_were_raised(golden, name):
    root = golden(LIMITS).connect().root()
    stack, archive = root[f"{name} stack"], root[f"{name} archive"]
    layers, count = RAISED[name]
    check(stack, archive)
    assert (stack.max_layers, stack.max_length) == (4, 5)
    assert [(number, len(items)) for number, items in stack.layers()] == layers
    assert items(archive) + items(stack) == [f"item {n}" for n in range(count)]
    assert (len(stack), len(archive)) == (len(items(stack)), len(items(archive)))
    every = [(number, i) for number, length in layers for i in range(length)]
    assert positions(stack) == every[::-1]
    for position in every:
        newer = [each for each in every if each > position]
        older = [each for each in every if each < position]
        assert positions(stack.newer(*position)) == newer[::-1]
        assert positions(stack.older(*position)) == older[::-1]


@pytest.mark.parametrize("name", RAISED)
def test_items_stay_where_they_are_when_short_layers_are_used_on(golden, name):
    database = golden(LIMITS)

    def both():
        root = database.connect().root()
        stack, archive = root[f"{name} stack"], root[f"{name} archive"]
        check(stack, archive)
        return [*stack, *archive][::-1]

    def push(count):
        def change(root):
            for number in range(count):
                root[f"{name} stack"].push(number, root[f"{name} archive"].addLayer)

        return change

    expected = [(generation, index, item) for generation, index, item in both()]
    for count in range(1, 9):
        generation, index, _ = expected[-1]
        position = generation * 5 + index
        database.race(push(count), push(1))
        for item in [*range(count), 0]:
            position += 1
            expected.append((position // 5, position % 5, item))
        assert both() == expected
    stack = database.load(f"{name} stack")
    assert len(stack) == len(list(stack))


@pytest.mark.parametrize("name", RAISED)
def test_items_of_a_short_layer_are_replaced(golden, name):
    database = golden(LIMITS)
    generation = RAISED[name][0][0][0]

    def replace(root):
        with pytest.raises(ValueError, match="holds 2 items"):
            root[f"{name} stack"].replace(generation, "vwxyz")
        root[f"{name} stack"].replace(generation, "xy")

    database.change(replace)
    stack = database.load(f"{name} stack")
    check(stack)
    assert next(stack.layers()) == (generation, ["x", "y"])
    assert [(n, len(layer)) for n, layer in stack.layers()] == RAISED[name][0]


NESTED = {
    "a gap": [(3, ["c"]), (1, ["a", "b"])],
    "rising generations": [(0, ["a", "b"]), (1, ["c", "d"])],
    "a newest layer that is too full": [(0, ["a", "b", "c"])],
    "an older layer that is too full": [(1, ["d"]), (0, ["a", "b", "c"])],
}


@pytest.mark.parametrize("layers", NESTED.values(), ids=NESTED)
def test_a_nested_state_that_cannot_be_converted(layers):
    with pytest.raises(
        ValueError, match="AppendStack: a nested .* cannot be converted"
    ):
        AppendStack().__setstate__((9, 2, layers))


def test_a_nested_state_is_written_as_ours():
    stack = AppendStack()
    stack.__setstate__((2, 3, [(5, ["d"]), (4, ["a", "b", "c"])]))
    assert stack.__getstate__() == (2, 3, 4, ["a", "b", "c", "d"])
    stack.__setstate__((2, 3, [(7, [])]))
    assert stack.__getstate__() == (2, 3, 7, [])


def test_the_renamed_classes_exist():
    for old, new in RENAMES.items():
        assert renamed(*old.split()) is renamed(*new.split())
