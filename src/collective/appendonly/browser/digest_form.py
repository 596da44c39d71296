"""The form on the activity page by which members subscribe to digests of what they see there."""

from AccessControl import Unauthorized
from collective.appendonly.digests.fresh import here_and_now
from collective.appendonly.digests.members import mail_address
from collective.appendonly.digests.members import may_subscribe
from collective.appendonly.digests.members import place_of
from collective.appendonly.digests.schedule import DAILY
from collective.appendonly.digests.schedule import FREQUENCIES
from collective.appendonly.digests.schedule import WEEKLY
from collective.appendonly.digests.subscriptions import find
from collective.appendonly.digests.subscriptions import subscribe
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.digests.subscriptions import WHOLE_SITE
from collective.appendonly.i18n import _
from collective.appendonly.people import has_account
from collective.appendonly.recording.clock import utc_now
from plone import api
from plone.protect import CheckAuthenticator
from Products.Five.browser import BrowserView
from typing import NamedTuple
from zope.i18nmessageid import Message


#: What the frequencies are called.
TITLES = {
    DAILY: _("Daily"),
    WEEKLY: _("Weekly, on Mondays"),
}


class Choice(NamedTuple):
    """A frequency to choose."""

    value: str
    title: Message
    is_chosen: bool


class DigestForm:
    """What the form shows to the current user, for the context of *view*."""

    def __init__(self, view):
        self.url = f"{view.context.absolute_url()}/@@activity-digest"
        self._times = view.times
        user = api.user.get_current()
        self._place = place_of(view.context)
        self._subscription = find((user.getId(), self._place))
        #: The mail address of the member.
        self.address = mail_address(user)
        #: Where they can change it.
        self.profile_url = f"{api.portal.get().absolute_url()}/@@personal-information"

    @classmethod
    def offered(cls, view) -> "DigestForm | None":
        """Return the form for the context of *view*, if the current user may use it."""
        return cls(view) if may_subscribe(view.context) else None

    @property
    def is_subscribed(self) -> bool:
        return self._subscription is not None

    @property
    def frequency(self) -> Message | None:
        """What the present frequency is called."""
        return self._subscription and TITLES[self._subscription.frequency]

    @property
    def is_about_site(self) -> bool:
        return self._place == WHOLE_SITE

    @property
    def sent(self) -> str | None:
        """When the last mail was sent, to be read by people."""
        sent = self._subscription and self._subscription.sent
        return self._times.moment(sent) if sent else None

    @property
    def choices(self) -> list[Choice]:
        chosen = self._subscription.frequency if self._subscription else DAILY
        return [Choice(each, TITLES[each], each == chosen) for each in FREQUENCIES]


class DigestView(BrowserView):
    """``@@activity-digest``: where the form goes. Leads back to the page with a message."""

    def __call__(self) -> str:
        if api.user.is_anonymous():
            raise Unauthorized("Log in to get digests.")
        if self.request.method == "POST":
            CheckAuthenticator(self.request)
            message, kind = self._do()
            api.portal.show_message(message, self.request, kind)
        page = f"{self.context.absolute_url()}/@@activity"
        return self.request.response.redirect(page)

    def _do(self) -> tuple[Message, str]:
        place = place_of(self.context)
        key = (api.user.get_current().getId(), place)
        # The ids of others may be like those of people on this site.
        subscription = find(key) if has_account() and place is not None else None
        if "end" in self.request.form:
            return _end(subscription)
        frequency = self.request.form.get("frequency")
        if frequency not in FREQUENCIES:
            return _("Choose how often you want to get the digest."), "error"
        if not may_subscribe(self.context):
            return _("There are no digests here for you."), "error"
        return self._subscribe(key, subscription, frequency)

    def _subscribe(self, key, subscription: Subscription | None, frequency):
        language = api.portal.get_current_language()
        url = api.portal.get().absolute_url()
        if subscription is not None:
            subscription.change(frequency, language, url)
            return _("Changed. From now on it applies."), "info"
        place = here_and_now(self.context)
        if place is None:
            # The log has lost a part.
            return _("There are no digests here for you."), "error"
        subscribe(key, frequency, language, url, place, utc_now())
        return (
            _("Subscribed. The digest tells what happens from now on."),
            "info",
        )


def _end(subscription: Subscription | None) -> tuple[Message, str]:
    if subscription is not None:
        subscription.end()
    return _("Ended. You get no more digests of this."), "info"
