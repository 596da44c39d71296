"""Erasure: the id of a person is replaced wherever the log holds it; what was done stays."""

from collections.abc import Callable
from collections.abc import Mapping
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.entry import pseudonym
from collective.appendonly.maintenance.names import Names
from collective.appendonly.maintenance.names import UNREADABLE
from collective.appendonly.structures.interfaces import IArchive
from dataclasses import dataclass
from functools import partial
from itertools import islice

import logging
import transaction


logger = logging.getLogger(__name__)

#: How many layers of the archive are looked at in one transaction.
BATCH = 100
# How many blocks of one large change set are in memory at once.
_BLOCKS = 50


@dataclass
class Erased:
    """What an erasure did: in how many change sets (or blocks of large ones) it replaced
    something, and how many it can't read: a later version of this package wrote them, or they
    are damaged.
    """

    changed: int = 0
    unreadable: int = 0

    def __iadd__(self, other: "Erased") -> "Erased":
        self.changed += other.changed
        self.unreadable += other.unreadable
        return self


def erase(log, user_id: str, replacement: str | None = None, **options) -> Erased:
    """Replace *user_id* by *replacement*, by default a new pseudonym, in all of the log.

    Pass the same replacement to go on where an erasure was interrupted, else one person
    gets two pseudonyms. For *options* see :func:`erase_all`.
    """
    return erase_all(log, {user_id: replacement or pseudonym()}, **options)


def erase_all(
    log,
    replacements: Mapping[str, str],
    batch: int = BATCH,
    commit: Callable[[], None] = transaction.commit,
    progress: Callable[[int, int], None] | None = None,
    unfinished: Callable[[], IArchive | None] = lambda: None,
) -> Erased:
    """Replace the ids of several people, as ``{user id: replacement}``, in one go.

    For what is replaced see :class:`~collective.appendonly.maintenance.names.Names`.

    Calls *commit* after the stack and after each *batch* of archived layers, and tries again
    what conflicts with an edit. Only what changes is written. An erasure that was interrupted
    is called again: it finds the rest. Memory is bounded by a batch. *progress* is called
    with the number of change sets done and of all. *unfinished* gives an archive besides the
    log's that is to be part of the log one day.

    What was committed before the erasure began is erased; the former records are in the
    database until it is packed.
    """
    names = Names(replacements)
    total, done = len(log) + len(unfinished() or ()), len(log.stack)
    erased = commit_attempts(partial(_erase_stack, log, names), commit)

    def report():
        if progress is not None:
            progress(min(done, total), total)

    # All that leaves the stack from now on is erased. Layers are looked at from new to old; from
    # the start again if the log is put on top of another archive, with other generations.
    epoch = None
    while log.epoch != epoch:
        epoch = log.epoch
        for archive in (lambda: log.archive), unfinished:
            found = archive()
            newest = None if found is None else found.generation
            while newest is not None and log.epoch == epoch:
                report()
                work = partial(_erase_layers, archive, names, newest, batch)
                more, items, newest = commit_attempts(work, commit)
                erased += more
                done += items
                # Layers are large, and those on the way to them are loaded too: the cache would
                # hold far more bytes than it is meant for.
                log.stack._p_jar.cacheMinimize()
    done = total
    report()
    return erased


def _erase_stack(log, names: Names) -> Erased:
    erased = Erased()
    for generation, items in log.stack.layers():
        _erase_items(log.stack, generation, items, names, erased)
    return erased


def _erase_layers(find, names, newest, count) -> tuple[Erased, int, int | None]:
    """Also return how many items that were, and where to go on, None at the end."""
    erased, items, generations = Erased(), 0, []
    archive = find()
    layers = () if archive is None else archive.layers(newest=newest)
    for layer in islice(layers, count):
        _erase_items(archive, layer.generation, layer.items, names, erased)
        items += len(layer.items)
        generations.append(layer.generation)
    is_end = len(generations) < count
    return erased, items, None if is_end else generations[-1] - 1


def _erase_items(holder, generation, items, names, erased) -> None:
    after = [_erase_item(item, names.for_one_deed(), erased) for item in items]
    if after != list(items):
        holder.replace(generation, after)


def _erase_item(item, names, erased):
    if isinstance(item, BulkChangeSet):
        _erase_blocks(item.blocks, names, erased)
        return item
    return _erase_data(item, names, erased)


def _erase_blocks(blocks, names, erased) -> None:
    for start in range(0, len(blocks), _BLOCKS):
        some, changed_before = blocks[start : start + _BLOCKS], erased.changed
        for block in some:
            data = _erase_data(block.data, names, erased)
            if data != block.data:
                block.data = data
        if erased.changed > changed_before:
            transaction.savepoint(optimistic=True)  # or they couldn't leave the memory
        for block in some:
            block._p_deactivate()


def _erase_data(data: bytes, names: Names, erased: Erased) -> bytes:
    try:
        after = names.erased_from(data)
    except UNREADABLE as error:
        logger.error("A change set was left as it is: %s", error)
        erased.unreadable += 1
        return data
    if after != data:
        erased.changed += 1
    return after
