"""The common part of event handlers: where they record, and that they never stop an edit."""

from Acquisition import aq_base
from collections.abc import Callable
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording.administration import look_away
from collective.appendonly.recording.sites import in_site
from collective.appendonly.recording.sites import is_site
from collective.appendonly.recording.sites import top_of
from collective.appendonly.settings import activity_settings
from collective.appendonly.transactions import errors_logged
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from functools import wraps
from OFS.interfaces import IApplication
from Products.CMFCore.indexing import processQueue
from Products.CMFCore.interfaces import ISiteRoot
from zope.component import queryUtility
from zope.component.hooks import getSite


_suspended = ContextVar("collective.appendonly.recording.suspended", default=False)


@contextmanager
def recording_suspended():
    """Suspend recording in this thread during the ``with`` block.

    For imports and migrations, with thousands of changes that are of no interest to readers.
    """
    # Changes without events are noted when they are indexed: those from before the block before it,
    # and those in the block inside of it.
    processQueue()
    token = _suspended.set(True)
    try:
        yield
        processQueue()
    finally:
        _suspended.reset(token)
        # What was written without event is looked at before the commit.
        look_away()


def recorder(subscriber: Callable | None = None, *, site: bool = False) -> Callable:
    """Turn *subscriber*, which takes ``(log, obj, event)``, into an event handler.

    It is called for content, with the log of the site that the object is in. It is not called
    if there is no log. It is called for the site itself only if *site* is true.
    """
    if subscriber is None:
        return partial(recorder, site=site)

    @wraps(subscriber)
    def handler(obj, event):
        name = type(event).__name__
        failed = errors_logged("%s of %r could not be recorded.", name, obj)
        with failed, log_of(obj) as log:
            if log is not None and (site or not is_site(obj)):
                subscriber(log, obj, event)

    return handler


def site_recorder(
    subscriber: Callable | None = None, *, action: str | None = None
) -> Callable:
    """Turn *subscriber*, which takes ``(log, event)``, into a handler of an event without content.

    It is called with the log of the current site. It is not called if there is no log, or the
    settings exclude *action*.
    """
    if subscriber is None:
        return partial(site_recorder, action=action)

    @wraps(subscriber)
    def handler(event):
        with errors_logged("%s could not be recorded.", type(event).__name__):
            # Some sites have many of these events, and do not record them.
            if action is None or action not in activity_settings().excluded_actions:
                log = current_log()
                if log is not None:
                    subscriber(log, event)

    return handler


class log_of:
    """Enter the site that *obj* is in, and return its log, or None if nothing is to be recorded.

    An object without a place (a copy, before it is pasted) belongs to the current site, an
    object outside of all sites to none. Nothing is recorded if there is no current site: that
    is where sites themselves are created and removed.
    """

    def __init__(self, obj):
        self._top = top_of(obj)

    def __enter__(self) -> IActivityLog | None:
        site, here = self._top, getSite()
        # The usual case first. The current site may also be a part of the site.
        if (
            site is None
            or aq_base(site) is aq_base(here)
            or aq_base(site) is aq_base(queryUtility(ISiteRoot))
        ):
            site = here
        elif here is None or IApplication.providedBy(site):
            site = None
        self._site = in_site(site)
        self._site.__enter__()
        return current_log()

    def __exit__(self, *error) -> None:
        self._site.__exit__(*error)


def current_log():
    """Return the log of the current site.

    None if there is no site, the add-on is not installed, or recording is suspended.
    """
    if _suspended.get() or getSite() is None:
        return None
    return queryUtility(IActivityLog)
