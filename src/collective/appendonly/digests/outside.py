"""A site as a browser outside knows it, for what is written without a request from there."""

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
def seen_from(site, url: str, language: str) -> Iterator:
    """Let *site* be the current one, at the address *url* and in *language*; give it.

    It has a request of its own, as a server in front of Zope makes it that tells it the
    address. So links lead there, and texts are in that language, whatever the request is
    in which the work is done.
    """
    path = site.getPhysicalPath()
    app = makerequest(aq_base(site.getPhysicalRoot()))
    outside = app.unrestrictedTraverse(path[1:])
    request = app.REQUEST
    address = urlsplit(url)
    request.setServerURL(address.scheme, address.netloc)
    request["PARENTS"] = [outside]
    request.setVirtualRoot(unquote(address.path))
    binding = LanguageBinding()
    binding.LANGUAGE = binding.DEFAULT_LANGUAGE = language
    request["LANGUAGE_TOOL"] = binding
    request["LANGUAGE"] = language
    former = getRequest()
    setRequest(request)
    try:
        with in_site(outside):
            yield outside
    finally:
        setRequest(former)


def is_address(url: str) -> bool:
    """Tell whether *url* can be the address of a site."""
    try:
        address = urlsplit(url)
        return (
            address.scheme in ("http", "https")
            and bool(address.hostname)
            and address.port != 0
            and url.isascii()
            and url.isprintable()
            and not (address.query or address.fragment or " " in url)
        )
    except ValueError:
        return False
