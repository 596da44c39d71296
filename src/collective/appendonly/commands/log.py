"""How a command gets at the log of the site it works on."""

from collective.appendonly.interfaces import IActivityLog
from zope.component import queryUtility

import click


def find_log() -> IActivityLog:
    """Return the log of the current site; raise ClickException if there is none."""
    log = queryUtility(IActivityLog)
    if log is None:
        raise click.ClickException(
            "The add-on is not installed in this site, so there is no activity log. Install"
            " “Recent activity” in the add-ons control panel of the site first."
        )
    try:
        _ = log.stack, log.archive
    except LookupError:
        raise click.ClickException(
            "The activity log of this site has lost its stack or its archive. Restore them"
            " from a backup; or uninstall the add-on and install it, for an empty log."
        ) from None
    return log
