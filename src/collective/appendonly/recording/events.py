"""The event before an entry is recorded: subscribers add details, or veto the entry."""

from collections.abc import Mapping
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import IEntryWillBeRecordedEvent
from dataclasses import replace
from typing import Any
from zope.event import notify
from zope.interface import implementer
from zope.interface.interfaces import ObjectEvent

import json


@implementer(IEntryWillBeRecordedEvent)
class EntryWillBeRecordedEvent(ObjectEvent):
    """See IEntryWillBeRecordedEvent."""

    vetoed = False

    def __init__(self, obj, entry: Entry):
        super().__init__(obj)
        self.entry = entry

    def veto(self) -> None:
        self.vetoed = True

    def enrich(self, **details) -> None:
        self.entry = replace(
            self.entry, details={**self.entry.details, **as_json(details)}
        )


def after_subscribers(obj, entry: Entry) -> Entry | None:
    """Return *entry* as subscribers leave it, None if one of them vetoes it."""
    event = EntryWillBeRecordedEvent(obj, entry)
    notify(event)
    return None if event.vetoed else event.entry


def as_json(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of *details* as JSON reads it back: with lists for tuples, for example.

    Raises TypeError or ValueError for values that JSON cannot represent.
    """
    return json.loads(json.dumps(details, allow_nan=False))
