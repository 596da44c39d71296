"""Subscribers that have a say before an entry is recorded."""

from collective.appendonly.interfaces import IEntryWillBeRecordedEvent


SEASONS = ("winter", "spring", "summer", "autumn")


def keep_the_surprise(obj, event: IEntryWillBeRecordedEvent) -> None:
    """Tell nobody about pages that are tagged as a surprise."""
    if "surprise" in obj.Subject():
        event.veto()


def add_the_season(obj, event: IEntryWillBeRecordedEvent) -> None:
    """Remember in which season a bed was created."""
    if "created" in event.entry.actions:
        month = obj.created().month()
        event.enrich(season=SEASONS[month % 12 // 3])
