"""Events about change sets: one is recorded, and it is committed.

There is one more event, about each entry before it is recorded, in ``interfaces.py``.
"""

from collections.abc import Callable
from collective.appendonly.entry import ChangeSet
from collective.appendonly.interfaces import Position
from collective.appendonly.transactions import errors_logged
from functools import cached_property
from functools import partial
from Products.CMFCore.interfaces import ISiteRoot
from typing import Any
from zope.component import getSiteManager
from zope.component import getUtility
from zope.component.hooks import getSite
from zope.component.hooks import site as current_site
from zope.interface import Attribute
from zope.interface import implementedBy
from zope.interface import implementer
from zope.interface import Interface

import logging
import transaction


logger = logging.getLogger(__name__)


class IChangeSetEvent(Interface):
    """Something happened to a change set in the activity log of a site.

    The site is the current site (``getSite()``) while subscribers are called. There are no such
    events about change sets that are imported, or added by a backfill.
    """

    change_set = Attribute(
        "The :class:`~collective.appendonly.entry.ChangeSet`, with all of its entries."
    )

    site_path = Attribute("The path of the site in Zope: ``/Plone``.")


class IChangeSetRecordedEvent(IChangeSetEvent):
    """A change set was recorded, and is about to be committed.

    Fired at the end of the transaction of an edit, in this transaction. What a subscriber writes is
    committed together with the change set, or not at all. So a queue that is filled here lacks no
    change set, and has no other. If the transaction is retried after a conflict, the event is
    fired again. For what must not happen twice, or not before the commit, such as a call of another
    server, see :class:`IChangeSetCommittedEvent`.

    The position in the log is not known yet: other transactions may commit first.

    If a subscriber raises an error, it is logged; the edit and the change set are committed, and the
    other subscribers are called. A conflict is passed on, so that the transaction is retried.
    """


class IChangeSetCommittedEvent(IChangeSetEvent):
    """A change set was committed.

    Fired after the commit, by the thread that committed. Not fired if the transaction is aborted or
    conflicts. It is delivered **at most once**, and in this process only: it is lost if the process
    ends before the subscriber has done its work, and two processes may be called in another order
    than that of the log. If that matters, use a queue (:class:`IChangeSetRecordedEvent`), or read
    the log from a stored position (``activitylog follow``).

    A subscriber can read the database, but must not change objects: the transaction is over, and
    an attempt raises an error. The user waits for the response until all subscribers have been
    called, so let another thread or service do what takes long. If a subscriber raises an error,
    it is logged, and the others are called.
    """

    position = Attribute(
        """The :class:`~collective.appendonly.interfaces.Position` of the change set, also after a
        merge with concurrent edits. None if it has left the log already. Looked up when it is
        first asked for, which loads the stack's record."""
    )


class _ChangeSetEvent:
    def __init__(self, change_set: ChangeSet):
        self.change_set = change_set
        self.site_path = "/".join(getUtility(ISiteRoot).getPhysicalPath())


@implementer(IChangeSetRecordedEvent)
class ChangeSetRecordedEvent(_ChangeSetEvent):
    """See IChangeSetRecordedEvent."""


@implementer(IChangeSetCommittedEvent)
class ChangeSetCommittedEvent(_ChangeSetEvent):
    """See IChangeSetCommittedEvent. *find* returns the position."""

    def __init__(self, change_set: ChangeSet, find: Callable[[], Position | None]):
        super().__init__(change_set)
        self._find = find

    @cached_property
    def position(self) -> Position | None:
        return self._find()


def fire_events(change_set: ChangeSet, find: Callable[[], Position | None]) -> None:
    """Fire the events about *change_set*, which was pushed onto the log of the current site.

    *find* returns its position after the commit. Only a conflict in a subscriber is raised.
    """
    for subscriber in _subscribers(ChangeSetRecordedEvent):
        with errors_logged("%r failed for a recorded change set.", subscriber):
            subscriber(ChangeSetRecordedEvent(change_set))
    subscribers = _subscribers(ChangeSetCommittedEvent)
    # With such a hook, the transaction aborts all its data managers once more.
    if subscribers:
        event = ChangeSetCommittedEvent(change_set, find)
        hook = partial(_committed, getSite(), subscribers, event)
        transaction.get().addAfterCommitHook(hook)


def _subscribers(event: type) -> list[Callable[[Any], None]]:
    # Each is called on its own, so that an error of one does not stop the others, as zope.event would.
    return getSiteManager().adapters.subscriptions([implementedBy(event)], None)


def _committed(site, subscribers, event, is_committed: bool) -> None:
    if not is_committed:
        return
    with current_site(site):
        for subscriber in subscribers:
            try:
                subscriber(event)
            except Exception:
                # Also a conflict: nothing can be retried any more.
                logger.exception("%r failed for a committed change set.", subscriber)
