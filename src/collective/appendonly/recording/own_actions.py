"""Actions of integrators: what Plone has no event for, and their site wants to read about."""

from collective.appendonly.entry import ACTIONS
from collective.appendonly.harmless import harmless
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.details import plain
from collective.appendonly.recording.sites import log_of
from typing import Any

import re


_NAME = re.compile(r"[a-z][a-z0-9_.-]*", re.ASCII)


def record(obj, action: str, **details: Any) -> None:
    """Record that the current user did *action* to *obj*.

    *obj* is content of the site, or the site. *action* is a name of your own
    (``"downloaded"``): lower-case letters, digits, and ``_``, ``-`` or ``.``. Declare it with
    ``<appendonly:action>`` to say what people read; until then they read the name. *details*
    are JSON values, kept as ``entry.details``.

    It is written at the end of the transaction, in one entry with whatever else happens to the
    object, and not at all if the transaction is aborted, the add-on isn't installed, recording
    is suspended, or the settings of the site leave it out.

    Raises ValueError for a name that is none, or one of the product's own, and TypeError or
    ValueError for details that aren't JSON: both at once, so that you see them while you develop. Nothing
    else is raised: what can't be recorded is logged.
    """
    if not _NAME.fullmatch(action):
        raise ValueError(f"{action!r} can't be the name of an action.")
    if action in ACTIONS:
        raise ValueError(f"{action!r} is recorded by collective.appendonly itself.")
    details = plain(details)
    failed = harmless("%r of %r could not be recorded.", action, obj)
    with failed, log_of(obj) as log:
        if log is not None:
            note(log, obj, action, own=details)
