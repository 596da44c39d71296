"""All digests of a member, on *My activity*, and a way to end each of them."""

from AccessControl import getSecurityManager
from AccessControl import Unauthorized
from collective.appendonly.browser.digest_form import TITLES
from collective.appendonly.digests.members import find_place
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.digests.subscriptions import WHOLE_SITE
from collective.appendonly.i18n import _
from collective.appendonly.people import has_account
from collective.appendonly.presentation.text import printable
from collective.appendonly.presentation.times import Times
from collective.appendonly.settings import activity_settings
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from typing import NamedTuple
from zope.i18nmessageid import Message


class OwnDigest(NamedTuple):
    """What a member is shown of a subscription. ``url`` is None where they may not go."""

    folder: str
    title: Message | str
    url: str | None
    frequency: Message
    sent: str | None


def own_digests(site, times: Times) -> list[OwnDigest]:
    """Return those of the current user."""
    if not (activity_settings().digests and has_account()):
        return []
    return [
        _shown(site, subscription, times)
        for subscription in of_member(api.user.get_current().getId())
    ]


def _shown(site, subscription, times):
    place = find_place(site, subscription.folder)
    may_view = place is not None and getSecurityManager().checkPermission("View", place)
    if subscription.folder == WHOLE_SITE:
        title = _("The whole site")
    elif may_view:
        title = printable(place.Title() or place.getId())
    else:
        title = _("A folder that is gone, or that you may not see now")
    return OwnDigest(
        subscription.folder,
        title,
        f"{place.absolute_url()}/@@activity" if may_view else None,
        TITLES[subscription.frequency],
        subscription.sent and times.moment(subscription.sent),
    )


class EndDigest(BrowserView):
    """``@@activity-digest-end``: ends one of them, and leads back to the list."""

    def __call__(self) -> str:
        if api.user.is_anonymous():
            raise Unauthorized("Log in to see what you get digests of.")
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            self._end()
        page = f"{self.context.absolute_url()}/@@my-activity"
        return self.request.response.redirect(page)

    def _end(self):
        folder = self.request.form.get("folder")
        # The ids of others may be like those of people on this site.
        if has_account() and isinstance(folder, str):
            found = find((api.user.get_current().getId(), folder))
            if found is not None:
                found.end()
                message = _("Ended. You get no more digests of this.")
                api.portal.show_message(message, self.request)
