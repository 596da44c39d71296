"""Versions that Plone saves of content, and the change notes on them.

An object stores the number of its current version. An edit may save a new version, or several: a
check-in saves two. For a type without versions, or with manual versions, the number stays.

A version has the change note of the user as its comment. Forms and the REST API leave the note in
the request.
"""

from Acquisition import aq_base
from collections.abc import Mapping
from collective.appendonly.recording.differences.previous import savepoint_state
from collective.appendonly.recording.snapshot import as_text
from plone.app.versioningbehavior.behaviors import IVersioningSupport
from plone.app.versioningbehavior.utils import get_change_note
from Products.CMFCore.interfaces import ISiteRoot
from typing import Any
from zope.annotation.interfaces import IAnnotations
from zope.component import getUtility
from zope.globalrequest import getRequest
from zope.i18nmessageid import Message


def saved_version(obj, before: Mapping[str, Any] | None) -> dict[str, int | None]:
    """Return the details ``version`` and ``version_before`` of an entry about *obj*.

    *before* is its state before the transaction, None if it is new or that is not known. The
    result is empty if the transaction saved no version.
    """
    if before is None:
        return {}
    version = getattr(aq_base(obj), "version_id", None)
    previous = before.get("version_id")
    # A custom field may have the same name.
    if not isinstance(version, int) or not isinstance(previous, int | None):
        return {}
    if previous is not None and version <= previous:
        return {}
    return {"version": version, "version_before": previous}


def reverted_to(obj, before: Mapping[str, Any]) -> int | None:
    """Return the number of the version that *obj* was reverted to in this transaction.

    *before* is its state before the transaction. None means that it was not reverted, or that
    this is not known.
    """
    previous = before.get("version_id")
    for state in (vars(aq_base(obj)), savepoint_state(obj)):
        version = state and state.get("version_id")
        if None not in (previous, version) and version < previous:
            return version
    return None


def note_of_version(obj, number: int) -> str:
    """Return the change note on a version of *obj*, empty if it has none.

    Checks no permission: not everyone who can edit an object can access its versions.
    """
    # As attributes, the tools would be looked for in all schemata of the site first.
    tool = getUtility(ISiteRoot)._getOb
    history_id = tool("portal_historyidhandler").queryUid(obj)
    # The version was saved, so its storage is there.
    history = tool("portal_historiesstorage").getHistoryMetadata(history_id)
    version = history.retrieve(number) if history else None
    return _note(version and version["metadata"]["sys_metadata"].get("comment"))


def note_in_request(obj) -> str:
    """Return the change note in the current request, empty if *obj* has no field for it."""
    request = getRequest()
    # Plone expects every request to have annotations. Those that a test or a script makes may not.
    if IAnnotations(request, None) is None:
        return ""
    note = _note(get_change_note(request))
    return note if note and IVersioningSupport.providedBy(obj) else ""


def _note(comment):
    # A message is a text of Plone, such as that on the first version.
    return "" if isinstance(comment, Message) else as_text(comment).strip()
