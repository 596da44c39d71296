"""Subscribers that veto or change entries before they are recorded."""

from collective.appendonly.interfaces import IEntryWillBeRecordedEvent


SEASONS = ("winter", "spring", "summer", "autumn")


def keep_the_surprise(obj, event: IEntryWillBeRecordedEvent) -> None:
    """Do not record pages that are tagged as a surprise."""
    if "surprise" in obj.Subject():
        event.veto()


def add_the_season(obj, event: IEntryWillBeRecordedEvent) -> None:
    """Add the season in which a bed was created."""
    if "created" in event.entry.actions:
        month = obj.created().month()
        event.enrich(season=SEASONS[month % 12 // 3])
