"""Floor 1: persistent append-only structures, for any ZODB application.

May import persistent, ZODB's exceptions and zope.interface; no components, no Plone.
"""
