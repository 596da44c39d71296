"""Exporting the log of a site to a file, and importing it into another site.

For operators: permissions are not checked. Users download what they can view through the feed
(``browser/export.py``).
"""

from collective.appendonly.operations.filling import FillingError
from collective.appendonly.operations.transfer.fill import fill_from
from collective.appendonly.operations.transfer.fill import Filled
from collective.appendonly.operations.transfer.names import unknown_names
from collective.appendonly.operations.transfer.names import UnknownName
from collective.appendonly.operations.transfer.outgoing import Export
from collective.appendonly.operations.transfer.outgoing import Selection


__all__ = [
    "Export",
    "Filled",
    "FillingError",
    "Selection",
    "UnknownName",
    "fill_from",
    "unknown_names",
]
