"""Who did it: names, initials and portraits of the people in the log."""

from collective.appendonly.entry import is_pseudonym
from collective.appendonly.feed import may_see_names
from collective.appendonly.i18n import _
from collective.appendonly.presentation.text import printable
from dataclasses import dataclass
from functools import cache
from plone import api
from Products.PlonePAS.tools.membership import default_portrait
from zope.i18n import translate


@dataclass(frozen=True)
class Actor:
    """A person as others may see them.

    ``id`` is None for somebody unknown, or somebody whose name is not for everybody. Without
    a ``portrait`` (an address) there are ``initials``, or nothing to show.
    """

    id: str | None
    name: str
    initials: str = ""
    portrait: str | None = None


class Actors:
    """Looks people up for one request, each of them once."""

    def __init__(self, request):
        self._request = request
        self._users = api.portal.get_tool("acl_users")
        self._membership = api.portal.get_tool("portal_membership")
        self._with_names = may_see_names()
        #: Return the Actor with a user id.
        self.actor = cache(self._actor)

    def _actor(self, user_id: str | None) -> Actor:
        # The membership tool takes an empty id for the current user's.
        if not user_id or not self._with_names:
            return Actor(None, translate(_("Somebody"), context=self._request))
        if is_pseudonym(user_id):
            return Actor(None, translate(_("A former member"), context=self._request))
        # The membership tool finds everybody, but takes its time.
        member = self._users.getUserById(user_id)
        if not hasattr(member, "getProperty"):
            member = self._membership.getMemberById(user_id)
        if member is None:
            # The account is gone; what it was called is all that is left.
            name = printable(user_id)
            return Actor(user_id, name, initials(name))
        name = printable(member.getProperty("fullname", "") or user_id)
        return Actor(user_id, name, initials(name), self._portrait(user_id))

    def _portrait(self, user_id):
        portrait = self._membership.getPersonalPortrait(user_id, verifyPermission=1)
        if portrait is None or portrait.getId() == default_portrait:
            return None
        return portrait.absolute_url()


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of *name*, as capitals."""
    words = [word for word in map(_letters, name.split()) if word]
    ends = words if len(words) < 2 else (words[0], words[-1])
    # A capital may be two letters: of "ß" it is "SS".
    return "".join(word[0].upper()[0] for word in ends)


def _letters(word):
    return "".join(character for character in word if character.isalnum())
