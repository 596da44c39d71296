"""A database of ``appendonly`` 1.2 is moved over with zodbupdate, and used on.

It is written by the real package, in a process of its own, and read here, where that
package cannot be imported. ``docs/moving-over.rst`` says what to do.
"""

from collective.appendonly.structures.check import check
from collective.appendonly.structures.check import problems
from collective.appendonly.structures.renames import RENAMES
from persistent.mapping import PersistentMapping
from tests.moving_over.writer import contents
from tests.moving_over.writer import shown
from ZODB.broken import BrokenModified
from ZODB.broken import PersistentBroken

import pytest


pytestmark = pytest.mark.processes

# Stacks with an archive of the same name.
PAIRS = ["new", "begun", "one layer", "full", "archived", "persistent", "one by one"]
PAIRS += ["long"]


def pair(folder, name):
    return folder[f"{name} stack"], folder[f"{name} archive"]


def in_order(folder, name):
    """Return the items of an archive and its stack, oldest first, as they are shown."""
    stack, archive = pair(folder, name)
    return [shown(item) for _, _, item in [*stack, *archive]][::-1]


def last_transaction(path, open_database):
    database = open_database(path)
    last = database.db.storage.lastTransaction()
    database.close()
    return last


# Moving


@pytest.mark.parametrize("installed", [False, True], ids=["removed", "still installed"])
def test_everything_is_where_it_was(
    not_moved, zodbupdate, ancestor, installed, expected, open_database
):
    report = zodbupdate(not_moved, path=[ancestor] if installed else [])
    assert f"Loaded {len(RENAMES)} rename rules from collective.appendonly." in report
    assert "Missing factory" not in report
    folder = open_database(not_moved).folder()
    assert contents(folder) == expected
    kinds = {type(structure).__module__ for structure in folder.values()}
    assert {kind.rpartition(".")[0] for kind in kinds} == {
        "collective.appendonly.structures"
    }


def test_the_moved_structures_are_valid(moved, open_database):
    folder = open_database(moved).folder()
    for structure in folder.values():
        check(structure)
        items = list(structure)
        assert (len(structure), bool(structure)) == (len(items), bool(items))
    for name in PAIRS:
        check(*pair(folder, name))


def test_references_from_elsewhere_lead_to_the_same_stack(moved, open_database):
    root = open_database(moved).connect().root()
    stack = root["folder"]["archived stack"]
    assert root["the stack again"] is stack
    assert root["weakly"]["stack"]() is stack


def test_every_position_is_found(moved, open_database):
    folder = open_database(moved).folder()
    for name in PAIRS:
        for structure in pair(folder, name):
            everything = list(structure)
            for position in [found[:2] for found in everything[::37]]:
                after = [found for found in everything if found[:2] > position]
                before = [found for found in everything if found[:2] < position]
                assert list(structure.newer(*position)) == after
                assert list(structure.older(*position)) == before
        stack, archive = pair(folder, name)
        generations = range(archive.generation + 1)
        found = [archive.layer(generation).generation for generation in generations]
        assert found == list(generations)


def test_moving_again_changes_nothing(moved, zodbupdate, open_database):
    before = last_transaction(moved, open_database)
    report = zodbupdate(moved)
    assert "no changes, aborting" in report
    assert last_transaction(moved, open_database) == before


def test_a_pack_removes_all_traces_of_the_old_package(moved, expected, open_database):
    database = open_database(moved)
    database.db.pack()
    assert contents(database.folder()) == expected
    database.close()
    rest = moved.read_bytes().replace(b"collective.appendonly", b"")
    assert b"appendonly" not in rest


# Going on


def use_on(folder):
    for name in PAIRS:
        stack, archive = pair(folder, name)
        for number in range(50):
            stack.push(f"new {number}", archive.addLayer)
    folder["pending accumulator"].append("new")
    folder["new accumulator"].extend(["new", PersistentMapping(number=1)])
    folder["consumed accumulator"].consume()


def test_pushing_and_archiving_go_on(moved, zodbupdate, expected, open_database):
    database = open_database(moved)
    folder = database.folder()
    before = {name: in_order(folder, name) for name in PAIRS}
    use_on(folder)
    folder._p_jar.transaction_manager.commit()
    database.db.pack()

    folder = database.folder()
    for name in PAIRS:
        new = [repr(f"new {number}") for number in range(50)]
        assert in_order(folder, name) == before[name] + new
        check(*pair(folder, name))
    after = contents(folder)
    assert after["pending accumulator"] == [*expected["pending accumulator"], "'new'"]
    assert after["consumed accumulator"] == []
    database.close()

    zodbupdate(moved)
    assert contents(open_database(moved).folder()) == after


def test_finding_among_old_and_new_layers(moved, open_database):
    folder = open_database(moved).folder()
    stack, archive = pair(folder, "persistent")
    for number in range(20, 60):
        stack.push(PersistentMapping(number=number), archive.addLayer)
    for number in range(0, 3 * archive.generation, 3):
        found = archive.seek(lambda layer: layer.items[0]["number"] <= number + 1)  # noqa: B023
        assert found.items[0]["number"] == number
        assert archive.layer(number // 3) is found


@pytest.mark.parametrize("new", [0, 50])
@pytest.mark.parametrize("kept", [4, 1, 0])
def test_discarding_what_was_archived(moved, open_database, new, kept):
    database = open_database(moved)
    folder = database.folder()
    stack, archive = pair(folder, "archived")
    for number in range(new):
        stack.push(number, archive.addLayer)
    everything, border = list(archive), archive.generation + 1 - kept
    assert archive.discard(border) == len(everything) - 4 * kept
    folder._p_jar.transaction_manager.commit()
    database.db.pack()
    stack, archive = pair(database.folder(), "archived")
    assert list(archive) == everything[: 4 * kept]
    check(stack, archive)


def test_consuming_what_was_pending(moved, expected, open_database):
    folder = open_database(moved).folder()
    for name in ("new", "pending", "consumed"):
        accumulator = folder[f"{name} accumulator"]
        consumed = [shown(item) for item in accumulator.consume()]
        assert consumed == expected[f"{name} accumulator"]
        assert not accumulator


@pytest.mark.parametrize("name", PAIRS)
def test_concurrent_pushes_after_moving(moved, open_database, name):
    """The state that both begin with was written by the predecessor."""
    database = open_database(moved)

    def push(*items):
        def change(folder):
            stack, archive = pair(folder, name)
            for item in items:
                stack.push(item, archive.addLayer)
                folder["pending accumulator"].append(item)

        return change

    before = in_order(database.folder(), name)
    database.race_in_folder(push("a"), push("b"), push("c"))
    folder = database.folder()
    new = [repr(item) for item in "abc"]
    assert in_order(folder, name) == before + new
    check(*pair(folder, name))
    assert [shown(item) for item in folder["pending accumulator"]][-3:] == new


# What goes wrong


def test_the_errors_without_zodbupdate(not_moved, zodbupdate, expected, open_database):
    database = open_database(not_moved)
    folder = database.folder()
    stack, archive = pair(folder, "archived")
    accumulator = folder["pending accumulator"]
    assert isinstance(stack, PersistentBroken)
    assert repr(stack).startswith("<persistent broken appendonly.AppendStack instance")
    with pytest.raises(AttributeError, match="'AppendStack' object has no attribute"):
        stack.push("x", archive.addLayer)
    with pytest.raises(TypeError, match="'Accumulator' object is not iterable"):
        list(accumulator)
    with pytest.raises(BrokenModified):
        stack.title = "x"
    with pytest.raises(
        TypeError, match="broken appendonly.Archive.* cannot be checked"
    ):
        problems(archive)
    database.close()
    # Nothing is lost: running zodbupdate repairs it.
    zodbupdate(not_moved)
    assert contents(open_database(not_moved).folder()) == expected


BACK = """
from appendonly import Accumulator, AppendStack, Archive, _ArchiveLayer
import json

def attempt(kind, state, use):
    obj = kind.__new__(kind)
    try:
        obj.__setstate__(state)
        return use(obj)
    except Exception as error:
        return type(error).__name__

layer = _ArchiveLayer.__new__(_ArchiveLayer)
layer.__setstate__({"generation": 0, "items": ("a",), "below": 0})
print(json.dumps([
    attempt(AppendStack, (3, 4, 0, ["a"]), list),
    attempt(Archive, {"_total": 1, "_head": layer, "_generation": 0}, list),
    attempt(Accumulator, (1, ["a"]), list),
]))
"""


def test_there_is_no_way_back(ancestor, run):
    """Worst of all is the accumulator: it would take our state for two items."""
    printed = run("-c", BACK, path=[ancestor]).stdout
    assert printed.strip() == '["ValueError", "AttributeError", [1, ["a"]]]'


WEAK = """
from persistent.wref import WeakRef
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage
import sys

db = DB(FileStorage(sys.argv[1]))
with db.transaction() as connection:
    stack = connection.root()["the stack again"]
    stack.push(WeakRef(stack))
db.close()
"""


def test_zodbupdate_breaks_weak_references_and_a_second_run_says_so(
    ancestor, run, not_moved, zodbupdate, open_database
):
    """As of zodbupdate 3.0. If this fails, they are fixed: then fix the manual."""
    run("-c", WEAK, not_moved, path=[ancestor])
    zodbupdate(not_moved)
    database = open_database(not_moved)
    with pytest.raises(TypeError, match="load_persistent_weakref"):
        list(database.connect().root()["the stack again"])
    database.close()
    with pytest.raises(AssertionError, match="Stopped processing"):
        zodbupdate(not_moved, "--dry-run")
