"""Sites: which objects are sites, which site an object is in, and the current site."""

from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from contextlib import AbstractContextManager
from contextlib import nullcontext
from OFS.interfaces import IApplication
from Products.CMFCore.interfaces import ISiteRoot
from typing import Any
from zope.component.hooks import getSite
from zope.component.hooks import site as current_site


_HERE = nullcontext()


def is_site(obj) -> bool:
    """Return whether *obj* is a site. Asks its class: asking content what it provides takes long."""
    return ISiteRoot.implementedBy(type(aq_base(obj)))


def top_of(obj) -> Any:
    """Return the site that *obj* is in, or else the Zope root, or None."""
    while obj is not None:
        if is_site(obj) or IApplication.implementedBy(type(aq_base(obj))):
            return obj
        obj = aq_parent(aq_inner(obj))
    return None


def are_in_one_site(obj, other) -> bool:
    """Return whether two objects are in the same site."""
    return aq_base(_site_of(obj)) is aq_base(_site_of(other))


def _site_of(obj):
    top = top_of(obj)
    return top if is_site(top) else None


def in_site(site) -> AbstractContextManager:
    """Return a context manager that makes *site* the current site, which it usually is."""
    return _HERE if getSite() is site else current_site(site)
