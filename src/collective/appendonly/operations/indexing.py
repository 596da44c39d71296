"""Indexing: keys for layers that were archived without, so that searches pass over them.

An earlier version of the add-on did not write keys, a layer with an item that could not be read has
none, and a summary may be lost, with the keys of its layer.
"""

from collections.abc import Callable
from collective.appendonly.bulk import make_known
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.transactions import commit_attempts
from collective.appendonly.transactions import errors_logged
from functools import partial
from itertools import islice


#: The number of layers that are read between two commits.
BATCH = 100


def index_log(
    log,
    progress: Progress = no_progress,
    commit: Callable[[], None] | None = None,
    batch: int = BATCH,
    everywhere: bool = False,
) -> int:
    """Give keys to the layers of *log* that have none, and return their number.

    *log* has keys already: see :func:`~collective.appendonly.operations.upgraded_log`.

    Commits, with *commit* if given, after each *batch* of layers, and retries conflicts with edits.
    Call it again to continue after an interruption. Items and positions stay as they are. If nothing
    lacks keys, loads one record per thousand layers. This does not notice each summary that is lost,
    so *everywhere* reads the whole archive. *progress* is called with the number of the generations
    that were read and their total.
    """
    newest, oldest = log.archive.generation, None
    if not everywhere:
        generations = unindexed(log, batch)
        if not generations:
            return 0
        newest = generations[0]
        # If these are all, such as one that cannot be read, begin with them.
        oldest = generations[-1] if len(generations) < batch else None
    indexed, first = 0, None
    while True:
        work = partial(_index_some, log, oldest, batch)
        more, begin, oldest = commit_attempts(work, commit)
        indexed += more
        first = begin if first is None else first
        is_end = oldest is None or oldest > newest
        progress(newest + 1 - first if is_end else oldest - first, newest + 1 - first)
        if is_end:
            return indexed
        log.stack._p_jar.cacheMinimize()


def unindexed(log, most: int) -> list[int]:
    """Return the generations of layers without keys, newest first, at most so many."""
    layers = log.archive.layers(having=[()])
    return [layer.generation for layer in islice(layers, most)]


def _index_some(log, oldest, batch) -> tuple[int, int, int | None]:
    """Return the number of layers, the first generation, and the one to continue with."""
    indexed = 0

    def contents_of(layer):
        nonlocal indexed
        for item in layer.items:
            with errors_logged("A large change set gets no keys."):
                make_known(item, log.keys)
        contents = log.contents_of(layer.items)
        indexed += contents[0] is not None
        return contents

    archive = log.archive
    begin = next((layer.generation for layer in archive.oldest_first(oldest)), 0)
    more = archive.index(contents_of, oldest, batch)
    return indexed, begin, more
