"""What all subscribers share: when to listen, and to do no harm."""

from collections.abc import Callable
from collections.abc import Iterator
from collective.appendonly.recording.sites import log_of
from contextlib import contextmanager
from functools import partial
from functools import wraps
from Products.CMFCore.interfaces import ISiteRoot
from transaction.interfaces import TransientError

import logging


logger = logging.getLogger(__name__)


@contextmanager
def harmless(what: str, *args) -> Iterator[None]:
    """Let nothing that goes wrong in the ``with`` block stop the edit it belongs to.

    It is logged: *what*, with *args*, could not be recorded. Only conflicts pass, since they are
    answered by trying again.
    """
    try:
        yield
    except TransientError:
        raise
    except Exception:
        logger.exception(f"{what} could not be recorded.", *args)


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
        with harmless("%s of %r", name, obj), log_of(obj) as log:
            if log is not None and (site or not ISiteRoot.providedBy(obj)):
                subscriber(log, obj, event)

    return guarded
