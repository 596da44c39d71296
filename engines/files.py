"""Storages without a server: a FileStorage for the threads of one process, and SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from ZODB.config import databaseFromString
from ZODB.DB import DB

import shutil
import tempfile


class FileStorageEngine:
    """A FileStorage. One process at a time can open it."""

    name = "FileStorage"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "Data.fs"
        self.configuration = f"""
            <zodb>
              <filestorage>
                path {self.path}
              </filestorage>
            </zodb>
            """


class SQLite:
    """RelStorage on SQLite: several processes of one machine, no server."""

    name = "RelStorage/SQLite"

    def __init__(self, folder: Path, keep_history: bool = True) -> None:
        self.configuration = f"""
            %import relstorage
            <zodb>
              <relstorage>
                keep-history {str(keep_history).lower()}
                <sqlite3>
                  data-dir {folder / "sqlite"}
                </sqlite3>
              </relstorage>
            </zodb>
            """


@contextmanager
def short_folder(owner: str | None = None):
    """Yield a new folder whose path is short enough for a socket; remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="appendonly-"))
    if owner is not None:
        shutil.chown(folder, owner)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def file_database(connections: int = 7) -> Iterator[DB]:
    """Yield a database in a new FileStorage, for so many connections at once."""
    with short_folder() as folder:
        db = databaseFromString(FileStorageEngine(folder).configuration)
        db.setPoolSize(connections)
        try:
            yield db
        finally:
            db.close()
