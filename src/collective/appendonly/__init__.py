"""Append-only structures for the ZODB, and an activity log for Plone that uses them.

Importing this package does not import Plone: the structures work in any ZODB application.
"""

from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from collective.appendonly.structures.archive import Archive


__all__ = ["Accumulator", "AppendStack", "Archive"]
