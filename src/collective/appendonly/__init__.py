"""Append-only structures for the ZODB, and an activity log for Plone made of them.

Importing this package imports no Plone: the structures serve any ZODB application.
"""

from collective.appendonly.structures.accumulator import Accumulator
from collective.appendonly.structures.append_stack import AppendStack
from collective.appendonly.structures.archive import Archive


__all__ = ["Accumulator", "AppendStack", "Archive"]
