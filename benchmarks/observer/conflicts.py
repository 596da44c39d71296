"""Each conflict, and each merge."""

from benchmarks.observer.telling import tell
from collective.appendonly.interfaces import IActivityLog
from ZODB.POSException import ConflictError
from zope.component import queryUtility

import transaction


def tell_conflict(event) -> None:
    """Tell which object was in the way. The server looks no further after the first."""
    kind, error, _ = event.exc_info
    if issubclass(kind, ConflictError):
        oid = error.oid and error.oid.hex()
        tell(conflict=error.class_name, oid=oid, retry=event.retry)


def watch_merge(event) -> None:
    """Tell when the log's stack is merged with what another Zope has pushed meanwhile."""
    if event.request.method == "GET":
        # Whoever reads pushes nothing, and is not to load anything for this.
        return
    log = queryUtility(IActivityLog)
    if log is not None:
        log.stack._p_activate()
        transaction.get().join(_MergeWatch(log.stack))


class _MergeWatch:
    """A data manager that votes last: then the server has resolved all conflicts."""

    def __init__(self, stack) -> None:
        self._stack = stack

    def sortKey(self) -> str:
        return "~"

    def tpc_vote(self, current) -> None:
        # What the server has merged was thrown out of the cache.
        if self._stack._p_changed is None:
            tell(merge=True)

    def nothing(self, *args):
        pass

    tpc_begin = commit = tpc_finish = tpc_abort = abort = rollback = nothing

    def savepoint(self):
        return self
