"""The queue: filled in the transaction of each edit, and read from a stored position.

Edits only push onto the stack, and the worker only writes its position. So they never conflict, and
the order is that of the log.
"""

from collections.abc import Iterator
from collective.appendonly.entry import to_iso
from collective.appendonly.events import IChangeSetRecordedEvent
from collective.appendonly.structures.interfaces import IAppendStack
from collective.appendonly.structures.interfaces import IArchive
from collective.appendonly.zcml.provisioning import deprovision
from collective.appendonly.zcml.provisioning import provision
from itertools import chain
from persistent.mapping import PersistentMapping
from plone import api
from typing import NamedTuple
from uuid import uuid4
from zope.annotation.interfaces import IAnnotations
from zope.component import getAdapter
from zope.component import getUtility
from zope.component import queryUtility

import json


QUEUE = "activityhook.queue"
#: The annotation of the site with the position after which nothing has been delivered.
STATE = "activityhook.state"
#: The number of entries of a change set that are posted. An import may have thousands.
ENTRIES = 100


class Message(NamedTuple):
    """A message and its position in the queue."""

    generation: int
    index: int
    body: bytes


def install(setup_tool) -> None:
    site = api.portal.get()
    provision(site, QUEUE)
    IAnnotations(site).setdefault(STATE, PersistentMapping(delivered=(-1, -1)))


def uninstall(setup_tool) -> None:
    site = api.portal.get()
    deprovision(site, QUEUE)
    IAnnotations(site).pop(STATE, None)


def enqueue(event: IChangeSetRecordedEvent) -> None:
    """Put a message about a change set into the queue of its site."""
    stack = queryUtility(IAppendStack, name=QUEUE)
    # Other sites may not have installed this add-on.
    if stack is not None:
        stack.push(_message(event), _archive().addLayer)


def pending() -> Iterator[Message]:
    """Yield all messages that were not delivered, oldest first."""
    generation, index = IAnnotations(api.portal.get())[STATE]["delivered"]
    archived = _archive().oldest_first(generation)
    layers = chain(
        ((layer.generation, layer.items) for layer in archived),
        getUtility(IAppendStack, name=QUEUE).layers(),
    )
    for number, items in layers:
        for place, body in enumerate(items):
            if (number, place) > (generation, index):
                yield Message(number, place, body)


def mark_delivered(message: Message) -> None:
    """Store that *message*, and so all older ones, were delivered. The caller commits."""
    state = IAnnotations(api.portal.get())[STATE]
    state["delivered"] = message.generation, message.index
    _archive().discard(message.generation)


def _archive() -> IArchive:
    return getAdapter(api.portal.get(), IArchive, name=QUEUE)


def _message(event: IChangeSetRecordedEvent) -> bytes:
    change_set = event.change_set
    entries = [
        {
            "actions": entry.actions,
            "path": entry.path,
            "title": entry.title,
            "type": entry.portal_type,
            "UID": entry.uid,
        }
        for entry in change_set.entries[:ENTRIES]
    ]
    body = {
        # A message may be posted twice. By this, the other server knows.
        "id": str(uuid4()),
        "site": event.site_path,
        "time": to_iso(change_set.time),
        "actor": change_set.actor,
        "entries": entries,
        "count": len(change_set.entries),
    }
    return json.dumps(body).encode()
