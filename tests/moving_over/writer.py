"""Writes a database with the predecessor, ``appendonly`` 1.2, and prints its contents.

Run as a program by an interpreter that can import ``appendonly``:
``python writer.py Data.fs`` prints the contents. The tests import the rest, without it.
"""

from persistent import Persistent
from persistent.mapping import PersistentMapping
from persistent.wref import WeakRef
from transaction import TransactionManager
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

import json
import sys


PLAIN = [b"bytes", "text", ("tuple", 1), None, 1.5, True, {"a": ["b"]}]


def plain(number):
    return PLAIN[number % len(PLAIN)] if number % 2 else f"item {number}"


def persistent(number):
    return PersistentMapping(number=number)


def create(package):
    """Return structures in every state, and what to push where, one commit each."""
    folder = PersistentMapping()
    pushes = []
    for name, limits, count, item in [
        ("new", (3, 4), 0, plain),
        ("begun", (3, 4), 2, plain),
        ("one layer", (3, 4), 4, plain),
        ("full", (3, 4), 12, plain),
        ("archived", (3, 4), 30, plain),
        ("persistent", (2, 3), 20, persistent),
        ("one by one", (1, 1), 9, plain),
        ("long", (10, 100), 1_234, plain),
    ]:
        folder[f"{name} stack"] = package.AppendStack(*limits)
        folder[f"{name} archive"] = package.Archive()
        pushes.append((name, count, item))
    folder["dropped stack"] = package.AppendStack(3, 4)
    folder["new accumulator"] = package.Accumulator()
    folder["pending accumulator"] = package.Accumulator([*PLAIN, persistent(1)])
    folder["consumed accumulator"] = package.Accumulator("xyz")
    return folder, pushes


def write(path):
    import appendonly

    db = DB(FileStorage(path))
    connection = db.open(transaction_manager=TransactionManager())
    commit = connection.transaction_manager.commit
    root = connection.root()
    root["folder"], pushes = create(appendonly)
    folder = root["folder"]
    root["the stack again"] = folder["archived stack"]
    root["weakly"] = PersistentMapping(stack=WeakRef(folder["archived stack"]))
    commit()
    for name, count, item in pushes:
        stack, archive = folder[f"{name} stack"], folder[f"{name} archive"]
        for number in range(count):
            stack.push(item(number), archive.addLayer)
            if count < 100 or number % 50 == 0:
                commit()  # so an archived layer has seen many transactions
    for number in range(30):
        folder["dropped stack"].push(number)
    folder["consumed accumulator"].consume()
    folder["consumed accumulator"].append("later")
    commit()
    found = contents(folder)
    connection.close()
    db.close()
    return found


def contents(folder):
    """Return all items of all structures, with their positions, as JSON would."""
    found = {name: [shown(item) for item in folder[name]] for name in folder}
    return json.loads(json.dumps(found))


def shown(item):
    if isinstance(item, tuple) and len(item) == 3:  # from a stack or an archive
        return [*item[:2], shown(item[2])]
    if isinstance(item, Persistent):
        return f"{type(item).__name__} {dict(item)!r}"
    return repr(item)


if __name__ == "__main__":
    print(json.dumps(write(sys.argv[1])))  # noqa: T201
