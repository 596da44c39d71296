"""Rendering without a request from a browser: the site at a public URL and in a language."""

from Acquisition import aq_base
from collections.abc import Iterator
from contextlib import contextmanager
from plone.i18n.utility import LanguageBinding
from Testing.makerequest import makerequest
from urllib.parse import unquote
from urllib.parse import urlsplit
from zope.component.hooks import site as in_site
from zope.globalrequest import getRequest
from zope.globalrequest import setRequest


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
