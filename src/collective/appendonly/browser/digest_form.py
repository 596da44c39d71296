"""The form on the activity page with which members subscribe to digests."""

from collective.appendonly.digests.filters import undated
from collective.appendonly.digests.own import DigestsNotAvailable
from collective.appendonly.digests.own import find_own_digest
from collective.appendonly.digests.own import subscribe_to
from collective.appendonly.digests.recipients import email_address_of
from collective.appendonly.digests.recipients import may_subscribe
from collective.appendonly.digests.schedule import AT_ONCE
from collective.appendonly.digests.schedule import DAILY
from collective.appendonly.digests.schedule import FREQUENCIES
from collective.appendonly.digests.schedule import WEEKLY
from collective.appendonly.digests.subscriptions import Subscription
from collective.appendonly.feed import Filters
from collective.appendonly.feed import InvalidFilter
from collective.appendonly.feed import read_parameters
from collective.appendonly.feed import to_parameters
from collective.appendonly.feed.filters import NO_FILTERS
from collective.appendonly.i18n import _
from collective.appendonly.permissions import unauthorized
from collective.appendonly.presentation.conditions import condition_texts
from collective.appendonly.presentation.times import Times
from plone import api
from plone.protect import CheckAuthenticator
from Products.CMFCore.interfaces import IFolderish
from Products.CMFCore.interfaces import ISiteRoot
from Products.Five.browser import BrowserView
from typing import NamedTuple
from urllib.parse import urlencode
from zope.i18nmessageid import Message


#: The labels of the frequencies.
TITLES = {
    AT_ONCE: _("As it happens, at most one email an hour"),
    DAILY: _("Daily"),
    WEEKLY: _("Weekly, on Mondays"),
}


class FrequencyOption(NamedTuple):
    """A radio button."""

    value: str
    title: Message
    is_checked: bool


class DigestForm:
    """The subscription of the current user to the context of *view*, with its filters."""

    def __init__(self, view):
        self._view = view
        #: The URL of the action of the form, with the filters.
        self.url = view.url_of("@@activity-digest")
        user = api.user.get_current()
        self._filters = undated(view.filters)
        self._subscription = find_own_digest(view.context, view.filters)
        self.email_address = email_address_of(user)
        #: Whether the filters have nothing but what the user did.
        self.is_about_user = self._filters.actor == user.getId()
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
    def kind(self) -> str:
        """The kind of the context: ``site``, ``folder`` or ``page``."""
        if ISiteRoot.providedBy(self._view.context):
            return "site"
        return "folder" if IFolderish.providedBy(self._view.context) else "page"

    @property
    def conditions(self) -> list[str]:
        """The labels of the filters of the digest."""
        view = self._view
        return condition_texts(self._filters, view.translate, view.times, view.actors)

    @property
    def has_dates(self) -> bool:
        """Whether the view has filters that the digest has not."""
        filters = self._view.filters
        return (filters.since, filters.until) != (None, None)

    @property
    def own_changes(self) -> bool:
        """Whether the digest contains what the user did."""
        return self._subscription is not None and self._subscription.own_changes

    @property
    def sent(self) -> str | None:
        """The formatted time of the last email."""
        sent = self._subscription and self._subscription.sent
        return self._view.times.moment(sent) if sent else None

    @property
    def refusal(self) -> Message | None:
        """A message if the mail server refused the last email."""
        return self._subscription and refusal_text(self._subscription)

    @property
    def is_paused(self) -> bool:
        return self._subscription is not None and self._subscription.is_paused

    @property
    def options(self) -> list[FrequencyOption]:
        current = self._subscription.frequency if self._subscription else DAILY
        return [
            FrequencyOption(each, TITLES[each], each == current) for each in FREQUENCIES
        ]


def refusal_text(subscription: Subscription) -> Message | None:
    """Return a message about the last email, None if the mail server accepted it."""
    refusal = subscription.refusal
    if refusal is None:
        return None
    values = {"address": refusal.address, "code": str(refusal.code)}
    if subscription.is_paused:
        return _(
            "This digest is paused: the mail server refuses emails to ${address} (code"
            " ${code}). Check your email address, then resume the digest.",
            mapping=values,
        )
    return _(
        "The mail server refused the last email to ${address} (code ${code}). It will"
        " be sent again.",
        mapping=values,
    )


class OwnAction(BrowserView):
    """A view that changes what a member owns, and redirects to ``page`` with a message.

    Changes need a POST request with a token.
    """

    #: The name of the page, with its parameters.
    page: str
    #: The message to anonymous users.
    log_in: Message

    def __call__(self) -> str:
        if api.user.is_anonymous():
            raise unauthorized(self.log_in)
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

    log_in = _("Log in to manage your digests.")

    def resume(self, subscription: Subscription | None) -> tuple[Message, str]:
        """Send the emails of *subscription* again, if there is one."""
        if subscription is not None:
            subscription.resume()
        return _("The digest has been resumed."), "info"

    def end(self, subscription: Subscription | None) -> tuple[Message, str]:
        """End *subscription*, if there is one."""
        if subscription is not None:
            subscription.end()
        return _("You have unsubscribed from this digest."), "info"


class DigestView(DigestAction):
    """``@@activity-digest``: the action of the form."""

    filters: Filters = NO_FILTERS

    @property
    def page(self) -> str:
        query = urlencode(to_parameters(self.filters, self._timezone))
        return f"@@activity?{query}" if query else "@@activity"

    @property
    def _timezone(self):
        return Times(self.context, self.request).timezone

    def change(self) -> tuple[Message, str]:
        form = self.request.form
        try:
            self.filters = read_parameters(form, self._timezone)
            found = find_own_digest(self.context, self.filters)
            if "end" in form:
                return self.end(found)
            if "resume" in form:
                return self.resume(found)
            own_changes = "own_changes" in form
            subscribe_to(self.context, self.filters, form.get("frequency"), own_changes)
        except (InvalidFilter, DigestsNotAvailable) as error:
            return error.message, "error"
        if found is not None:
            return _("Digest settings saved."), "info"
        return (
            _("You have subscribed. The digest lists activity from now on."),
            "info",
        )
