"""Erasing users: their ids are replaced throughout the log. The entries are kept.

What is erased otherwise, such as logins, is rewritten in the same way.
"""

from collections.abc import Callable
from collections.abc import Mapping
from collective.appendonly.bulk import Item
from collective.appendonly.bulk import rewrite
from collective.appendonly.entry import pseudonym
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.operations import no_progress
from collective.appendonly.operations import Progress
from collective.appendonly.operations.maintenance.pseudonyms import Replacer
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.transactions import commit_attempts
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any
from typing import Protocol

import logging


logger = logging.getLogger(__name__)

#: The number of archived layers that are processed in one transaction.
BATCH = 100


@dataclass
class Erased:
    """The numbers of change sets, or blocks of large ones, that were changed or are unreadable.

    The unreadable ones were written by a later version of this package, or are damaged.
    """

    changed: int = 0
    unreadable: int = 0

    def __iadd__(self, other: "Erased") -> "Erased":
        self.changed += other.changed
        self.unreadable += other.unreadable
        return self


def erase(log, user_id: str, replacement: str | None = None, **options) -> Erased:
    """Replace *user_id* with *replacement*, by default a new pseudonym, in all of *log*.

    To continue an interrupted erasure, pass the same replacement; otherwise the user gets two
    pseudonyms. For *options* see :func:`erase_all`.
    """
    return erase_all(log, {user_id: replacement or pseudonym()}, **options)


def erase_all(
    log,
    pseudonyms: Mapping[str, str],
    batch: int = BATCH,
    commit: Callable[[], None] | None = None,
    progress: Progress = no_progress,
    unfinished: Callable[[], IArchive | None] = lambda: None,
) -> Erased:
    """Replace the ids of several users, ``{user id: pseudonym}``, in one pass over *log*.

    :class:`~collective.appendonly.operations.maintenance.pseudonyms.Replacer` describes what is
    replaced.

    Commits, with *commit* if given, after the stack and after each *batch* of archived layers,
    and retries conflicts with edits. Writes only records that change. Call it again to continue
    after an interruption. Keeps one batch in memory. *progress* is called with the number of
    processed change sets and the total. *unfinished* returns an archive that will become part of
    the log.

    Everything that was committed before the erasure began is erased; the former records stay in
    the database until it is packed.
    """
    return rewrite_log(log, Replacer(pseudonyms), batch, commit, progress, unfinished)


class IRewriter(Protocol):
    """An object that rewrites change sets, such as a ``pseudonyms.Replacer``."""

    def for_change_set(self) -> "IRewriter": ...

    def replaced_in(self, data: bytes) -> bytes: ...


def rewrite_log(
    log,
    rewriter: IRewriter,
    batch: int = BATCH,
    commit: Callable[[], None] | None = None,
    progress: Progress = no_progress,
    unfinished: Callable[[], IArchive | None] = lambda: None,
    **wanted: Any,
) -> Erased:
    """Apply *rewriter* to each change set of *log*, in batches as :func:`erase_all` does.

    *wanted* are arguments of ``IArchive.layers``: only such layers of the archive are looked at.
    """
    total, done = len(log) + len(unfinished() or ()), len(log.stack)
    erased = commit_attempts(partial(_erase_stack, log, rewriter), commit)
    # From now on, all that leaves the stack is erased. Layers are processed from new to old, and
    # again from the start if the log is put on top of another archive, with other generations.
    epoch = None
    while log.epoch != epoch:
        epoch = log.epoch
        for archive in (lambda: log.archive), unfinished:
            found = archive()
            newest = None if found is None else found.generation
            while newest is not None and log.epoch == epoch:
                progress(min(done, total), total)
                work = partial(
                    _erase_layers, log, archive, rewriter, newest, batch, wanted
                )
                more, items, newest = commit_attempts(work, commit)
                erased += more
                done += items
                # Layers are large, and those on the way to them are loaded too: the cache would
                # hold far more bytes than it is meant to.
                log.stack._p_jar.cacheMinimize()
    progress(total, total)
    return erased


def _erase_stack(log, replacer: Replacer) -> Erased:
    erased = Erased()
    for generation, items in log.stack.layers():
        after = _erase_items(log, items, replacer, erased)
        if after != list(items):
            log.stack.replace(generation, after)
    return erased


def _erase_layers(
    log, find, replacer, newest, count, wanted
) -> tuple[Erased, int, int | None]:
    """Also return the number of items, and where to continue, None at the end."""
    erased, items, generations = Erased(), 0, []
    archive = find()
    layers = () if archive is None else archive.layers(newest=newest, **wanted)
    for layer in islice(layers, count):
        before = erased.changed
        after = _erase_items(log, layer.items, replacer, erased)
        if erased.changed > before:
            # Also if the items are the same objects, because their keys are not.
            archive.replace(layer.generation, after, *log.contents_of(after))
        items += len(layer.items)
        generations.append(layer.generation)
    is_end = len(generations) < count
    return erased, items, None if is_end else generations[-1] - 1


def _erase_items(log, items, replacer, erased) -> list[Item]:
    unreadable = partial(_skip, erased)
    return [
        rewrite(
            item,
            partial(_erase_data, replacer.for_change_set(), erased),
            log.keys,
            unreadable,
        )
        for item in items
    ]


def _erase_data(replacer: Replacer, erased: Erased, data: bytes) -> bytes:
    after = replacer.replaced_in(data)
    erased.changed += after != data
    return after


def _skip(erased: Erased, error: UnknownFormat) -> None:
    logger.error("Skipped a change set that should be erased: %s", error)
    erased.unreadable += 1
