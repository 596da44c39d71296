"""Users and groups: who may read of them, and who is one of this site."""

from AccessControl import getSecurityManager
from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from plone import api


#: The permission (its title) of those who manage them. Nobody else is told of them.
MANAGE_PEOPLE = "Plone Site Setup: Users and Groups"


def has_account() -> bool:
    """Tell whether the current user has an account on this site, and not above it.

    Managers of the server get neither address nor mail: it would be one for all sites.
    """
    user = getSecurityManager().getUser()
    folder = aq_parent(aq_inner(user))
    users = api.portal.get_tool("acl_users")
    return user.getId() is not None and aq_base(folder) is aq_base(users)
