"""Custom actions, recorded by calls from other add-ons."""

from collective.appendonly.actions import RECORDED_ACTIONS
from collective.appendonly.bounds import DETAILS
from collective.appendonly.bounds import size_of
from collective.appendonly.recording.collector import note
from collective.appendonly.recording.events import as_json
from collective.appendonly.recording.handlers import log_of
from collective.appendonly.transactions import errors_logged
from collective.appendonly.validation import is_action
from typing import Any


def record(obj, action: str, **details: Any) -> None:
    """Record that the current user did *action* to *obj*.

    *obj* is content of the site, or the site itself. *action* is a name of your own
    (``"downloaded"``): up to 100 lower-case letters, digits, ``_``, ``-`` and ``.``. Declare
    texts for it with ``<appendonly:action>``; without a declaration, readers see the name.
    *details* are JSON values, stored as ``entry.details``, of up to 8 KB and 32 levels.

    The action is written at the end of the transaction, in one entry with everything else that
    happens to the object. Nothing is written if the transaction is aborted, the add-on is not
    installed, recording is suspended, or the settings of the site exclude it.

    Raises ValueError for an invalid name, for a name of the add-on's own actions and for details
    that are too large or nested too deeply, and TypeError or ValueError for details that are not
    JSON: at once, so that you see the error during development. Nothing else is raised. Other errors are logged.
    """
    if not is_action(action):
        raise ValueError(f"{action!r} is not a valid name for an action.")
    if action in RECORDED_ACTIONS:
        raise ValueError(f"{action!r} is recorded by collective.appendonly itself.")
    details = as_json(details)
    size = size_of(details)
    if size > DETAILS:
        raise ValueError(
            f"The details of {action!r} take {size:,} bytes as JSON. The maximum is {DETAILS:,}."
        )
    failed = errors_logged("%r of %r could not be recorded.", action, obj)
    with failed, log_of(obj) as log:
        if log is not None:
            note(log, obj, action, custom=details)
