"""Whose objects are in a database: which index a bucket of the catalog belongs to."""

from pathlib import Path
from ZODB.FileStorage import FileStorage
from ZODB.POSException import POSKeyError
from ZODB.serialize import referencesf
from ZODB.utils import get_pickle_metadata
from ZODB.utils import z64


def owners(data: Path, wanted: set[bytes]) -> dict[bytes, str]:
    """Return the class of the nearest object around each wanted one that is no BTree.

    Walks the references from the root on. What nothing refers to any more is left out.
    """
    storage = FileStorage(str(data), read_only=True)
    try:
        parents = _parents(storage, wanted)
        return {oid: _owner(storage, parents, oid) for oid in wanted & parents.keys()}
    finally:
        storage.close()


def _parents(storage: FileStorage, wanted: set[bytes]) -> dict[bytes, bytes | None]:
    parents: dict[bytes, bytes | None] = {z64: None}
    found = [z64]
    while found and not wanted <= parents.keys():
        level, found = found, []
        for oid in level:
            try:
                record, _ = storage.load(oid)
            except POSKeyError:
                continue
            for reference in referencesf(record):
                if reference not in parents:
                    parents[reference] = oid
                    found.append(reference)
    return parents


def _owner(storage: FileStorage, parents: dict, oid: bytes) -> str:
    while True:
        module, name = get_pickle_metadata(storage.load(oid)[0])
        if not module.startswith("BTrees.") or parents[oid] is None:
            return name
        oid = parents[oid]
