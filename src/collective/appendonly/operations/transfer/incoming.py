"""Reading an exported file: its change sets, and the places where reading can continue later."""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.bulk import Item
from collective.appendonly.bulk import join
from collective.appendonly.entry import ChangeSet
from collective.appendonly.keys import Keys
from collective.appendonly.operations.filling import FillingError
from collective.appendonly.operations.transfer.records import end_record
from collective.appendonly.operations.transfer.records import FORMAT
from collective.appendonly.operations.transfer.records import from_record
from collective.appendonly.operations.transfer.records import Malformed
from collective.appendonly.operations.transfer.records import VERSION
from collective.appendonly.validation import DEPTH
from collective.appendonly.validation import is_nested
from hashlib import sha256
from itertools import groupby
from typing import Any
from typing import BinaryIO
from typing import NamedTuple

import json


# The levels of a record around the details of an entry: itself, the entries, an entry.
_DEPTH = 3 + DEPTH


class DamagedFile(FillingError):
    """A file that is damaged, incomplete, or not an exported log."""


class Place(NamedTuple):
    """A place in a file: the bytes and lines before it, and their contents."""

    offset: int = 0
    lines: int = 0
    change_sets: int = 0
    entries: int = 0


class Contents(NamedTuple):
    """The digest of a file, and the numbers in its last line."""

    digest: str
    change_sets: int
    entries: int


class Incoming(NamedTuple):
    """A change set, as an item of a stack, and the place after it."""

    item: Item
    place: Place


class _Line(NamedTuple):
    part: ChangeSet
    place: Place


def inspect(file: BinaryIO) -> Contents:
    """Read *file*, which is open at its beginning, to the end.

    Raises :class:`DamagedFile` for a file that is incomplete or not an exported log.
    """
    digest, last, count = sha256(), b"", 0
    for line in file:
        count += 1
        if count == 1:
            _check_header(line)
        digest.update(line)
        last = line
    if not count:
        raise DamagedFile("The file is empty.")
    is_whole = last.endswith(b"\n")
    end = _parsed(last, count) if is_whole else None
    if not isinstance(end, dict) or end.get("end") is not True:
        where = f"after line {count:,}" if is_whole else f"in line {count:,}"
        raise DamagedFile(
            f"The file is incomplete: it ends {where}, and the last line with the totals is"
            " missing. Export the log again, or copy the file again."
        )
    counted = end.get("change_sets"), end.get("entries")
    if end != end_record(*counted) or not all(type(n) is int for n in counted):
        raise DamagedFile(f"Line {count:,}, the last one, has no valid totals.")
    return Contents(digest.hexdigest(), *counted)


def change_sets(file: BinaryIO, place: Place, keys: Keys | None) -> Iterator[Incoming]:
    """Yield the change sets of *file* after *place*, one that this function has yielded before.

    Large ones get *keys*.

    Keeps one part of a large change set in memory. Raises :class:`DamagedFile`, with the number
    of the line, for a line that is not a change set.
    """
    lines = _lines(file, place)
    for _, same in groupby(lines, lambda line: line.place.change_sets):
        parts = _Parts(same)
        item = join(parts, keys)
        yield Incoming(item, parts.place)


class _Parts:
    """The parts of one change set, and the place after those that were read."""

    def __init__(self, lines: Iterable[_Line]):
        self._lines = lines
        self.place = Place()

    def __iter__(self) -> Iterator[ChangeSet]:
        for line in self._lines:
            self.place = line.place
            yield line.part


def _lines(file: BinaryIO, place: Place) -> Iterator[_Line]:
    file.seek(place.offset)
    if not place.offset:
        place = place._replace(offset=len(file.readline()), lines=1)
    before: ChangeSet | None = None
    for line in file:
        number = place.lines + 1
        record = _parsed(line, number)
        if isinstance(record, dict) and "end" in record:
            if file.readline():
                raise DamagedFile(
                    f"Line {number:,} is marked as the last line, but others follow."
                )
            return
        try:
            part = from_record(record)
        except Malformed as error:
            raise DamagedFile(f"Line {number:,} {error}.") from None
        continued = record.get("continued") is True
        if continued and (before is None or _head(part) != _head(before)):
            raise DamagedFile(
                f"Line {number:,} does not continue the change set of the previous line."
            )
        place = Place(
            place.offset + len(line),
            number,
            place.change_sets + (not continued),
            place.entries + len(part.entries),
        )
        yield _Line(part, place)
        before = part


def _head(part: ChangeSet) -> tuple:
    return part.time, part.actor, part.backfilled


def _check_header(line: bytes) -> None:
    try:
        header = _parsed(line, 1)
    except DamagedFile:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise DamagedFile(
            "This is not an exported activity log. Import a file that was written by"
            " “activitylog export --format jsonl”."
        )
    version = header.get("version")
    if version != VERSION:
        raise DamagedFile(
            f"The file has version {version} of the format, but this version of"
            f" collective.appendonly only supports version {VERSION}. Upgrade the package."
        )


def _parsed(line: bytes, number: int) -> Any:
    try:
        record = json.loads(line, parse_constant=_refuse)
        is_too_deep = is_nested(record, _DEPTH)
    except ValueError as error:
        raise DamagedFile(f"Line {number:,} is not JSON: {error}.") from None
    except RecursionError:
        is_too_deep = True
    if is_too_deep:
        raise DamagedFile(
            f"Line {number:,} is nested too deeply. Details can have up to {DEPTH} levels."
        )
    return record


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")
