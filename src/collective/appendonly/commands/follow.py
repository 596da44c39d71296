"""``activitylog follow``: print new changes as they are recorded."""

from collective.appendonly.commands.ending import standard_output
from collective.appendonly.commands.export import replacing
from collective.appendonly.commands.progress import errors_reported
from collective.appendonly.commands.site import find_log
from collective.appendonly.entry import ChangeSet
from collective.appendonly.feed.cursor import InvalidCursor
from collective.appendonly.feed.cursor import to_cursor
from collective.appendonly.feed.cursor import to_position
from collective.appendonly.interfaces import BEGINNING
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import Position
from collective.appendonly.operations import OperationError
from collective.appendonly.operations.transfer.outgoing import to_line
from collective.appendonly.operations.transfer.records import to_record
from hashlib import sha256
from itertools import islice
from pathlib import Path
from time import sleep
from typing import BinaryIO
from typing import NamedTuple
from ZODB.POSException import StorageError

import click
import json
import transaction


#: The number of lines after which the place is stored.
BATCH = 100


@click.command("follow")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file that stores how far the log was read.",
)
@click.option(
    "--new",
    "only_new",
    is_flag=True,
    help="If there is no such file, start with what is recorded from now on.",
)
@click.option("--once", is_flag=True, help="Print what is new, and exit.")
@click.option(
    "--interval",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    help="Look for new changes after so many seconds.",
)
@click.pass_obj
def command(location, state, only_new, once, interval):
    """Print new changes as they are recorded, as JSON Lines.

    For syslog, SIEM systems and queues. The lines are those of “export”, regardless of permissions,
    oldest first. Started again with the same file, the command continues where it stopped. If it is
    killed, some lines may be printed again; none is left out.
    """
    with errors_reported("Run the command again to continue where it stopped."):
        stream = standard_output()
        location.open()
        log = find_log()
        place = _load(state)
        if place is None:
            place = _end(log) if only_new else _Place(to_cursor(log, BEGINNING), "")
            _save(state, place)
        while True:
            for reached in _printed(place, stream):
                _save(state, reached)
                place = reached
            if once:
                return
            sleep(interval)


class _Place(NamedTuple):
    """The place up to which the log was read: a cursor, and a digest of the last change set.

    The digest finds the place in a log that was put on top of another one: its cursors are new.
    """

    cursor: str
    digest: str


def _printed(place: _Place, stream: BinaryIO):
    """Write all that is newer than *place*, and yield the place after each batch."""
    while True:
        try:
            # Sees what was committed meanwhile. If that is nothing, one record is asked for.
            transaction.begin()
            log = find_log()  # the add-on may be uninstalled, and installed again
            position = _find(log, place)
            found = list(islice(log.newer(position), BATCH))
        except StorageError as error:
            raise OperationError(
                f"The database cannot be read: {type(error).__name__}: {error}. Run the command"
                " again to continue where it stopped."
            ) from error
        if not found:
            return
        for newer, part in found:
            is_continued = newer[:2] == position[:2]
            stream.write(to_line(to_record(part, is_continued)))
            position = newer
        # A pipe may be broken. Then the place stays as it was.
        stream.flush()
        place = _Place(to_cursor(log, position), _digest(part))
        yield place
        log._p_jar.cacheGC()


def _find(log: IActivityLog, place: _Place) -> Position:
    try:
        return to_position(log, place.cursor)
    except InvalidCursor:
        # The log has begun anew: after a backfill it lies on top of older changes.
        if not place.digest:
            return BEGINNING
    for position, part in log.older():
        if _digest(part) == place.digest:
            return position
    raise OperationError(
        "The log does not contain the change where the last run stopped. It is another log, or"
        " the change was discarded or erased. Remove the state file to start over, with --new to"
        " skip what there is."
    )


def _end(log: IActivityLog) -> _Place:
    for position, part in log.older():
        return _Place(to_cursor(log, position), _digest(part))
    return _Place(to_cursor(log, BEGINNING), "")


def _digest(part: ChangeSet) -> str:
    return sha256(to_line(to_record(part))).hexdigest()


def _load(state: Path) -> _Place | None:
    try:
        stored = json.loads(state.read_bytes())
        return _Place(str(stored["cursor"]), str(stored["digest"]))
    except FileNotFoundError:
        return None
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise OperationError(
            f"Cannot read {state}: {type(error).__name__}: {error}. Remove the file to start over."
        ) from error


def _save(state: Path, place: _Place) -> None:
    try:
        with replacing(state) as file:
            file.write(to_line(place._asdict()))
    except OSError as error:
        raise OperationError(f"Cannot write {state}: {error.strerror}.") from error
