"""Content that is translated, linked with a translation, or unlinked from it.

The Classic UI, the REST API and Python code make translations in three ways, with different
events. All result in one entry: about the new page if there is one, else about the page on which
the translation was registered.
"""

from Acquisition import aq_base
from Acquisition import aq_parent
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.handlers import recorder
from collective.appendonly.recording.snapshot import as_source
from plone.app.uuid.utils import uuidToObject
from plone.uuid.interfaces import IUUID
from ZODB.utils import z64


@recorder
def translated(log, original, event):
    target = event.target
    if aq_parent(target) is None:
        # The add form passes it without its place.
        target = uuidToObject(IUUID(target), unrestricted=True)
    note(log, target, "translated", source=as_source(original))


@recorder
def registered(log, page, event):
    other = event.target
    if aq_base(other) is aq_base(page):
        # An object that gets a new language is registered again, as a translation of itself.
        return
    if _is_new(other):
        note(log, other, "translated", source=as_source(page))
    else:
        note(log, page, "translations_linked", source=as_source(other))


@recorder
def unlinked(log, page, event):
    other = event.old_object
    # Plone may unlink it from itself.
    source = None if aq_base(other) is aq_base(page) else as_source(other)
    note(log, page, "translations_unlinked", source=source)


def _is_new(obj):
    return aq_base(obj)._p_serial == z64
