"""Putting an exported file into an empty log, in batches.

As a backfill does it: what the file tells is collected in an archive of its own. At the end,
in one transaction, what the log has recorded meanwhile goes on top of it.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.log import STACK
from collective.appendonly.structures.archive import Archive
from collective.appendonly.transfer.failure import Damaged
from collective.appendonly.transfer.failure import ImportFailed
from collective.appendonly.transfer.incoming import change_sets
from collective.appendonly.transfer.incoming import Contents
from collective.appendonly.transfer.incoming import Incoming
from collective.appendonly.transfer.incoming import inspect
from collective.appendonly.transfer.incoming import Place
from functools import partial
from itertools import islice
from persistent.mapping import PersistentMapping
from transaction.interfaces import TransientError
from typing import BinaryIO
from typing import NamedTuple
from zope.annotation.interfaces import IAnnotations
from zope.component import queryUtility
from zope.component.hooks import site as current_site

import transaction


#: The annotation of the site with what is filled so far; see docs/storage-format.rst.
IMPORT = f"{STACK}.import"
#: How many entries are put in between two commits, about.
BATCH = 1000

Progress = Callable[[int, int], None]


class Filled(NamedTuple):
    """What a log was filled with."""

    change_sets: int
    entries: int


def fill_from(
    site,
    file: BinaryIO,
    progress: Progress | None = None,
    batch: int = BATCH,
    anew: bool = False,
) -> Filled:
    """Fill the empty log of *site* with what *file* holds, which is open at its beginning.

    Commits after each *batch* of entries, and drops what the caller has not committed. It may
    be interrupted at any time: called again with the same file, it goes on where it stopped;
    *anew* forgets what an interrupted one has collected. *progress* is called with the number
    of change sets that are done and of all.

    Raises :class:`ImportFailed` if the file is damaged, if the log holds something already, if
    there is none, or if somebody else fills it at the same time. Then the log is as it was.
    """
    transaction.begin()
    with current_site(site):
        contents = inspect(file)
        place = commit_attempts(partial(_begin, site, contents, anew))
        try:
            place = _collect(site, file, contents, place, progress, batch)
            if place[2:] != contents[1:]:
                raise Damaged(
                    f"The last line counts {contents.change_sets:,} change sets and"
                    f" {contents.entries:,} entries, but there are {place.change_sets:,}"
                    f" and {place.entries:,}. Lines are missing, or were added."
                )
        except Damaged:
            # What is wrong with the file is to be mended, and that makes another file of it.
            transaction.abort()
            commit_attempts(partial(_forget, site, contents))
            raise
        try:
            in_the_way = commit_attempts(partial(_finish, site, place))
        except TransientError as error:
            raise ImportFailed(
                "All is collected, but people saved so much that it could not be put into"
                " the activity log. Run the import again at a quieter time: only the last"
                " step is left."
            ) from error
    if in_the_way is not None:
        raise ImportFailed(in_the_way)
    return Filled(place.change_sets, place.entries)


def unfinished_archive(site) -> Archive | None:
    """Return the archive that is being filled for the log of *site*, None if none is."""
    work = IAnnotations(site).get(IMPORT)
    return None if work is None else work["archive"]


def _collect(site, file, contents, place, progress, batch) -> Place:
    def report():
        if progress is not None:
            progress(place.change_sets, contents.change_sets)

    incoming = change_sets(file, place)
    length = _log().stack.max_length
    report()
    while layers := list(_layers(incoming, length, place.entries + batch)):
        commit_attempts(partial(_fill, site, layers, place))
        site._p_jar.cacheMinimize()
        place = layers[-1][-1].place
        report()
    return place


def _layers(
    incoming: Iterator[Incoming], length: int, until: int
) -> Iterator[list[Incoming]]:
    """Yield full layers, and the rest at the end, until there are so many entries."""
    while layer := list(islice(incoming, length)):
        yield layer
        if layer[-1].place.entries >= until:
            return


def _begin(site, contents: Contents, anew: bool) -> Place:
    """Make sure that there is work, and return how far it is."""
    log = _log()
    annotations = IAnnotations(site)
    if anew:
        annotations.pop(IMPORT, None)
    if IMPORT not in annotations:
        _check_is_free(log, annotations)
        annotations[IMPORT] = PersistentMapping(
            archive=Archive(),
            first_generation=log.stack.first_generation,
            epoch=log.epoch,
            digest=contents.digest,
            place=tuple(Place()),
        )
    work = annotations[IMPORT]
    if work["digest"] != contents.digest:
        raise ImportFailed(
            "An import of another file was interrupted. Import that one to go on; or pass"
            " --anew to forget it, and to begin with this file."
        )
    return Place(*work["place"])


def _check_is_free(log, annotations) -> None:
    if len(log):
        raise ImportFailed(
            f"The activity log holds {len(log):,} changes already. Only an empty log can be"
            " filled. To begin anew, uninstall the add-on, which removes its log; install"
            " it, and run the import at once."
        )
    if any(key.startswith(f"{STACK}.") for key in annotations):
        raise ImportFailed(
            "The activity log is being filled from the catalog. Let the backfill finish;"
            " or uninstall the add-on, which removes what it has collected."
        )


def _fill(site, layers: list[list[Incoming]], after: Place) -> None:
    work = _work(site)
    if tuple(work["place"]) != after:
        raise ImportFailed(
            "Somebody else fills the activity log of this site at the same time. Let them"
            " finish."
        )
    archive = work["archive"]
    for layer in layers:
        generation = max(archive.generation + 1, work["first_generation"])
        archive.addLayer(generation, [incoming.item for incoming in layer])
    work["place"] = tuple(layers[-1][-1].place)


def _finish(site, place: Place) -> str | None:
    """Put the log on top of what was filled; or return why that is no longer possible."""
    work, log = _work(site), _log()
    del IAnnotations(site)[IMPORT]
    if work["epoch"] != log.epoch:
        return (
            "While it was being filled, somebody else has filled the activity log. Nothing"
            " was added."
        )
    if log.archive.horizon > work["first_generation"]:
        return (
            "While it was being filled, the activity log has discarded its oldest changes."
            " What the file tells may be older still, so nothing was added."
        )
    if place.change_sets:
        log.rest_on(work["archive"])
    return None


def _forget(site, contents: Contents) -> None:
    annotations = IAnnotations(site)
    if IMPORT in annotations and annotations[IMPORT]["digest"] == contents.digest:
        del annotations[IMPORT]


def _log():
    log = queryUtility(IActivityLog)
    if log is None:
        raise ImportFailed(
            "The add-on is not installed in this site, so there is no activity log. Install"
            " “Recent activity” in the add-ons control panel of the site first."
        )
    return log


def _work(site):
    work = IAnnotations(site).get(IMPORT)
    if work is None:
        raise ImportFailed(
            "Somebody else has filled or removed the activity log of this site meanwhile."
        )
    return work
