"""The transactions in the file of a database, as it has them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from ZODB.FileStorage import FileStorage
from ZODB.utils import get_pickle_metadata


_STRUCTURES = "collective.appendonly.structures"
_STACK = f"{_STRUCTURES}.append_stack", "AppendStack"
_LAYER = f"{_STRUCTURES}.layer", "ArchiveLayer"


class Commit(NamedTuple):
    """A transaction that pushed onto a stack, and how many layers it archived."""

    user: str
    layers: int


def last_commit(folder: Path) -> bytes:
    """Return the id of the last transaction in the database in *folder*."""
    with _opened(folder) as storage:
        return storage.lastTransaction()


def commits_since(folder: Path, begin: bytes) -> Iterator[Commit]:
    """Yield the transactions after the one with the id *begin* that wrote a stack, in their order."""
    known = set()
    with _opened(folder) as storage:
        for transaction in storage.iterator():
            kinds = {
                record.oid: get_pickle_metadata(record.data)
                for record in transaction
                if record.data
            }
            layers = {oid for oid, kind in kinds.items() if kind == _LAYER} - known
            known |= layers
            if transaction.tid > begin and _STACK in kinds.values():
                # Zope stores the path of the user folder in front of the user.
                user = transaction.user.decode().split()[-1]
                yield Commit(user, len(layers))


def _opened(folder: Path):
    return closing(FileStorage(str(folder / "Data.fs"), read_only=True))
