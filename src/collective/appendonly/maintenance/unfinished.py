"""What is to be part of a log one day: what a backfill or an import has collected so far."""

from collective.appendonly import backfill
from collective.appendonly import transfer
from collective.appendonly.structures.interfaces import IArchive


def unfinished_archive(site) -> IArchive | None:
    """Return the archive that is being filled for the log of *site*, None if none is.

    A log is filled by one of the two at a time.
    """
    found = backfill.unfinished_archive(site)
    return transfer.unfinished_archive(site) if found is None else found
