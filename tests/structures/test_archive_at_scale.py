"""Archive: what it costs with up to 60 000 layers and a million items.

Records are counted where they pass between a connection and its storage. The figures
are properties of the test report, and printed: ``pytest -rP -k at_scale``.
"""

from collective.appendonly import Archive
from collective.appendonly.structures.check import check
from contextlib import suppress
from itertools import islice
from pathlib import Path
from transaction import TransactionManager
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage
from ZODB.MappingStorage import MappingStorage

import json
import math
import os
import pytest
import random
import re
import shutil
import subprocess
import sys


SIZES = [10, 1_000, pytest.param(60_000, marks=pytest.mark.large)]
LENGTH = 17  # so 60 000 layers hold a million items
SEED = 20_261


def item(generation, index):
    """Return the millisecond at which something happened, which rises all the time."""
    return 7 * (LENGTH * generation + index)


def content(newest, oldest=0):
    """Yield what an archive of these generations has to yield."""
    for generation in range(newest, oldest - 1, -1):
        for index in range(LENGTH - 1, -1, -1):
            yield generation, index, 7 * (LENGTH * generation + index)


def add(*generations):
    def change(root):
        for generation in generations:
            items = [item(generation, index) for index in range(LENGTH)]
            root["archive"].addLayer(generation, items)

    return change


def discard(before):
    return lambda root: root["archive"].discard(before)


def fill(db, count):
    """Add an archive of so many layers to a database."""
    connection = db.open(transaction_manager=TransactionManager())
    connection.root()["archive"] = Archive()
    step = 1_000
    for start in range(0, count, step):
        add(*range(start, min(start + step, count)))(connection.root())
        connection.transaction_manager.commit()
    connection.close()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A function that returns the path of a file storage with so many layers."""
    folder = tmp_path_factory.mktemp("archives")

    def path(count):
        path = folder / f"{count}.fs"
        if not path.exists():
            db = DB(FileStorage(str(path)))
            fill(db, count)
            db.close()
        return path

    yield path
    shutil.rmtree(folder)  # 25 MB, which pytest would keep for some runs


@pytest.fixture
def reopened(path, open_database):
    """A function that opens a database with so many layers, whose changes are lost."""

    def reopened(count):
        base = FileStorage(str(path(count)), read_only=True)
        return open_database(DemoStorage(base=base))

    return reopened


@pytest.fixture
def note(record_property):
    """A function that puts a figure into the report."""

    def note(what, value):
        record_property(what, value)
        print(f"{what}: {value}")  # noqa: T201

    return note


def sample(count, size):
    """Return some generations of all kinds: the jumps depend on the powers of 2."""
    powers = [2**exponent for exponent in range(count.bit_length())]
    near = {power + off for power in powers for off in (-1, 0, 1)}
    drawn = random.Random(SEED).sample(range(count), min(count, size))
    return sorted({*near, *drawn, count - 2, count - 1} & set(range(count)))


# Finding


WAYS = {
    "by generation": lambda archive, generation: archive.layer(generation),
    "by position": lambda archive, generation: next(archive.older(generation, 5)),
    "by time": lambda archive, generation: archive.seek(
        lambda layer: layer.items[0] <= item(generation, 5)
    ),
}


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("way", WAYS)
def test_finding_something_loads_few_records(reopened, note, way, count):
    connection = reopened(count).connect()
    archive = connection.root()["archive"]
    loads = {}
    for generation in range(count) if count <= 1_000 else sample(count, 300):
        connection.cacheMinimize()
        before = connection.getTransferCounts()[0]
        found = WAYS[way](archive, generation)
        loads[generation] = connection.getTransferCounts()[0] - before
        at = found[0] if isinstance(found, tuple) else found.generation
        assert at == generation, f"seed {SEED}"
    most = max(loads, key=loads.get)
    note(f"most records loaded to find one of {count} layers {way}", loads[most])
    # Includes the archive's own record.
    assert loads[most] <= 3 * math.log2(count), f"generation {most}, seed {SEED}"


@pytest.mark.parametrize("count", SIZES)
def test_the_newest_items_are_found_without_the_others(reopened, count):
    connection = reopened(count).connect()
    archive = connection.root()["archive"]
    before = connection.getTransferCounts()[0]
    found = list(archive.newer(count - 3, LENGTH - 2))
    assert found == [
        *content(count - 1, count - 2),
        (count - 3, 16, item(count - 3, 16)),
    ]
    assert connection.getTransferCounts()[0] - before == 1 + 3


@pytest.mark.parametrize("count", SIZES)
def test_the_ends_are_known_at_once(reopened, loaded_layers, count):
    connection = reopened(count).connect()
    archive = connection.root()["archive"]
    assert len(archive) == LENGTH * count
    assert archive.generation == count - 1
    assert loaded_layers(connection) == 0
    assert archive.oldest_generation == 0
    assert loaded_layers(connection) <= math.log2(count) + 1


# Reading everything


def peak():
    """Return how many bytes of memory this process had at most since the last call."""
    status = Path("/proc/self/status")
    if not status.exists():  # no Linux: it is the most since the process began
        from resource import getrusage
        from resource import RUSAGE_SELF

        unit = 1 if sys.platform == "darwin" else 1024
        return unit * getrusage(RUSAGE_SELF).ru_maxrss
    found = re.search(r"VmHWM:\s*(\d+)", status.read_text())
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return 1024 * int(found[1])


def read_everything(path):
    """Walk over an archive in all ways, and return the peak of each."""
    archive = DB(FileStorage(path, read_only=True)).open().root()["archive"]
    newest, total = archive.generation, len(archive)
    peak()
    peaks = {}
    for name, walk, count in [
        ("the newest", islice(archive, 10_000), 10_000),
        ("iteration", archive, total),
        ("newer", archive.newer(0, -1), total),
        ("older", archive.older(newest, LENGTH), total),
    ]:
        equal = map(tuple.__eq__, walk, content(newest))
        assert sum(equal) == count
        peaks[f"{count} items, {name}"] = peak()
    return peaks


@pytest.mark.large
def test_a_million_items_are_read_in_the_memory_of_a_few(path, note):
    """In a process of its own, or the tests that ran before would count, too."""
    output = subprocess.check_output(
        [sys.executable, __file__, str(path(60_000))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    peaks = json.loads(output)
    for name, value in peaks.items():
        note(f"peak of memory in MiB for {name}", round(value / 2**20, 2))
    # All layers in memory would be 100 MiB, references to them alone more than 10.
    few, *many = peaks.values()
    assert max(many) - few < 2 * 2**20


# Discarding


@pytest.mark.parametrize("count", SIZES)
def test_discarding_rewrites_few_records(path, open_database, note, count):
    base = FileStorage(str(path(count)), read_only=True)
    written = {}
    for boundary in sample(count, 200):
        connection = open_database(DemoStorage(base=base)).connect()
        archive = connection.root()["archive"]
        assert archive.discard(boundary) == LENGTH * boundary
        connection.transaction_manager.commit()
        written[boundary] = connection.getTransferCounts()[1]
        assert archive.oldest_generation == boundary
    most = max(written, key=written.get)
    note(f"most records that a discard of {count} layers rewrites", written[most])
    # Includes the archive's own record.
    assert written[most] <= 2 * math.log2(count), f"before {most}, seed {SEED}"


def read(database, oldest):
    """Return the newest generation, after a comparison of everything that is left."""
    archive = database.load("archive")
    check(archive)
    newest = archive.generation
    assert sum(map(tuple.__eq__, archive, content(newest))) == len(archive)
    assert len(archive) == LENGTH * (newest + 1 - oldest)
    return newest


CHANGES = {
    "a discard during an addition": [add(60_000), discard(55_555)],
    "an addition during a discard": [discard(55_555), add(60_000)],
}


@pytest.mark.large
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_discard_and_an_addition_at_the_same_time(reopened, changes):
    database = reopened(60_000)
    database.race(*changes)
    assert read(database, oldest=55_555) == 60_000
    archive = database.load("archive")
    assert archive.layer(55_554) is None
    for generation in sample(60_001, 100):
        found = archive.layer(generation)
        assert (found is not None) == (generation >= 55_555), generation


def pack_after_a_discard(database, count):
    storage, boundary = database.db.storage, 3 * count // 4
    database.change(discard(boundary))
    assert len(storage) == 2 + count  # the root, the archive, its layers
    size = storage.getSize()
    database.db.pack()
    assert len(storage) == 2 + count - boundary
    assert storage.getSize() < 0.4 * size
    assert read(database, oldest=boundary) == count - 1
    # And it goes on: one layer comes, one goes.
    database.change(add(count))
    database.change(discard(boundary + 1))
    database.db.pack()
    assert len(storage) == 2 + count - boundary
    assert database.load("archive").oldest_generation == boundary + 1


@pytest.mark.large
def test_a_pack_frees_what_was_discarded_from_a_file(path, open_database):
    original = path(60_000)
    copy = original.with_name("copy.fs")
    for suffix in ("", ".index"):
        shutil.copy(f"{original}{suffix}", f"{copy}{suffix}")
    pack_after_a_discard(open_database(FileStorage(str(copy))), 60_000)


@pytest.mark.parametrize("kind", [MappingStorage, DemoStorage])
def test_a_pack_frees_what_was_discarded_from_memory(open_database, kind):
    database = open_database(kind())
    fill(database.db, 1_000)
    pack_after_a_discard(database, 1_000)


if __name__ == "__main__":
    print(json.dumps(read_everything(sys.argv[1])))  # noqa: T201
