"""The lines of a file as change sets, with the places where reading may go on later."""

from collections.abc import Iterable
from collections.abc import Iterator
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.bulk import join
from collective.appendonly.entry import ChangeSet
from collective.appendonly.transfer.failure import Damaged
from collective.appendonly.transfer.records import end_record
from collective.appendonly.transfer.records import FORMAT
from collective.appendonly.transfer.records import from_record
from collective.appendonly.transfer.records import Malformed
from collective.appendonly.transfer.records import VERSION
from hashlib import sha256
from itertools import groupby
from typing import Any
from typing import BinaryIO
from typing import NamedTuple

import json


class Place(NamedTuple):
    """How far a file was read: bytes, lines, and what was in them."""

    offset: int = 0
    lines: int = 0
    change_sets: int = 0
    entries: int = 0


class Contents(NamedTuple):
    """What a file tells of itself before it is read."""

    digest: str
    change_sets: int
    entries: int


class Incoming(NamedTuple):
    """A change set, as a stack keeps it, and the place after it."""

    item: bytes | BulkChangeSet
    place: Place


class _Line(NamedTuple):
    part: ChangeSet
    place: Place


def inspect(file: BinaryIO) -> Contents:
    """Return what *file*, open at its beginning, has to say. Reads it to the end.

    Raises Damaged for a file that is none of ours, or not complete.
    """
    digest, last, count = sha256(), b"", 0
    for line in file:
        count += 1
        if count == 1:
            _check_header(line)
        digest.update(line)
        last = line
    if not count:
        raise Damaged("The file is empty.")
    is_whole = last.endswith(b"\n")
    end = _parsed(last, count) if is_whole else None
    if not isinstance(end, dict) or end.get("end") is not True:
        where = f"after line {count:,}" if is_whole else f"in line {count:,}"
        raise Damaged(
            f"The file is not complete: it breaks off {where}, without the last line, which"
            " counts the others. Export the log again, or copy the file again."
        )
    counted = end.get("change_sets"), end.get("entries")
    if end != end_record(*counted) or not all(type(n) is int for n in counted):
        raise Damaged(f"Line {count:,}, the last one, doesn't count the others.")
    return Contents(digest.hexdigest(), *counted)


def change_sets(file: BinaryIO, place: Place) -> Iterator[Incoming]:
    """Yield the change sets of *file* after *place*, which is one that this has yielded before.

    A large one is in memory one part at a time. Raises Damaged, which names the line, for
    what is no change set.
    """
    lines = _lines(file, place)
    for _, same in groupby(lines, lambda line: line.place.change_sets):
        parts = _Parts(same)
        item = join(parts)
        yield Incoming(item, parts.place)


class _Parts:
    """The parts of one change set. Knows the place after those that were read."""

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
                raise Damaged(f"Line {number:,} says that it is the last, but is not.")
            return
        try:
            part = from_record(record)
        except Malformed as error:
            raise Damaged(f"Line {number:,} {error}.") from None
        continued = record.get("continued") is True
        if continued and (before is None or _head(part) != _head(before)):
            raise Damaged(
                f"Line {number:,} does not continue the change set of the line before."
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
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise Damaged(
            "The first line does not say that this is an exported activity log. Only what"
            " “activitylog export --format jsonl” wrote can be imported."
        )
    version = header.get("version")
    if version != VERSION:
        raise Damaged(
            f"The file has version {version} of the format, and this version of"
            f" collective.appendonly knows version {VERSION} only. Upgrade the package."
        )


def _parsed(line: bytes, number: int) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise Damaged(f"Line {number:,} is not JSON: {error}.") from None
