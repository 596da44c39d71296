"""Short histories of uses that the documentation advises against.

Items are replaced by hand, an archive gets an attribute or layers from two sources, a
stack has a pruner of its own. A merge may refuse that, but not drop it in silence.
"""

from collective.appendonly import Accumulator
from collective.appendonly import AppendStack
from collective.appendonly import Archive
from contextlib import contextmanager
from pathlib import Path
from persistent.list import PersistentList
from tempfile import TemporaryDirectory
from transaction import TransactionManager
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage
from ZODB.POSException import ConflictError
from ZODB.POSException import UndoError


class Storage:
    """Objects in a file, and what becomes of them."""

    def __init__(self, folder, **objects):
        self.db = DB(FileStorage(str(Path(folder) / "Data.fs")))
        self.change(lambda root: root.update(objects))

    def connect(self):
        return self.db.open(transaction_manager=TransactionManager())

    def change(self, change):
        connection = self.connect()
        change(connection.root())
        connection.transaction_manager.commit()
        connection.close()

    def race(self, first, second):
        """Let two change what both have seen. Return whether it was merged."""
        one, two = self.connect(), self.connect()
        first(one.root())
        second(two.root())
        one.transaction_manager.commit()
        return self.attempt(two.transaction_manager, ConflictError)

    def undo(self, number):
        """Undo the last transaction but so many. Return whether it was undone."""
        manager = TransactionManager()
        self.db.undo(self.db.undoLog(0, 9)[number]["id"], manager.get())
        return self.attempt(manager, UndoError)

    def attempt(self, manager, error):
        try:
            manager.commit()
        except error:
            manager.abort()
            return False
        return True

    def load(self, name):
        return self.connect().root()[name]


@contextmanager
def stored(**objects):
    with TemporaryDirectory() as folder:
        storage = Storage(folder, **objects)
        yield storage
        storage.db.close()


def filled(*items):
    stack = AppendStack(4, 2)
    for item in items:
        stack.push(item)
    return stack


def push(*items):
    return lambda root: [root["stack"].push(item) for item in items]


def append(*items):
    return lambda root: root["accumulator"].extend(items)


def replace(name, index=0):
    def change(root):
        root[name]._items[index] = "X"
        root[name]._p_changed = True

    return change


def contents(structure):
    items = structure.__getstate__()[-1]
    return "".join(items)


def replace_an_item_during_a_push():
    with stored(stack=filled("a")) as storage:
        merged = storage.race(push("b"), replace("stack"))
        assert contents(storage.load("stack")) == ("Xb" if merged else "ab")


def archive_an_item_during_its_replacement():
    with stored(stack=filled("a", "b"), archive=Archive()) as storage:
        merged = storage.race(
            replace("stack"), lambda root: root["stack"].prune(root["archive"].addLayer)
        )
        assert not merged
        assert contents(storage.load("stack")) == "Xb"


def undo_a_push_that_replaced_an_item(prune=False):
    def change(root):
        if prune:
            root["stack"].prune(root["archive"].addLayer, keep=1)
        replace("stack")(root)
        push("y")(root)

    stack = filled("a", "b", "c") if prune else filled("a")
    with stored(stack=stack, archive=Archive()) as storage:
        storage.change(change)
        storage.change(push("z"))
        undone = storage.undo(1)
        assert ("X" in contents(storage.load("stack"))) == (not undone)


def undo_a_prune_that_replaced_an_item():
    undo_a_push_that_replaced_an_item(prune=True)


def archive_while_undo_brings_layers_to_a_stack_with_shelves():
    """A pruner that writes one record per layer, so that only the stack can refuse."""

    def shelve(root):
        def pruner(generation, items):
            root[f"shelf {generation}"].extend(items)

        root["stack"].prune(pruner, keep=2)

    shelves = {f"shelf {generation}": PersistentList() for generation in range(4)}
    with stored(stack=filled(*"abcdef"), **shelves) as storage:
        storage.change(shelve)
        storage.change(push("g"))
        slow = storage.connect()
        shelve(slow.root())
        assert storage.undo(1)
        storage.attempt(slow.transaction_manager, ConflictError)
        shelved = "".join("".join(storage.load(name)) for name in sorted(shelves))
        assert shelved + contents(storage.load("stack")) == "abcdefg"


def undo_a_prune_of_a_stack_that_has_no_archive():
    with stored(stack=filled(*"abcdef")) as storage:
        storage.change(lambda root: root["stack"].prune(keep=2))
        storage.change(lambda root: root["stack"].prune(keep=1))
        storage.undo(1)
        assert contents(storage.load("stack")) == "ef"


def two_archive_different_items():
    def add(items):
        return lambda root: root["archive"].addLayer(0, items)

    with stored(archive=Archive()) as storage:
        merged = storage.race(add("ab"), add("c"))
        items = {item for _, _, item in storage.load("archive")}
        assert items == {"a", "b"} | ({"c"} if merged else set())


def name_an_archive_during_an_archiving():
    with stored(archive=Archive()) as storage:
        merged = storage.race(
            lambda root: root["archive"].addLayer(0, "ab"),
            lambda root: setattr(root["archive"], "title", "x"),
        )
        assert hasattr(storage.load("archive"), "title") == merged


def replace_an_item_during_an_append():
    with stored(accumulator=Accumulator("a")) as storage:
        merged = storage.race(append("b"), replace("accumulator"))
        assert contents(storage.load("accumulator")) == ("Xb" if merged else "ab")


def undo_an_append_that_replaced_an_item():
    with stored(accumulator=Accumulator("a")) as storage:
        storage.change(lambda root: (replace("accumulator")(root), append("b")(root)))
        storage.change(append("c"))
        undone = storage.undo(1)
        assert ("X" in contents(storage.load("accumulator"))) == (not undone)
