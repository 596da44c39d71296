"""Sites that come with a log: copied in Zope's management interface, or imported."""

from collective.appendonly.harmless import harmless
from collective.appendonly.interfaces import IActivityLog
from zope.component import queryUtility


def site_added(site, event) -> None:
    """Let the log of a site that was pasted or imported begin an epoch.

    From now on it tells another story than the log that it is a copy of. Whoever reads on from a
    position in the one must not be answered by the other.
    """
    with harmless("The new epoch of %r could not be recorded.", site):
        log = queryUtility(IActivityLog, context=site)
        if log is not None:
            log.begin_epoch()
