"""The part of plone.app.caching's ETags that follows the activity.

What the viewlet and the portlet show also changes when the catalog does not: by ``record()``, by a
setting, by an erasure, by a permission or a group. All rulesets for pages have Plone's value ``catalogCounter`` in their ETags.
On sites with the add-on this value follows the activity as well, so nobody has to configure
anything.
"""

from AccessControl import getSecurityManager
from collective.appendonly.interfaces import IActivityLayer
from collective.appendonly.interfaces import IActivityLog
from collective.appendonly.interfaces import IActivitySettings
from collective.appendonly.permissions import may_read
from collective.appendonly.permissions import may_see_names
from collective.appendonly.settings import activity_settings
from hashlib import blake2b
from plone import api
from plone.app.caching.interfaces import IETagValue
from plone.app.caching.operations.etags import CatalogCounter
from plone.app.caching.operations.utils import getContext
from typing import Any
from zope.component import adapter
from zope.component import queryUtility
from zope.interface import implementer
from zope.interface import Interface
from zope.interface.interfaces import ComponentLookupError


@implementer(IETagValue)
@adapter(Interface, IActivityLayer)
class CatalogAndActivity(CatalogCounter):
    """The counter of the catalog, and a digest: of the log, its settings, and who the reader is to it.

    The digest says that something has changed, and nothing else, as the counter does. Loads the
    records of the stack and the archive.
    """

    def __call__(self) -> str:
        state = _state_of_log(), _state_of_settings(), self._state_of_reader()
        digest = blake2b(repr(state).encode(), digest_size=8).hexdigest()
        return f"{super().__call__()}-{digest}"

    def _state_of_reader(self) -> tuple:
        user = getSecurityManager().getUser()
        catalog = api.portal.get_tool("portal_catalog")
        places = api.portal.get(), getContext(self.published)
        return (
            sorted(catalog._listAllowedRolesAndUsers(user)),
            [place is not None and may_read(place) for place in places],
            may_see_names(),
        )


def _state_of_log() -> Any:
    log = queryUtility(IActivityLog)
    if log is None:
        return None
    try:
        records = log.stack, log.archive
    except ComponentLookupError:
        return None
    for record in records:
        record._p_activate()
    # Nobody who knows when something was written can tell the digest without the epoch.
    return log.epoch, [record._p_serial for record in records]


def _state_of_settings() -> list:
    settings = activity_settings()
    return [getattr(settings, name) for name in IActivitySettings]
