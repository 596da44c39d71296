"""What all subscribers share: when to listen, and to do no harm."""

from collections.abc import Callable
from collective.appendonly.harmless import harmless
from collective.appendonly.recording.sites import log_of
from functools import partial
from functools import wraps
from Products.CMFCore.interfaces import ISiteRoot


def recorder(subscriber: Callable | None = None, *, site: bool = False) -> Callable:
    """Make an event subscriber of *subscriber*, which takes ``(log, obj, event)``.

    It is called with the log of the site that the object is in, if there is one, and for
    content; for the site itself only if *site* is true.
    """
    if subscriber is None:
        return partial(recorder, site=site)

    @wraps(subscriber)
    def guarded(obj, event):
        name = type(event).__name__
        failed = harmless("%s of %r could not be recorded.", name, obj)
        with failed, log_of(obj) as log:
            if log is not None and (site or not ISiteRoot.providedBy(obj)):
                subscriber(log, obj, event)

    return guarded
