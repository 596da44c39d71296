"""Persistent append-only structures for any ZODB application.

They import persistent, the exceptions of ZODB and zope.interface; no components, no Plone.
"""
