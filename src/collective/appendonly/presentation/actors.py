"""Names, initials and portraits of the users in the log, and the titles of groups."""

from collective.appendonly.bounds import bounded_id
from collective.appendonly.entry import is_pseudonym
from collective.appendonly.feed import may_see_names
from collective.appendonly.guard import printable
from collective.appendonly.guard import shown
from collective.appendonly.guard import text_of
from collective.appendonly.i18n import _
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from plone import api
from Products.PlonePAS.plugins.ufactory import PloneUser
from Products.PlonePAS.tools.membership import default_portrait
from Products.PluggableAuthService.interfaces.plugins import IPropertiesPlugin
from zope.i18n import translate
from zope.i18nmessageid import Message


# The group of all users who are logged in, with the title that it has on the Sharing page.
_LOGGED_IN = {"AuthenticatedUsers": Message("Logged-in users", "plone")}


@dataclass(frozen=True)
class Actor:
    """A user as the reader can see them.

    ``id`` is None for an unknown or erased user, and if the reader cannot see names.
    ``portrait`` is a URL. Users without one can have ``initials``. ``is_known`` if there is an
    account with this id.
    """

    id: str | None
    name: str
    initials: str = ""
    portrait: str | None = None
    # It follows from the id.
    is_known: bool = field(default=False, compare=False)


class Actors:
    """Looks up users for one request, each of them once."""

    def __init__(self, request):
        self._request = request
        site = api.portal.get()
        self._users = site.acl_users
        self._membership = site.portal_membership
        self._portraits = site.portal_memberdata.portraits
        self._with_names = may_see_names()
        #: Return the Actor with a user id.
        self.actor = cache(self._actor)

    def _actor(self, user_id: str | None) -> Actor:
        # For an empty id, the membership tool returns the current user.
        if not user_id or not self._with_names:
            return Actor(None, translate(_("Someone"), context=self._request))
        if is_pseudonym(user_id):
            return Actor(None, translate(_("A former user"), context=self._request))
        full_name = self._guarded(self._full_name, user_id)
        name = bounded_id(printable(full_name) or printable(user_id))
        if full_name is None:
            # The account was deleted, or cannot be looked up; only the id is left.
            return Actor(user_id, name, initials(name))
        portrait = self._guarded(self._portrait, user_id)
        return Actor(user_id, name, initials(name), portrait, is_known=True)

    def principal_name(self, principal_id: str) -> str:
        """Return the name of a user or the title of a group."""
        if principal_id in _LOGGED_IN:
            return translate(_LOGGED_IN[principal_id], context=self._request)
        title = self._guarded(self._group_title, principal_id)
        if title is None or not self._with_names:
            return self.actor(principal_id).name
        return bounded_id(printable(title) or printable(principal_id))

    def _guarded(self, find, user_id):
        message = "A user could not be looked up: %s(%r)."
        return shown(lambda: find(user_id), None, message, find.__name__, user_id)

    def _full_name(self, user_id):
        """Return the full name of a user, which may be empty; None if there is no user."""
        for found in self._users.searchUsers(id=user_id, exact_match=True):
            if found["userid"] == user_id:
                member = self._with_properties(user_id, found["login"])
                break
        else:
            # Slow, but finds users that cannot be searched for.
            member = self._membership.getMemberById(user_id)
        return None if member is None else text_of(member.getProperty("fullname", ""))

    def _group_title(self, group_id):
        """Return the title of a group, which may be empty; None if there is no such group."""
        group = self._users.getGroup(group_id)
        return None if group is None else text_of(group.getProperty("title", ""))

    def _with_properties(self, user_id, login):
        # As PAS creates a user, but without looking up groups and roles. That is half of the
        # work, and with an external directory, requests to its server.
        user = PloneUser(user_id, login).__of__(self._users)
        for name, plugin in self._users.plugins.listPlugins(IPropertiesPlugin):
            properties = plugin.getPropertiesForUser(user)
            if properties:
                user.addPropertysheet(name, properties)
        return user

    def _portrait(self, user_id):
        # For users without a portrait, the membership tool would load the default one.
        if self._membership._getSafeMemberId(user_id) not in self._portraits:
            return None
        portrait = self._membership.getPersonalPortrait(user_id, verifyPermission=1)
        if portrait is None or portrait.getId() == default_portrait:
            return None
        return text_of(portrait.absolute_url())


def initials(name: str) -> str:
    """Return the initials of the first and the last word of *name*, as capitals."""
    words = [word for word in map(_letters, name.split()) if word]
    ends = words if len(words) < 2 else (words[0], words[-1])
    # A capital may be two letters: that of "ß" is "SS".
    return "".join(word[0].upper()[0] for word in ends)


def _letters(word):
    return "".join(character for character in word if character.isalnum())
