"""What a log or a queue can be kept in, each used as its own documentation shows.

A contender creates its objects under one key of the root, pushes one item onto them, and
reads back all it holds. Items are unique byte strings as the activity log writes them.
"""

from benchmarks.items import parts
from BTrees.Length import Length
from BTrees.LOBTree import LOBTree
from collections.abc import Callable
from collective.appendonly.compression import deflated
from collective.appendonly.entry import plain_text
from collective.appendonly.entry import to_json
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from persistent import Persistent
from persistent.list import PersistentList
from persistent.mapping import PersistentMapping
from repoze.catalog.catalog import Catalog
from repoze.catalog.indexes.field import CatalogFieldIndex
from repoze.catalog.indexes.keyword import CatalogKeywordIndex
from souper.interfaces import ICatalogFactory
from souper.interfaces import IStorageLocator
from souper.soup import get_soup
from souper.soup import NodeAttributeIndexer
from souper.soup import Record
from souper.soup import SoupData
from typing import Any
from zc.queue import CompositeQueue
from zc.queue import Queue
from zope.component import provideAdapter
from zope.component import provideUtility
from zope.interface import implementer

import appendonly
import collective.appendonly
import json
import random


@dataclass(frozen=True)
class Contender:
    """One way to keep items, and whether it says of itself that concurrent pushes merge."""

    name: str
    create: Callable[[], Any]
    push: Callable[
        [Any, bytes, int], None
    ]  # the objects, the item, the writer's number
    items: (
        Callable[[Any], list[bytes]] | None
    )  # in no particular order; None: keeps none
    merges: bool = False
    of_any_item: bool = True  # False: only of encoded change sets


def _stack_and_archive(package: Any, layers: int, length: int) -> PersistentMapping:
    stack = package.AppendStack(layers, length)
    return PersistentMapping(stack=stack, archive=package.Archive())


def _push_and_prune(arena: PersistentMapping, item: bytes, writer: int) -> None:
    # As the activity log does it: a push that prunes nothing need not load the archive.
    arena["stack"].push(item, lambda *layer: arena["archive"].addLayer(*layer))


def _stacked_and_archived(arena: PersistentMapping) -> list[bytes]:
    return [item for _, _, item in [*arena["stack"], *arena["archive"]]]


def stack(layers: int, length: int, ancestor: bool = False) -> Contender:
    """A stack of ours, or one of the package ``appendonly``, over its archive."""
    package = appendonly if ancestor else collective.appendonly
    name = "appendonly 1.2" if ancestor else "AppendStack"
    return Contender(
        name=f"{name}, {layers} × {length}",
        create=partial(_stack_and_archive, package, layers, length),
        push=_push_and_prune,
        items=_stacked_and_archived,
        merges=True,
    )


def _push_dict(arena: PersistentMapping, item: bytes, writer: int) -> None:
    _push_and_prune(arena, json.loads(plain_text(item)), writer)


def _dicts(arena: PersistentMapping) -> list[bytes]:
    texts = (to_json(item).encode() for item in _stacked_and_archived(arena))
    return [b"2" + deflated(text) for text in texts]


def of_dicts(contender: Contender) -> Contender:
    """Let the items be dicts of builtin values instead of byte strings."""
    name = f"{contender.name}, dicts"
    return replace(
        contender, name=name, push=_push_dict, items=_dicts, of_any_item=False
    )


def _put(queue: Any, item: bytes, writer: int) -> None:
    queue.put(item)


def _append(items: list, item: bytes, writer: int) -> None:
    items.append(item)


def _append_and_trim(items: list, item: bytes, writer: int) -> None:
    items.append(item)
    if len(items) > 16:
        del items[0]


def _next_key(tree: LOBTree, item: bytes, writer: int) -> None:
    tree[tree.maxKey() + 1 if tree else 0] = item


def _random_key(tree: LOBTree, item: bytes, writer: int) -> None:
    key = random.getrandbits(62)
    while not tree.insert(key, item):
        key = random.getrandbits(62)


def _count(length: Length, item: bytes, writer: int) -> None:
    length.change(1)


class _Place(Persistent):
    item = None


def _separate_objects() -> PersistentMapping:
    return PersistentMapping({writer: _Place() for writer in range(16)})


def _set(places: PersistentMapping, item: bytes, writer: int) -> None:
    places[writer].item = item


_INDEXES = {
    "time": CatalogFieldIndex,
    "actor": CatalogFieldIndex,
    "action": CatalogFieldIndex,
    "path": CatalogFieldIndex,
    "principals": CatalogKeywordIndex,
}


@implementer(ICatalogFactory)
class _StreamCatalog:
    """The indexes of an activity stream: when, who, what, where, and who may see it."""

    def __call__(self, context: Any = None) -> Catalog:
        catalog = Catalog()
        for name, index in _INDEXES.items():
            catalog[name] = index(NodeAttributeIndexer(name))
        return catalog


class _SoupHolder(Persistent):
    def __init__(self) -> None:
        self.soup = SoupData()
        get_soup("activity", self).catalog  # noqa: B018  made when it is asked for


@implementer(IStorageLocator)
class _SoupLocator:
    def __init__(self, holder: _SoupHolder) -> None:
        self._holder = holder

    def storage(self, name: str) -> SoupData:
        return self._holder.soup


provideAdapter(_SoupLocator, (_SoupHolder,), IStorageLocator)
provideUtility(_StreamCatalog(), ICatalogFactory, "activity")


def _add_record(holder: _SoupHolder, item: bytes, writer: int) -> None:
    record = Record()
    for name, value in parts(item).items():
        record.attrs[name] = value
    record.attrs["item"] = item
    get_soup("activity", holder).add(record)


def _records(holder: _SoupHolder) -> list[bytes]:
    return [record.attrs["item"] for record in holder.soup.data.values()]


LENGTH = Contender("BTrees.Length", Length, _count, None, merges=True)

CONTENDERS = [
    LENGTH,
    Contender("separate objects", _separate_objects, _set, None),
    stack(2, 8),
    stack(2, 16),
    stack(10, 100),
    stack(2, 8, ancestor=True),
    stack(2, 16, ancestor=True),
    stack(10, 100, ancestor=True),
    of_dicts(stack(2, 8)),
    of_dicts(stack(2, 8, ancestor=True)),
    Contender("zc.queue.Queue", Queue, _put, list, merges=True),
    Contender("zc.queue.CompositeQueue", CompositeQueue, _put, list, merges=True),
    Contender("PersistentList", PersistentList, _append, list),
    Contender("PersistentList, last 16 kept", PersistentList, _append_and_trim, None),
    Contender("LOBTree, next number", LOBTree, _next_key, lambda t: list(t.values())),
    Contender(
        "LOBTree, random number", LOBTree, _random_key, lambda t: list(t.values())
    ),
    Contender("souper", _SoupHolder, _add_record, _records, of_any_item=False),
]

BY_NAME = {contender.name: contender for contender in CONTENDERS}
