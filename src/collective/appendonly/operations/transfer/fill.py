"""Filling an empty log from an exported file."""

from collections.abc import Iterator
from collective.appendonly.operations import installed_log
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.operations.filling import Filling
from collective.appendonly.operations.filling import FillingError
from collective.appendonly.operations.filling import IMPORT
from collective.appendonly.operations.transfer.incoming import change_sets
from collective.appendonly.operations.transfer.incoming import Contents
from collective.appendonly.operations.transfer.incoming import DamagedFile
from collective.appendonly.operations.transfer.incoming import Incoming
from collective.appendonly.operations.transfer.incoming import inspect
from collective.appendonly.operations.transfer.incoming import Place
from collective.appendonly.transactions import commit_attempts
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import BinaryIO
from typing import NamedTuple
from zope.component.hooks import site as current_site

import transaction


#: The approximate number of entries that are imported between two commits.
BATCH = 1000


class Filled(NamedTuple):
    """The numbers of change sets and entries in a filled log."""

    change_sets: int
    entries: int


def fill_from(
    site,
    file: BinaryIO,
    progress: Progress = no_progress,
    batch: int = BATCH,
    anew: bool = False,
) -> Filled:
    """Fill the empty log of *site* from *file*, which is open at its beginning.

    Commits after each *batch* of entries, and discards uncommitted changes of the caller. It may
    be interrupted at any time: called again with the same file, it continues where it stopped;
    *anew* discards what an interrupted import has collected. *progress* is called with the
    number of finished change sets and the total.

    Raises :class:`FillingError` if the file is damaged, the log is not empty or another process
    fills it, and :class:`~collective.appendonly.operations.NotInstalled`. Then the log is as it
    was before.
    """
    transaction.begin()
    with current_site(site):
        contents = inspect(file)
        filling = Filling(site, IMPORT)
        place = commit_attempts(partial(_begin, filling, contents, anew))
        try:
            place = _collect(site, filling, file, contents, place, progress, batch)
        except DamagedFile:
            # Repaired, it is another file.
            transaction.abort()
            commit_attempts(partial(_forget, filling, contents))
            raise
        filling.finish()
    return Filled(place.change_sets, place.entries)


def _begin(filling: Filling, contents: Contents, anew: bool) -> Place:
    """Make sure that there is work to continue, and return its place."""
    if anew:
        filling.forget()
    state = filling.begin(
        epoch=installed_log().epoch, digest=contents.digest, place=tuple(Place())
    )
    if state["digest"] != contents.digest:
        raise FillingError(
            "The import of another file was interrupted. Import that file to continue, or use"
            " --anew to discard it and start with this file."
        )
    return Place(*state["place"])


def _collect(site, filling, file, contents, place, progress, batch) -> Place:
    log = installed_log()
    incoming, length = change_sets(file, place, log.keys), log.stack.max_length
    progress(place.change_sets, contents.change_sets)
    while some := list(_batch(incoming, length, place.entries + batch)):
        items, end = [each.item for each in some], some[-1].place
        commit_attempts(partial(filling.add, items, place, tuple(end)))
        site._p_jar.cacheMinimize()
        place = end
        progress(place.change_sets, contents.change_sets)
    if place[2:] != contents[1:]:
        raise DamagedFile(
            f"The last line counts {contents.change_sets:,} change sets and"
            f" {contents.entries:,} entries, but there are {place.change_sets:,} and"
            f" {place.entries:,}. Lines are missing or were added."
        )
    return place


def _batch(incoming: Iterator[Incoming], length: int, until: int) -> Iterator[Incoming]:
    """Yield full layers until there are so many entries, and the rest at the end."""
    while layer := list(islice(incoming, length)):
        yield from layer
        if layer[-1].place.entries >= until:
            return


def _forget(filling: Filling, contents: Contents) -> None:
    with suppress(FillingError):
        if filling.state["digest"] == contents.digest:
            filling.forget()
