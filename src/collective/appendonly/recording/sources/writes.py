"""Changes of roles, add-ons, content types and workflows, for most of which there are no events.

They are looked for before the commit: at the end of each request, and in scripts, which have no
request, where a transaction begins to commit.
"""

from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.recording.administration import may_be_written
from collective.appendonly.recording.administration import notes_on_writes
from collective.appendonly.recording.collector import has_looked
from collective.appendonly.recording.collector import look_at_writes
from collective.appendonly.recording.folding import Draft
from collective.appendonly.recording.handlers import current_log
from collective.appendonly.transactions import errors_logged
from Products.CMFCore.interfaces import ISiteRoot
from transaction.interfaces import IDataManager
from transaction.interfaces import ISynchronizer
from typing import Any
from zope.component import queryUtility
from zope.component.hooks import site as current_site
from zope.interface import implementer

import transaction


_FAILED = "What a transaction writes could not be looked at."


def request_ends(event) -> None:
    """Have the transaction looked at if it writes something that may be of interest."""
    with errors_logged(_FAILED):
        found = _written()
        if found is not None:
            look_at_writes(found[0])


def process_starts(event) -> None:
    """Look at all transactions of this thread: a script runs in the one that opens the database."""
    transaction.manager.registerSynch(SCRIPTS)


def _written() -> tuple[IActivityLog, Any] | None:
    """Return the log and the site, None if nothing of interest is written there."""
    site = queryUtility(ISiteRoot)
    # The usual case first: most requests write nothing.
    if site is None or not may_be_written(site):
        return None
    log = current_log()
    return None if log is None else (log, site)


@implementer(ISynchronizer)
class Scripts:
    """Looks at transactions without a request, and without notes."""

    def beforeCompletion(self, current) -> None:
        # This is called before an abort, too. Then what joins is aborted with the others.
        if current.status != "Active":
            return
        with errors_logged(_FAILED):
            found = None if has_looked() else _written()
            if found is not None:
                current.join(LastLook(*found))

    def newTransaction(self, current) -> None:
        pass

    def afterCompletion(self, current) -> None:
        pass


#: The managers of transactions have weak references to it.
SCRIPTS = Scripts()


@implementer(IDataManager)
class LastLook:
    """Records what a transaction writes while it commits, before the database does.

    It is too late for the hooks before the commit, which have been called.
    """

    transaction_manager = None

    def __init__(self, log, site):
        self._log = log
        self._site = site

    def sortKey(self) -> str:
        # Before all others.
        return ""

    def commit(self, current) -> None:
        with errors_logged(_FAILED), current_site(self._site):
            draft = Draft()
            draft.update(notes_on_writes(self._log))
            draft.write()

    def _nothing_to_do(self, current) -> None:
        pass

    abort = tpc_begin = tpc_vote = tpc_finish = tpc_abort = _nothing_to_do
