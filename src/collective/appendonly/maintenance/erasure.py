"""Erasure: the id of a person is replaced wherever the log holds it; what was done stays."""

from collections.abc import Callable
from collections.abc import Mapping
from collective.appendonly.attempts import commit_attempts
from collective.appendonly.bulk import BulkChangeSet
from collective.appendonly.entry import ChangeSet
from collective.appendonly.entry import decode
from collective.appendonly.entry import encode
from collective.appendonly.entry import Entry
from collective.appendonly.entry import Principals
from collective.appendonly.entry import pseudonym
from collective.appendonly.entry import UnknownFormat
from collective.appendonly.entry import USER
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

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
    something, and how many a later version of this package wrote, which it can't read.
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
) -> Erased:
    """Replace the ids of several people, as ``{user id: replacement}``, in one go.

    Replaced are the actors of change sets and entries, the names of entries about these
    users, and values of details that equal an id; an id within a longer text is not. From
    the principals an id is taken away: what stands for it must never match anybody.

    Calls *commit* after the stack and after each *batch* of archived layers, and tries again
    what conflicts with an edit. Only what changes is written. An erasure that was interrupted
    is called again: it finds the rest. Memory is bounded by a batch. *progress* is called
    with the number of change sets done and of all.

    What was committed before the erasure began is erased; the former records are in the
    database until it is packed.
    """
    names = _Names(replacements)
    total, done = len(log), len(log.stack)
    erased = commit_attempts(partial(_erase_stack, log, names), commit)
    # All that leaves the stack from now on is erased. Layers are looked at from new to old; from
    # the start again if the log is put on top of another archive, with other generations.
    epoch, newest = None, None
    while newest is not None or log.epoch != epoch:
        if log.epoch != epoch:
            epoch, newest = log.epoch, log.archive.generation
        if progress is not None:
            progress(min(done, total), total)
        work = partial(_erase_layers, log, names, newest, batch)
        found, items, newest = commit_attempts(work, commit)
        erased += found
        done += items
    if progress is not None:
        progress(total, total)
    return erased


def _erase_stack(log, names: "_Names") -> Erased:
    erased = Erased()
    for generation, items in log.stack.layers():
        _erase_items(log.stack, generation, items, names, erased)
    return erased


def _erase_layers(log, names, newest, count) -> tuple[Erased, int, int | None]:
    """Also return how many items that were, and where to go on, None at the end."""
    erased, items, generations = Erased(), 0, []
    for layer in islice(log.archive.layers(newest=newest), count):
        _erase_items(log.archive, layer.generation, layer.items, names, erased)
        items += len(layer.items)
        generations.append(layer.generation)
    is_end = len(generations) < count
    return erased, items, None if is_end else generations[-1] - 1


def _erase_items(holder, generation, items, names, erased) -> None:
    after = [_erase_item(item, names, erased) for item in items]
    if after != list(items):
        holder.replace(generation, after)


def _erase_item(item, names, erased):
    if isinstance(item, BulkChangeSet):
        _erase_blocks(item.blocks, names, erased)
        return item
    return names.erased_from(item, erased)


def _erase_blocks(blocks, names, erased) -> None:
    for start in range(0, len(blocks), _BLOCKS):
        some, changed_before = blocks[start : start + _BLOCKS], erased.changed
        for block in some:
            data = names.erased_from(block.data, erased)
            if data != block.data:
                block.data = data
        if erased.changed > changed_before:
            transaction.savepoint(optimistic=True)  # or they couldn't leave the memory
        for block in some:
            block._p_deactivate()


class _Names:
    """What is replaced by what."""

    def __init__(self, replacements: Mapping[str, str]):
        self._ids = dict(replacements)
        self._principals = {f"user:{user_id}" for user_id in replacements}
        self._values = self._ids | {
            f"user:{user_id}": f"user:{name}" for user_id, name in replacements.items()
        }

    def erased_from(self, data: bytes, erased: Erased) -> bytes:
        """Return an encoded change set without the ids, itself if it has none of them."""
        try:
            before = decode(data)
        except UnknownFormat as error:
            logger.error("A change set was left as it is: %s", error)
            erased.unreadable += 1
            return data
        after = self._change_set(before)
        if after == before:
            return data
        erased.changed += 1
        return encode(after)

    def _change_set(self, change_set: ChangeSet) -> ChangeSet:
        return replace(
            change_set,
            actor=self._id(change_set.actor),
            entries=tuple(map(self._entry, change_set.entries)),
        )

    def _entry(self, entry: Entry) -> Entry:
        about_user = not entry.uid and entry.portal_type == USER
        source = entry.source
        return replace(
            entry,
            actor=self._id(entry.actor),
            title=self._id(entry.title) if about_user else entry.title,
            principals=self._others(entry.principals),
            source=source
            and replace(source, principals=self._others(source.principals)),
            descendants=tuple(
                (count, self._others(principals))
                for count, principals in entry.descendants
            ),
            details=self._value(entry.details),
        )

    def _id(self, value: str | None) -> str | None:
        return self._ids.get(value, value)

    def _others(self, principals: Principals) -> Principals:
        return tuple(name for name in principals if name not in self._principals)

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._values.get(value, value)
        if isinstance(value, Mapping):
            return {key: self._value(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(inner) for inner in value]
        return value
