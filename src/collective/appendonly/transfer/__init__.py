"""Taking a whole log out of a site, as a file, and putting it into another one.

For operators: who may see what does not matter here. People download what they may see by the
feed (``browser/export.py``).
"""

from collective.appendonly.transfer.failure import ImportFailed
from collective.appendonly.transfer.fill import fill_from
from collective.appendonly.transfer.fill import Filled
from collective.appendonly.transfer.fill import unfinished_archive
from collective.appendonly.transfer.outgoing import Export
from collective.appendonly.transfer.selection import Selection


__all__ = [
    "Export",
    "Filled",
    "ImportFailed",
    "Selection",
    "fill_from",
    "unfinished_archive",
]
