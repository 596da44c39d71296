"""Searching a database for an id, byte by byte: encoded change sets are deflated in it."""

from collections.abc import Iterator
from collective.appendonly.entry import plain_text
from collective.appendonly.entry import UnknownFormat
from contextlib import closing
from io import BytesIO
from pathlib import Path
from pickletools import genops
from ZODB.FileStorage import FileStorage


def searchable(record: bytes) -> bytes:
    """Return the data of a record, followed by the text of all change sets in it."""
    return record + b"\n".join(_texts(record))


def searchable_file(path: Path) -> bytes:
    """Return the bytes of a FileStorage, followed by the text of all change sets in it."""
    with closing(FileStorage(str(path), read_only=True)) as storage:
        texts = [
            text
            for transaction in storage.iterator()
            for record in transaction
            if record.data
            for text in _texts(record.data)
        ]
    return b"\n".join([path.read_bytes(), *texts])


def _texts(record: bytes) -> Iterator[bytes]:
    # The records of others are many.
    if b"collective.appendonly" not in record:
        return
    pickles = BytesIO(record)
    while pickles.tell() < len(record):
        for _, value, _ in genops(pickles):
            if isinstance(value, bytes):
                try:
                    yield plain_text(value)
                except UnknownFormat:
                    continue
