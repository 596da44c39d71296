"""The event before an entry is recorded: subscribers add details, or veto the entry."""

from collections.abc import Mapping
from collective.appendonly.bounds import bounded
from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import IEntryWillBeRecordedEvent
from collective.appendonly.recording.differences.previous import committed_state
from collective.appendonly.transactions import answer
from collective.appendonly.validation import DEPTH
from collective.appendonly.validation import invalid_names
from collective.appendonly.validation import is_nested
from collective.appendonly.validation import without_surrogates
from dataclasses import replace
from functools import cached_property
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

    @cached_property
    def before(self) -> Mapping[str, Any] | None:
        # A user or a group is no object.
        is_object = not isinstance(self.object, tuple)
        return answer(committed_state, self.object) if is_object else None

    def veto(self) -> None:
        self.vetoed = True

    def enrich(self, **details) -> None:
        self.entry = replace(
            self.entry, details={**self.entry.details, **as_json(details)}
        )


def after_subscribers(obj, entry: Entry) -> Entry | None:
    """Return *entry* as subscribers leave it, None if one of them vetoes it.

    Raises ValueError if they leave an entry with invalid values, see ``validation.py``.
    """
    event = EntryWillBeRecordedEvent(obj, entry)
    notify(event)
    if event.vetoed:
        return None
    if event.entry is not entry:
        for name in invalid_names(bounded(event.entry)):
            value = getattr(event.entry, name)
            raise ValueError(f"A subscriber has set an invalid {name}: {value!r:.60}")
    return event.entry


def as_json(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of *details* as JSON reads it back: with lists for tuples, for example.

    Lone surrogates become question marks. Raises TypeError or ValueError for values that JSON
    cannot represent, and for more than ``DEPTH`` levels.
    """
    if is_nested(details, DEPTH):
        raise ValueError(f"Details can have up to {DEPTH} levels.")
    text = json.dumps(details, allow_nan=False, ensure_ascii=False)
    return json.loads(without_surrogates(text))
