"""Filling an empty log with what the catalog knows of the time before the log.

Nobody saw it happening, so every such change set is labelled as backfilled.
"""

from collective.appendonly.backfill.run import backfill
from collective.appendonly.backfill.run import Backfilled
from collective.appendonly.backfill.run import BackfillError
from collective.appendonly.backfill.run import unfinished_archive


__all__ = ["BackfillError", "Backfilled", "backfill", "unfinished_archive"]
