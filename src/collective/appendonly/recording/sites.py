"""Whose log it is: that of the site which the object is in.

Usually that is the current site. But several sites may share a database, and things are
pasted from one into another; or a script is in one site and works on another.
"""

from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from collections.abc import Iterator
from collective.appendonly.recording.collector import current_log
from contextlib import contextmanager
from OFS.interfaces import IApplication
from Products.CMFCore.interfaces import ISiteRoot
from zope.component import queryUtility
from zope.component.hooks import getSite
from zope.component.hooks import site


def site_of(obj):
    """Return the site that *obj* is in, None if it is in none."""
    top = _top(obj)
    return top if ISiteRoot.providedBy(top) else None


def are_in_one_site(obj, other) -> bool:
    """Tell whether two objects are in the same site."""
    return aq_base(site_of(obj)) is aq_base(site_of(other))


@contextmanager
def log_of(obj) -> Iterator:
    """Be in the site that *obj* is in, and give its log, or None: nothing is to be recorded.

    What is nowhere yet (a copy, before it is pasted) belongs to the current site, what is
    outside of all sites to none. Where there is no current site nothing is recorded: sites
    themselves are created and removed there.
    """
    top = _top(obj)
    if getSite() is None or IApplication.providedBy(top):
        yield None
    elif top is None or aq_base(top) is aq_base(queryUtility(ISiteRoot)):
        yield current_log()
    else:
        with site(top):
            yield current_log()


def _top(obj):
    """Return the site that *obj* is in, or else the root of all sites, or None."""
    while obj is not None:
        if ISiteRoot.providedBy(obj) or IApplication.providedBy(obj):
            return obj
        obj = aq_parent(aq_inner(obj))
    return None
