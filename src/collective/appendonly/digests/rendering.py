"""Rendering without a request from a browser: the site at a public URL and in a language."""

from Acquisition import aq_base
from collections.abc import Iterator
from contextlib import contextmanager
from plone import api
from plone.i18n.utility import LanguageBinding
from plone.rest.interfaces import IAPIRequest
from Testing.makerequest import makerequest
from urllib.parse import unquote
from urllib.parse import urlsplit
from zope.component.hooks import site as in_site
from zope.globalrequest import getRequest
from zope.globalrequest import setRequest

import os


# The default of plone.volto, which is nobody's public URL.
_DEFAULT = "http://localhost:3000"


@contextmanager
def rendering_context(site, url: str, language: str) -> Iterator:
    """Make *site* the current site, at *url* and in *language*, and yield it.

    The yielded site has a request of its own, with the virtual host that a web server in front
    of Zope would set. Links begin with *url* and texts are in *language*, independently of the
    current request.
    """
    path = site.getPhysicalPath()
    app = makerequest(aq_base(site.getPhysicalRoot()))
    rendered = app.unrestrictedTraverse(path[1:])
    request = app.REQUEST
    parts = urlsplit(url)
    request.setServerURL(parts.scheme, parts.netloc)
    request["PARENTS"] = [rendered]
    request.setVirtualRoot(unquote(parts.path))
    binding = LanguageBinding()
    binding.LANGUAGE = binding.DEFAULT_LANGUAGE = language
    request["LANGUAGE_TOOL"] = binding
    request["LANGUAGE"] = language
    former = getRequest()
    setRequest(request)
    try:
        with in_site(rendered):
            yield rendered
    finally:
        setRequest(former)


def public_url() -> str:
    """Return the URL of the site at which the current request, and links in emails, reach it.

    The REST API may have another host name than the frontend. Then, as in the emails of plone.volto,
    the URL of the frontend is in the environment or in the registry.
    """
    if IAPIRequest.providedBy(getRequest()):
        url = os.environ.get("VOLTO_FRONTEND_DOMAIN") or api.portal.get_registry_record(
            "volto.frontend_domain", default=None
        )
        if url and url != _DEFAULT and is_site_url(url):
            return url.rstrip("/")
    return api.portal.get().absolute_url()


def is_site_url(url: str) -> bool:
    """Return whether *url* can be the URL of a site."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and url.isascii()
            and url.isprintable()
            and not (parts.query or parts.fragment or " " in url)
        )
    except ValueError:
        return False
