"""How much a site's log holds, since when, and what it takes."""

from collective.appendonly.statistics.counting import Counts
from collective.appendonly.statistics.counting import statistics


__all__ = ["Counts", "statistics"]
