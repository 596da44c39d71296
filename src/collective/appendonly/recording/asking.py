"""The event before an entry is recorded: others may add to it, or object."""

from collective.appendonly.entry import Entry
from collective.appendonly.interfaces import IEntryWillBeRecordedEvent
from collective.appendonly.recording.details import plain
from dataclasses import replace
from zope.event import notify
from zope.interface import implementer
from zope.interface.interfaces import ObjectEvent


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
            self.entry, details={**self.entry.details, **plain(details)}
        )


def ask(obj, entry: Entry) -> Entry | None:
    """Return *entry* as subscribers left it, None if one of them objects."""
    event = EntryWillBeRecordedEvent(obj, entry)
    notify(event)
    return None if event.vetoed else event.entry
