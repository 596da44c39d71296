"""Who may read the activity at all: the first question, and the cheapest."""

from AccessControl import getSecurityManager
from collective.appendonly.settings import activity_settings


VIEW_ACTIVITY = "collective.appendonly: View activity"


def may_read(context) -> bool:
    """Tell whether the current user may read what happened in *context*.

    What they then find there is decided for each entry: see :mod:`.visibility`. Loads nothing
    of the log.
    """
    audience = activity_settings().audience
    if audience == "everybody":
        return True
    if audience == "members":
        return bool(getSecurityManager().checkPermission(VIEW_ACTIVITY, context))
    # Nobody, or something that this version doesn't know.
    return False
