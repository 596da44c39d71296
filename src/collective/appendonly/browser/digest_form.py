"""The form on the activity page with which members subscribe to digests."""

from AccessControl import Unauthorized
from collective.appendonly.clock import utc_now
from collective.appendonly.digests.new_activity import latest_cursor
from collective.appendonly.digests.recipients import email_address_of
from collective.appendonly.digests.recipients import may_subscribe
from collective.appendonly.digests.subscriptions import DAILY
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import folder_id
from collective.appendonly.digests.subscriptions import FREQUENCIES
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.digests.subscriptions import WEEKLY
from collective.appendonly.digests.subscriptions import WHOLE_SITE
from collective.appendonly.i18n import _
from collective.appendonly.permissions import has_account
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from typing import NamedTuple
from zope.i18nmessageid import Message


#: The labels of the frequencies.
TITLES = {
    DAILY: _("Daily"),
    WEEKLY: _("Weekly, on Mondays"),
}


class FrequencyOption(NamedTuple):
    """A radio button."""

    value: str
    title: Message
    is_checked: bool


class DigestForm:
    """The subscription of the current user to the context of *view*."""

    def __init__(self, view):
        self.url = f"{view.context.absolute_url()}/@@activity-digest"
        self._times = view.times
        user = api.user.get_current()
        self._folder = folder_id(view.context)
        self._subscription = find((user.getId(), self._folder))
        self.email_address = email_address_of(user)
        #: The URL at which members can change it.
        self.profile_url = f"{api.portal.get().absolute_url()}/@@personal-information"

    @classmethod
    def offered(cls, view) -> "DigestForm | None":
        """Return the form for the context of *view*, None if the user cannot subscribe."""
        return cls(view) if may_subscribe(view.context) else None

    @property
    def is_subscribed(self) -> bool:
        return self._subscription is not None

    @property
    def frequency(self) -> Message | None:
        """The label of the current frequency."""
        return self._subscription and TITLES[self._subscription.frequency]

    @property
    def is_about_site(self) -> bool:
        return self._folder == WHOLE_SITE

    @property
    def sent(self) -> str | None:
        """The formatted time of the last email."""
        sent = self._subscription and self._subscription.sent
        return self._times.moment(sent) if sent else None

    @property
    def options(self) -> list[FrequencyOption]:
        current = self._subscription.frequency if self._subscription else DAILY
        return [
            FrequencyOption(each, TITLES[each], each == current) for each in FREQUENCIES
        ]


class OwnAction(BrowserView):
    """A view that changes what a member owns, and redirects to ``page`` with a message.

    Changes need a POST request with a token.
    """

    page: str
    #: The message to anonymous users.
    log_in: str

    def __call__(self) -> str:
        if api.user.is_anonymous():
            raise Unauthorized(self.log_in)
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            message, kind = self.change()
            api.portal.show_message(message, self.request, kind)
        url = f"{self.context.absolute_url()}/{self.page}"
        return self.request.response.redirect(url)

    def change(self) -> tuple[Message, str]:
        """Change it; return a message and its type."""
        raise NotImplementedError


class DigestAction(OwnAction):
    """A view that changes a subscription."""

    log_in = "Log in to manage your digests."

    def find(self, folder: str | None) -> Subscription | None:
        """Return the subscription of the current user to *folder*, None if there is none."""
        # The id of a user of the Zope root can be that of a user of this site.
        if not isinstance(folder, str) or not has_account():
            return None
        return find((api.user.get_current().getId(), folder))

    def end(self, folder: str | None) -> tuple[Message, str]:
        """End the subscription of the current user to *folder*, if there is one."""
        subscription = self.find(folder)
        if subscription is not None:
            subscription.end()
        return _("You have unsubscribed from this digest."), "info"


class DigestView(DigestAction):
    """``@@activity-digest``: the action of the form."""

    page = "@@activity"

    def change(self) -> tuple[Message, str]:
        folder = folder_id(self.context)
        if "end" in self.request.form:
            return self.end(folder)
        frequency = self.request.form.get("frequency")
        if frequency not in FREQUENCIES:
            return _("Choose how often you want to receive the digest."), "error"
        if not may_subscribe(self.context):
            return _("Digests are not available to you here."), "error"
        language = api.portal.get_current_language()
        url = api.portal.get().absolute_url()
        subscription = self.find(folder)
        if subscription is not None:
            subscription.change(frequency, language, url)
            return _("Digest settings saved."), "info"
        cursor = latest_cursor(self.context)
        if cursor is None:
            # The log cannot be read.
            return _("Digests are not available to you here."), "error"
        key = (api.user.get_current().getId(), folder)
        subscribe(key, frequency, language, url, cursor, utc_now())
        return (
            _("You have subscribed. The digest lists activity from now on."),
            "info",
        )
