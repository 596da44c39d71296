"""Who may know who it was."""

from AccessControl import getSecurityManager
from collective.appendonly.settings import activity_settings
from plone import api


LIST_MEMBERS = "List portal members"


def may_see_names() -> bool:
    """Tell whether Plone would show the current user the author of a page."""
    return not api.user.is_anonymous() or bool(
        api.portal.get_registry_record("plone.allow_anon_views_about", default=False)
    )


def may_look_up(user_id: str) -> bool:
    """Tell whether the current user may ask what the user *user_id* did.

    Oneself, always. Others, for those who may see names, if the site has pages about people
    or they may see the list of members. Nothing is said about whether there is such a user.
    """
    user = getSecurityManager().getUser()
    if user.getId() is not None and user.getId() == user_id:
        return True
    return may_see_names() and (activity_settings().people_pages or may_list_members())


def may_list_members() -> bool:
    """Tell whether the current user may see who the members of the site are."""
    site = api.portal.get()
    return bool(getSecurityManager().checkPermission(LIST_MEMBERS, site))
