"""What all subscribers share: when to listen, and to do no harm."""

from collections.abc import Callable
from collective.appendonly.recording.collector import current_log
from functools import wraps
from Products.CMFCore.interfaces import ISiteRoot
from transaction.interfaces import TransientError

import logging


logger = logging.getLogger(__name__)


def recorder(subscriber: Callable) -> Callable:
    """Make an event subscriber of *subscriber*, which takes ``(log, obj, event)``.

    It is called when there is a log, and for content, not for the site itself. Whatever
    goes wrong is logged, and the edit goes on; only conflicts pass, since they are answered
    by trying again.
    """

    @wraps(subscriber)
    def guarded(obj, event):
        try:
            log = current_log()
            if log is not None and not ISiteRoot.providedBy(obj):
                subscriber(log, obj, event)
        except TransientError:
            raise
        except Exception:
            logger.exception(
                "%s of %r could not be recorded.", type(event).__name__, obj
            )

    return guarded
