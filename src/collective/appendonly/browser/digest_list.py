"""The list of subscriptions to digests on *My activity*, with a button to end each."""

from AccessControl import getSecurityManager
from collective.appendonly.browser.digest_form import DigestAction
from collective.appendonly.browser.digest_form import TITLES
from collective.appendonly.digests.subscriptions import find_folder
from collective.appendonly.digests.subscriptions import of_member
from collective.appendonly.digests.subscriptions import WHOLE_SITE
from collective.appendonly.i18n import _
from collective.appendonly.permissions import has_account
from collective.appendonly.presentation.times import Times
from collective.appendonly.presentation.wording import title_of
from collective.appendonly.settings import activity_settings
from plone import api
from typing import NamedTuple
from zope.i18nmessageid import Message


class OwnDigest(NamedTuple):
    """A subscription of the current user; ``url`` is None if they cannot view the folder."""

    folder: str
    title: Message | str
    url: str | None
    frequency: Message
    sent: str | None


def own_digests(site, times: Times) -> list[OwnDigest]:
    """Return the subscriptions of the current user."""
    if not (activity_settings().digests and has_account()):
        return []
    return [
        _own_digest(site, subscription, times)
        for subscription in of_member(api.user.get_current().getId())
    ]


def _own_digest(site, subscription, times):
    folder = find_folder(site, subscription.folder)
    may_view = folder is not None and getSecurityManager().checkPermission(
        "View", folder
    )
    if subscription.folder == WHOLE_SITE:
        title = _("The whole site")
    elif may_view:
        title = title_of(folder)
    else:
        title = _("A folder that no longer exists or that you cannot view")
    return OwnDigest(
        subscription.folder,
        title,
        f"{folder.absolute_url()}/@@activity" if may_view else None,
        TITLES[subscription.frequency],
        subscription.sent and times.moment(subscription.sent),
    )


class EndDigest(DigestAction):
    """``@@activity-digest-end``: ends one of the listed subscriptions."""

    page = "@@my-activity"

    def change(self) -> tuple[Message, str]:
        return self.end(self.request.form.get("folder"))
